/** Painting on a map with a brush: the network runs on from it when the brush is lifted. */

import { closest, find } from "../dom.js";
import { readCells, writeCells } from "../lib/strokes.js";
import { addressOf, startLivePage } from "./live-page.js";

export function startPainting() {
  const open = startLivePage(["painting", "consequences", "moved"], ":is(.depth, .channels) a, #clear", () => {});
  /** @type {Set<number>} the cells under the brush since it was put down */
  let painted = new Set();
  let isDown = false;
  document.addEventListener("pointerdown", (event) => {
    const surface = closest(event, "#surface", HTMLElement);
    if (!surface || event.button !== 0) return;
    event.preventDefault();
    [isDown, painted] = [true, new Set()];
    paint(surface, event, painted);
  });
  document.addEventListener("pointermove", (event) => {
    const surface = find("#surface", HTMLElement);
    if (isDown && surface) paint(surface, event, painted);
  });
  document.addEventListener("pointerup", () => {
    const form = find("#paint", HTMLFormElement);
    const surface = find("#surface", HTMLElement);
    if (isDown && form && surface && painted.size) void open(withCells(form, surface, painted));
    isDown = false;
  });
  document.addEventListener("pointercancel", () => {
    if (isDown) find("#stroke", SVGPathElement)?.setAttribute("d", "");
    isDown = false;
  });
  document.addEventListener("submit", (event) => {
    const form = closest(event, "#paint", HTMLFormElement);
    if (!form) return;
    event.preventDefault();
    void open(addressOf(form));
  });
  document.addEventListener("change", (event) => {
    closest(event, ".of-layer select", HTMLSelectElement)?.form?.requestSubmit();
  });
}

/**
 * Add the cells under the brush, and mark them until the server has drawn the map.
 * @param {HTMLElement} surface
 * @param {PointerEvent} event
 * @param {Set<number>} painted
 */
function paint(surface, event, painted) {
  const { rows, columns } = sizeOf(surface);
  const box = surface.getBoundingClientRect();
  const side = Number(find("#brush", HTMLSelectElement)?.value ?? 1);
  const y = Math.floor(((event.clientY - box.top) / box.height) * rows) - (side >> 1);
  const x = Math.floor(((event.clientX - box.left) / box.width) * columns) - (side >> 1);
  for (let row = Math.max(0, y); row < Math.min(rows, y + side); row++)
    for (let column = Math.max(0, x); column < Math.min(columns, x + side); column++) painted.add(row * columns + column);
  const cells = [...painted].map((at) => `M${at % columns} ${Math.floor(at / columns)}h1v1h-1z`);
  find("#stroke", SVGPathElement, surface)?.setAttribute("d", cells.join(""));
}

/**
 * The address with these cells painted, too. The form keeps them: the next stroke may come before the answer.
 * @param {HTMLFormElement} form
 * @param {HTMLElement} surface
 * @param {Set<number>} painted
 */
function withCells(form, surface, painted) {
  const { columns } = sizeOf(surface);
  const channel = Number(surface.dataset.channel);
  const parameters = new URLSearchParams(addressOf(form));
  const { cells, others } = readCells(parameters.get("strokes") ?? "", channel, columns);
  const value = Number(parameters.get("value") ?? 0);
  for (const at of painted) cells.set(at, value);
  const strokes = [...others, ...writeCells(cells, channel, columns)].join(";");
  const field = find("[name=strokes]", HTMLInputElement, form);
  if (field) field.value = strokes;
  parameters.set("strokes", strokes);
  for (const name of ["top", "left", "bottom", "right"]) parameters.delete(name);
  return `?${parameters}`;
}

/** @param {HTMLElement} surface */
function sizeOf(surface) {
  return { rows: Number(surface.dataset.rows), columns: Number(surface.dataset.columns) };
}
