/** Wires the comparison together. The page works without this; with it sorting and measuring do not reload. */

import { startAppearance } from "../appearance.js";
import { startFigures } from "../comparison/table.js";
import { startSubmitting } from "../comparison/upload.js";

startAppearance();
startFigures();
startSubmitting();
