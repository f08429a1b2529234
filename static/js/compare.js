/** Wires the comparison together. The page works without this; with it sorting and measuring do not reload. */

import { startAppearance } from "./views/appearance.js";
import { startFigures } from "./views/figures.js";
import { startSubmitting } from "./views/submitting.js";

startAppearance();
startFigures();
startSubmitting();
