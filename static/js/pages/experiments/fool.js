/** The script of an attack. The page works without it; with it, the search says how far it is, and can be stopped. */

import { startComputation } from "../../experiments/progress.js";
import { startUpload } from "../../picture-form.js";

startUpload();
startComputation();
