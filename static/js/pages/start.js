/** The script of the start page: the theme, and a picture that is chosen, dropped or pasted. */

import { startAppearance } from "../appearance.js";
import { startUpload } from "../picture-form.js";

startAppearance();
startUpload();
