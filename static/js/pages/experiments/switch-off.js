/** The script of the page that switches channels off. The page works without it; with it, each switch takes effect at once. */

import { startComputation } from "../../experiments/progress.js";
import { startSwitches } from "../../experiments/switches.js";
import { startGlossary } from "../../glossary.js";
import { startUpload } from "../../picture-form.js";

startGlossary();
startUpload();
startSwitches();
startComputation();
