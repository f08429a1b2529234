/** The script of the page of networks: the search. */

import { startNetworkSearch } from "../networks/search.js";

startNetworkSearch();
