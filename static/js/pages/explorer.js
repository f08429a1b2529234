/** The script of the explorer. The page works without it; with it, nothing reloads the page. */

import { startGlossary } from "../glossary.js";
import { showWidths, startPanels } from "../explorer/panels.js";
import { startPrefetch } from "../explorer/prefetch.js";
import { startAppearance } from "../appearance.js";
import { startDrawingPad } from "../drawing-pad.js";
import { startUpload } from "../explorer/upload.js";
import { startInspector } from "../explorer/inspector.js";
import { startKeyboard } from "../explorer/keyboard.js";
import { landOnAnswer } from "../explorer/landing.js";
import { startNetworkChooser } from "../networks/chooser.js";
import { startMap } from "../explorer/map/map.js";
import { startNavigation } from "../explorer/navigation.js";
import { startLayerList } from "../explorer/layer-list.js";
import { followPlayer, startPlayer } from "../explorer/player.js";
import { showTabs, startTabs } from "../explorer/tabs.js";
import { startRibbon } from "../explorer/ribbon.js";
import { showDetails, startPrediction } from "../explorer/prediction.js";
import { startWeights } from "../explorer/weights.js";
import { startDownloads } from "../explorer/downloads.js";
import { startExplanation, toggleExplanation, updateExplanation } from "../explanation/panel.js";

startGlossary();
startAppearance();
startPrediction();
startExplanation();
startNavigation(() => {
  showTabs();
  showWidths();
  showDetails();
  followPlayer();
  updateExplanation();
});
startTabs();
startPanels();
startPlayer();
startPrefetch();
startLayerList();
startRibbon();
startNetworkChooser();
startMap();
startDrawingPad(startUpload());
startInspector();
startKeyboard(toggleExplanation);
startWeights();
startDownloads();
landOnAnswer();
