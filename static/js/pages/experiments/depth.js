/** The script of a comparison of two runs. The page works without it; with it, the view follows its fields. */

import { startLiveView } from "../../experiments/live-view.js";
import { startUpload } from "../../picture-form.js";

startUpload();
startLiveView("depth");
