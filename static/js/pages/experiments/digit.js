/** The script of the page of a drawn digit. */

import { startGlossary } from "../../glossary.js";
import { startDigit } from "../../experiments/digit.js";
import { startUpload } from "../../picture-form.js";

startGlossary();
startUpload();
startDigit();
