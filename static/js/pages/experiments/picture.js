/** The script of the page of a changed picture. */

import { startGlossary } from "../../glossary.js";
import { startPicture } from "../../experiments/picture.js";
import { startUpload } from "../../picture-form.js";

startGlossary();
startUpload();
startPicture();
