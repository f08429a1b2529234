/** "Your networks": those that were opened in this browser and are still there, with their links and their deletion. */

import { deleteNetwork, Failure, ownNetwork } from "../api.js";
import { cloneTemplate, closest, find, findAll, makeNotice, selectText } from "../dom.js";
import { addressOf, baseUrl, currentView, loadView } from "../state.js";
import { text } from "../texts.js";
import { forgetNetwork, rememberedNetworks } from "./remembered.js";

const MINUTE_MS = 60_000;

let isStarted = false;

function start() {
  if (isStarted) return;
  isStarted = true;
  document.addEventListener("click", (event) => {
    const button = closest(event, "#your-networks button", HTMLButtonElement);
    const row = button?.closest("li");
    if (!button || !row) return;
    if (button.name === "copy") void copyLink(row);
    else if (button.dataset.sure === undefined) askAgain(button);
    else if (event.detail < 2) void remove(row); // the second half of a double click is no answer
  });
}

/** Fill the list; what turns out to be gone is dropped from it. */
export function showOwnNetworks() {
  start();
  const list = find("#your-networks ol", HTMLElement);
  if (!list) return;
  const rows = rememberedNetworks().flatMap(({ id, name }) => rowOf(id, name) ?? []);
  list.replaceChildren(...rows);
  showSection();
  for (const row of rows) void refresh(row);
}

/**
 * @param {string} id
 * @param {string} name
 */
function rowOf(id, name) {
  const row = cloneTemplate("#your-network", HTMLLIElement);
  const link = find("a", HTMLAnchorElement, row ?? document);
  if (!row || !link) return null;
  row.dataset.id = link.dataset.model = id;
  link.textContent = name;
  link.setAttribute("href", `./${addressOf({ ...currentView(), model: id, layer: undefined, channel: undefined, open: undefined })}`);
  return row;
}

/** @param {HTMLLIElement} row */
async function refresh(row) {
  const id = row.dataset.id ?? "";
  try {
    const network = await ownNetwork(id);
    if (network) return fillFacts(row, network);
    forgetNetwork(id);
    row.remove();
    showSection();
  } catch (error) {
    if (!(error instanceof Failure)) throw error; // else the server does not answer now: it may still be there
  }
}

/**
 * @param {HTMLElement} row
 * @param {import("../api.js").OwnNetwork} network
 */
function fillFacts(row, { input, expires_at }) {
  const [size, expiry] = ["input", "expiry"].map((name) => find(`[data-is=${name}]`, HTMLElement, row));
  if (size) size.textContent = `${input.width} × ${input.height} ${input.channels === "grey" ? text("grey") : input.channels}`;
  if (expiry && expires_at) expiry.textContent = text("expires", { time: timeUntil(new Date(expires_at)) });
}

/** @param {Date} date */
function timeUntil(date) {
  const minutes = Math.max(0, Math.floor((date.getTime() - Date.now()) / MINUTE_MS));
  const hours = Math.floor(minutes / 60);
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang);
  if (hours >= 48) return format.format(Math.floor(hours / 24), "day");
  return hours > 0 ? format.format(hours, "hour") : format.format(minutes, "minute");
}

/** @param {HTMLElement} row */
async function copyLink(row) {
  const code = find("code", HTMLElement, row);
  const status = find("#your-networks [role=status]", HTMLElement);
  if (!code || !status) return;
  code.textContent = `${baseUrl()}?model=${row.dataset.id}`;
  code.hidden = false;
  selectText(code); // without TLS or permission the reader copies the selection
  const isCopied = await navigator.clipboard?.writeText(code.textContent).then(() => true, () => false);
  if (isCopied) status.textContent = text("link_copied");
}

/**
 * Deleting takes two clicks: others may have the link.
 * @param {HTMLButtonElement} button
 */
function askAgain(button) {
  const label = button.textContent;
  button.dataset.sure = "";
  button.textContent = button.dataset.question ?? label;
  button.addEventListener("blur", () => {
    delete button.dataset.sure;
    button.textContent = label;
  }, { once: true });
}

/** @param {HTMLLIElement} row */
async function remove(row) {
  const id = row.dataset.id ?? "";
  find(".notice", HTMLElement, row)?.remove();
  try {
    await deleteNetwork(id);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    row.append(makeNotice(error.message));
    return;
  }
  forgetNetwork(id);
  if (currentView().model === id) return loadView({});
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  showSection();
  (next ? find("a", HTMLAnchorElement, next) : find("#network-files", HTMLInputElement))?.focus();
}

/** Show the section where there is something in it. */
function showSection() {
  find("#your-networks", HTMLElement)?.toggleAttribute("hidden", findAll("#your-networks li", HTMLElement).length === 0);
}
