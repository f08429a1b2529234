/** The script of the page of networks: the search, a network of one's own, and those that the reader has opened. */

import { startDropping } from "../dropping.js";
import { startNetworkSearch } from "../networks/search.js";
import { showOwnNetworks, startOwnNetworks } from "../own-networks/list.js";
import { openNetwork, startOpening } from "../own-networks/opening.js";

startNetworkSearch();
startOpening();
startOwnNetworks();
startDropping((files) => void openNetwork([...files]));
void showOwnNetworks();
