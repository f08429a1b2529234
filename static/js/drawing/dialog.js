/** The dialog to draw a digit in. What is drawn is uploaded like any other image, and stays to be changed. */

import { closest, find } from "../dom.js";
import { anchor } from "../state.js";
import { Pad } from "./pad.js";

const ID = "drawing-pad";

/** @param {(load: () => Promise<Blob>) => Promise<void>} send uploads an image and shows its view */
export function startDrawingPad(send) {
  const dialog = find(`#${ID}`, HTMLDialogElement);
  const canvas = find(`#${ID} canvas`, HTMLCanvasElement);
  if (!dialog || !canvas) return;
  const pad = new Pad(canvas, ({ isEmpty }) => {
    for (const button of dialog.querySelectorAll("button[name]")) button.toggleAttribute("disabled", isEmpty);
  });
  document.addEventListener("click", (event) => {
    if (closest(event, `[data-opens=${ID}]`, HTMLButtonElement)) dialog.showModal();
    if (closest(event, `#${ID} [name=undo]`, HTMLButtonElement)) pad.undo();
    if (closest(event, `#${ID} [name=clear]`, HTMLButtonElement)) pad.clear();
    if (closest(event, `#${ID} [name=classify]`, HTMLButtonElement)) void send(() => pad.picture());
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "z" && (event.ctrlKey || event.metaKey)) pad.undo();
  });
  if (anchor() === ID && find(`[data-opens=${ID}]`, HTMLButtonElement)) dialog.showModal();
}
