/** The theme and the colour map, changed without a request to the server. */

import { mapsFor, tableValues } from "./draw/colormaps.js";
import { closest, find, findAll } from "./dom.js";
import { addressOf, currentView, replaceAddress } from "./state.js";
import { recolourMaps } from "./colouring.js";

const THEME = "convscope.theme";

export function startAppearance() {
  find("#theme", HTMLButtonElement)?.addEventListener("click", toggleTheme);
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

function toggleTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem(THEME, root.dataset.theme);
  } catch {
    // Without access to storage, the choice lasts as long as the page.
  }
}
