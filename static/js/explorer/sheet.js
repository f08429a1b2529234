/** What of a layer is on the page: its sheet, and the map of one channel. */

import { find } from "../dom.js";

/** @typedef {import("../draw/sheet.js").Sheet} Sheet */

/** @returns {Sheet | null} the sheet that is shown; for a vector, whose values are bars, one without places */
export function shownSheet() {
  const data = (find("#sheet", HTMLElement) ?? find("#units", HTMLElement))?.dataset;
  if (!data) return null;
  return {
    columns: Number(data.columns),
    pitchX: Number(data.pitchX),
    pitchY: Number(data.pitchY),
    cellW: Number(data.cellW),
    cellH: Number(data.cellH),
    channels: Number(data.channels),
    order: data.order?.split(",").map(Number) ?? null,
  };
}

/** @returns {{ width: number, height: number }} how many cells each map has */
export function shownCells() {
  const { mapW, mapH } = find("#sheet", HTMLElement)?.dataset ?? {};
  return { width: Number(mapW), height: Number(mapH) };
}
