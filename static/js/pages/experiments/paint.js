/** The script of the page that paints on a map. The page works without it; with it, a brush paints. */

import { startPainting } from "../../experiments/painting.js";
import { startGlossary } from "../../glossary.js";
import { offerOwnNetworks } from "../../own-networks/options.js";
import { startUpload } from "../../picture-form.js";

startGlossary();
offerOwnNetworks();
startUpload();
startPainting();
