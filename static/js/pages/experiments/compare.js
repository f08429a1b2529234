/** The script of the comparison of two layers: one cursor on all maps. The page works without it. */

import { startLinkedMaps } from "../../experiments/linked-maps.js";
import { startGlossary } from "../../glossary.js";
import { startUpload } from "../../picture-form.js";

startGlossary();
startUpload();
startLinkedMaps();
