/** The script of the start page: a picture that is chosen, dropped or pasted. */

import { startUpload } from "../picture-form.js";

startUpload();
