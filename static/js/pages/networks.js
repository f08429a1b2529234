/** The script of the page of networks: the theme. */

import { startAppearance } from "../appearance.js";

startAppearance();
