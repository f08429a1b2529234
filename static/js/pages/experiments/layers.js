/** The script of what layers tell apart. The page works without it; with it, a choice does not reload the page. */

import { startChoices } from "../../experiments/choices.js";
import { startComputation } from "../../experiments/progress.js";
import { startGlossary } from "../../glossary.js";
import { offerOwnNetworks } from "../../own-networks/options.js";
import { startUpload } from "../../picture-form.js";

startGlossary();
offerOwnNetworks();
startUpload();
startChoices("layers");
startComputation();
