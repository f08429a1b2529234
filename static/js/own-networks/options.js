/** The networks that were opened in this browser, among those that a page offers. */

import { addOption, findAll } from "../dom.js";
import { rememberedNetworks } from "./remembered.js";

export function offerOwnNetworks() {
  for (const list of findAll("select[data-own-networks]", HTMLSelectElement)) {
    for (const { id, name } of rememberedNetworks()) addOption(list, id, name);
  }
}
