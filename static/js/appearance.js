/** Light or dark, and the colour map: what things look like, without asking the server. */

import { mapsFor, tableValues } from "./draw/colormaps.js";
import { around, find, findAll } from "./dom.js";
import { address, current, note } from "./state.js";
import { recolour } from "./colouring.js";

const THEME = "convscope.theme";

export function startAppearance() {
  find("#theme", HTMLButtonElement)?.addEventListener("click", toggleTheme);
  document.addEventListener("click", (event) => {
    const link = around(event, "a[data-colormap]", HTMLAnchorElement);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    chooseColormap(link.dataset.colormap ?? "auto");
  });
}

/**
 * Colour every map of the page anew; the maps themselves are grey.
 * @param {string} chosen
 */
export function colourBy(chosen) {
  for (const [filter, name] of [
    ["#unsigned", mapsFor(chosen)[0]],
    ["#signed", mapsFor(chosen)[1]],
  ]) {
    const functions = findAll(`${filter} feComponentTransfer > *`, SVGElement);
    for (const [index, values] of tableValues(name).entries()) functions[index]?.setAttribute("tableValues", values);
  }
  recolour(chosen);
}

/** @param {string} chosen */
function chooseColormap(chosen) {
  colourBy(chosen);
  const view = { ...current(), colormap: chosen === "auto" ? undefined : chosen };
  note(view);
  tellAway("colormap", chosen);
  for (const link of findAll("a[data-colormap]", HTMLAnchorElement)) {
    if (link.dataset.colormap === chosen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    link.setAttribute("href", address({ ...view, colormap: link.dataset.colormap }));
  }
}

/**
 * What is taken away looks as the page does.
 * @param {"colormap" | "overlay"} name
 * @param {string} value
 */
export function tellAway(name, value) {
  for (const link of findAll("#takeaway a", HTMLAnchorElement)) {
    const [path, query] = (link.getAttribute("href") ?? "").split("?");
    const said = new URLSearchParams(query);
    if (!said.has(name)) continue;
    said.set(name, value);
    link.setAttribute("href", `${path}?${said}`);
  }
}

function toggleTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem(THEME, root.dataset.theme);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}
