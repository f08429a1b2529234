/** The script of a sweep. The page works without it; with it, the sweep follows its fields and shows its progress. */

import { startLiveView } from "../../experiments/live-view.js";
import { offerOwnNetworks } from "../../own-networks/options.js";
import { startUpload } from "../../picture-form.js";

offerOwnNetworks();
startUpload();
startLiveView("sweep", offerOwnNetworks);
