/** The script of the comparison. The page works without it; with it, sorting and measuring do not reload the page. */

import { startGlossary } from "../glossary.js";
import { startTable } from "../comparison/table.js";
import { offerOwnNetworks } from "../own-networks/options.js";
import { startUpload } from "../picture-form.js";

startGlossary();
startTable();
offerOwnNetworks();
startUpload();
