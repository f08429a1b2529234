/** The script of the page of networks: the search, a network of one's own, and those that the reader has opened. */

import { startDropping } from "../dropping.js";
import { startNetworkSearch } from "../networks/search.js";
import { showOwnNetworks } from "../own-networks/list.js";
import { openNetwork, startOpening } from "../own-networks/opening.js";

startNetworkSearch();
startOpening();
startDropping((files) => void openNetwork([...files]));
showOwnNetworks();
