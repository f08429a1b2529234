/** The colour map, changed without a request to the server. */

import { mapsFor, tableValues } from "./draw/colormaps.js";
import { closest, findAll } from "./dom.js";
import { addressOf, currentView, replaceAddress } from "./state.js";
import { recolourMaps } from "./colouring.js";

export function startAppearance() {
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

/** @param {string} colormap */
function chooseColormap(colormap) {
  applyColormap(colormap);
  const view = { ...currentView(), colormap: colormap === "auto" ? undefined : colormap };
  replaceAddress(view);
  updateDownloads("colormap", colormap);
  for (const link of findAll("a[data-colormap]", HTMLAnchorElement)) {
    if (link.dataset.colormap === colormap) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    link.setAttribute("href", addressOf({ ...view, colormap: link.dataset.colormap }));
  }
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
