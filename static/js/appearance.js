/** The colour map, changed without a request to the server. */

import { mapsFor, tableValues } from "./draw/colormaps.js";
import { closest, find, findAll } from "./dom.js";
import { addressOf, currentView, replaceAddress } from "./state.js";
import { recolourMaps } from "./colouring.js";

const OPEN = "details.options[open]";

export function startAppearance() {
  document.addEventListener("click", (event) => closeOptions(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !find(OPEN, HTMLDetailsElement)) return;
    event.preventDefault(); // the channel and the layer are not left at the same time
    closest(event, OPEN, HTMLDetailsElement)?.querySelector("summary")?.focus();
    closeOptions(null);
  });
  document.addEventListener("click", (event) => {
    const link = closest(event, "a[data-colormap]", HTMLAnchorElement);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    chooseColormap(link.dataset.colormap ?? "auto");
  });
}

/**
 * Colour every map of the page. The images of the maps are greyscale.
 * @param {string} colormap
 */
export function applyColormap(colormap) {
  for (const [filter, name] of [
    ["#unsigned", mapsFor(colormap)[0]],
    ["#signed", mapsFor(colormap)[1]],
  ]) {
    const functions = findAll(`${filter} feComponentTransfer > *`, SVGElement);
    for (const [index, values] of tableValues(name).entries()) functions[index]?.setAttribute("tableValues", values);
  }
  recolourMaps(colormap);
}

/**
 * Fold all options away, unless this is within them.
 * @param {EventTarget | null} target
 */
function closeOptions(target) {
  for (const options of findAll(OPEN, HTMLDetailsElement)) {
    if (!(target instanceof Node && options.contains(target))) options.open = false;
  }
}

/** @param {string} colormap */
function chooseColormap(colormap) {
  applyColormap(colormap);
  const view = { ...currentView(), colormap: colormap === "auto" ? undefined : colormap };
  replaceAddress(view);
  updateDownloads("colormap", colormap);
  for (const link of findAll("a[data-colormap]", HTMLAnchorElement)) {
    const isChosen = link.dataset.colormap === colormap;
    if (isChosen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    if (isChosen) showChoice(link);
    link.setAttribute("href", addressOf({ ...view, colormap: link.dataset.colormap }));
  }
}

/**
 * Name an option where the chosen one is named, and fold the others away.
 * @param {HTMLAnchorElement} option
 */
function showChoice(option) {
  const options = option.closest("details");
  const chosen = find(".chosen", HTMLElement, options ?? undefined);
  if (!options || !chosen) return;
  chosen.textContent = option.textContent;
  if (options.contains(document.activeElement)) find("summary", HTMLElement, options)?.focus();
  options.open = false;
}

/**
 * Let the downloads look like the page.
 * @param {"colormap" | "overlay"} name
 * @param {string} value
 */
export function updateDownloads(name, value) {
  for (const link of findAll("#downloads a", HTMLAnchorElement)) {
    const [path, query] = (link.getAttribute("href") ?? "").split("?");
    const parameters = new URLSearchParams(query);
    if (!parameters.has(name)) continue;
    parameters.set(name, value);
    link.setAttribute("href", `${path}?${parameters}`);
  }
}
