/** The script of the page that switches channels off. The page works without it; with it, each switch takes effect at once. */

import { startComputation } from "../../experiments/progress.js";
import { startSwitches } from "../../experiments/switches.js";
import { startGlossary } from "../../glossary.js";
import { offerOwnNetworks } from "../../own-networks/options.js";
import { startUpload } from "../../picture-form.js";

startGlossary();
offerOwnNetworks();
startUpload();
startSwitches();
startComputation();
