/** Wires the views together. The page works without this; with it nothing reloads. */

import { startAppearance } from "./views/appearance.js";
import { startChooser } from "./views/chooser.js";
import { startInspector } from "./views/inspector.js";
import { startKeys } from "./views/keys.js";
import { startNavigation } from "./views/navigation.js";
import { startNetwork } from "./views/network.js";

startAppearance();
startNavigation();
startNetwork();
startChooser();
startInspector();
startKeys();
