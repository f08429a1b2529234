/** The dialog with the cards of all networks, which is fetched when it is opened first. Choosing one keeps the picture. */

import { Failure, page, refusalOf } from "../api.js";
import { closest, find, findAll, parseHtml, showNotice } from "../dom.js";
import { swap } from "../replacement.js";
import { filterNetworks, startNetworkSearch } from "./search.js";
import { addressOf, anchor, currentView } from "../state.js";

export function startNetworkChooser() {
  startNetworkSearch();
  document.addEventListener("click", (event) => {
    const opener = closest(event, "#choose-network", HTMLAnchorElement);
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void openChooser(opener);
  });
  find("#networks", HTMLDialogElement)?.addEventListener("click", (event) => {
    const dialog = event.currentTarget;
    if (!(dialog instanceof HTMLDialogElement)) return;
    const isLeft = event.target === dialog || closest(event, "a", HTMLAnchorElement); // beside its content, or with a network
    if (isLeft && !event.ctrlKey && !event.metaKey && !event.shiftKey) dialog.close();
  });
  const opener = find("#choose-network", HTMLAnchorElement);
  if (opener && anchor() === "networks") void openChooser(opener);
}

/** @param {HTMLAnchorElement} opener */
async function openChooser(opener) {
  const dialog = find("#networks", HTMLDialogElement);
  if (!dialog || dialog.open) return;
  try {
    if (dialog.dataset.ready !== opener.dataset.ready) await loadCards();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return showNotice("#inspector h2", error.message);
  }
  dialog.dataset.ready = opener.dataset.ready;
  await showOwn();
  pointToView();
  const search = find("#find-network", HTMLInputElement);
  if (search) search.value = "";
  filterNetworks("");
  dialog.showModal();
  const current = find("#networks a[aria-current]", HTMLAnchorElement);
  if (matchMedia("(pointer: coarse)").matches) current?.focus(); // in the search, the keyboard of the screen would hide the cards
  current?.scrollIntoView({ block: "center" });
}

/** The reader's own networks, and the form that opens another one: their scripts are loaded with the dialog. */
async function showOwn() {
  const [list, opening] = await Promise.all([import("../own-networks/list.js"), import("../own-networks/opening.js")]);
  opening.startOpening();
  list.showOwnNetworks();
}

async function loadCards() {
  const rendered = parseHtml(await page(`networks${addressOf(currentView())}`, "groups", new AbortController().signal));
  if (!swap("network-groups", rendered)) throw refusalOf(rendered);
}

/** Let the links of the cards keep the view as it is now. */
function pointToView() {
  const view = currentView();
  const current = find("#choose-network", HTMLElement)?.dataset.model;
  for (const link of findAll("#networks a[data-model]", HTMLAnchorElement)) {
    const model = link.dataset.model;
    link.setAttribute("href", addressOf({ ...view, model, layer: undefined, channel: undefined, open: undefined }));
    link.dataset.open = ""; // no blocks of another network
    if (model === current && !link.matches(".button")) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
