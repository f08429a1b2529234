/** The sheet of the current layer, as the page describes it. */

import { find } from "../dom.js";
import { readSheet } from "../draw/sheet.js";

/** @typedef {import("../draw/sheet.js").Sheet} Sheet */

/** @returns {Sheet | null} a vector, whose values are bars, has channels but no geometry */
export function currentSheet() {
  const data = (find("#sheet", HTMLElement) ?? find("#units", HTMLElement))?.dataset;
  return data ? readSheet(data) : null;
}

/** @returns {{ width: number, height: number }} the size of each map in cells */
export function currentMapSize() {
  const { mapW, mapH } = find("#sheet", HTMLElement)?.dataset ?? {};
  return { width: Number(mapW), height: Number(mapH) };
}
