/** The script of what every experiment has: the reader's own networks among those that it offers, and the report. */

import { startCollecting } from "../../experiments/collection.js";
import { offerOwnNetworks } from "../../own-networks/options.js";

offerOwnNetworks();
startCollecting();
