/** The script of a lesson, and of a figure by itself. */

import { startFigures } from "../lessons/figure.js";

startFigures();
