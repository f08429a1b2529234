/** Wires the views together. The page works without this; with it nothing reloads. */

import { startAhead } from "./views/ahead.js";
import { startAppearance } from "./views/appearance.js";
import { startChooser } from "./views/chooser.js";
import { startInspector } from "./views/inspector.js";
import { startKeys } from "./views/keys.js";
import { startMap } from "./views/map.js";
import { startNavigation } from "./views/navigation.js";
import { startNetwork } from "./views/network.js";
import { startPrediction } from "./views/prediction.js";
import { startPulling } from "./views/pulling.js";
import { startTakeaway } from "./views/takeaway.js";
import { startWhy } from "./views/why.js";

startAppearance();
startPrediction();
startWhy();
startNavigation();
startAhead();
startNetwork();
startMap();
startChooser();
startInspector();
startKeys();
startPulling();
startTakeaway();
