/** Wires the views together. The page works without this; with it nothing reloads. */

import { startAhead } from "../explorer/prefetch.js";
import { startAppearance } from "../appearance.js";
import { startChooser } from "../explorer/upload.js";
import { startInspector } from "../explorer/inspector.js";
import { startKeys } from "../explorer/keyboard.js";
import { startMap } from "../explorer/map/map.js";
import { startNavigation } from "../explorer/navigation.js";
import { startNetwork } from "../explorer/layer-list.js";
import { startPrediction } from "../explorer/prediction.js";
import { startPulling } from "../explorer/weights.js";
import { startTakeaway } from "../explorer/downloads.js";
import { askWhy, showWhy, startWhy } from "../explanation/panel.js";

startAppearance();
startPrediction();
startWhy();
startNavigation(showWhy);
startAhead();
startNetwork();
startMap();
startChooser();
startInspector();
startKeys(askWhy);
startPulling();
startTakeaway();
