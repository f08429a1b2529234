/** The dialog to draw a digit in. What is drawn is uploaded like any other image, and stays to be changed. */

import { closest, find } from "../dom.js";
import { anchor } from "../state.js";

const ID = "drawing-pad";

/** @param {(load: () => Promise<Blob>) => Promise<void>} send uploads an image and shows its view */
export function startDrawingPad(send) {
  const dialog = find(`#${ID}`, HTMLDialogElement);
  const canvas = find(`#${ID} canvas`, HTMLCanvasElement);
  if (!dialog || !canvas) return;
  /** @type {import("./pad.js").Pad | undefined} */
  let pad;
  const open = async () => {
    pad ??= await newPad(dialog, canvas);
    dialog.showModal();
  };
  document.addEventListener("click", (event) => {
    if (closest(event, `[data-opens=${ID}]`, HTMLButtonElement)) void open();
    if (closest(event, `#${ID} [name=undo]`, HTMLButtonElement)) pad?.undo();
    if (closest(event, `#${ID} [name=clear]`, HTMLButtonElement)) pad?.clear();
    if (closest(event, `#${ID} [name=classify]`, HTMLButtonElement)) {
      const drawn = pad;
      if (drawn) void send(() => drawn.picture());
    }
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "z" && (event.ctrlKey || event.metaKey)) pad?.undo();
  });
  if (anchor() === ID && find(`[data-opens=${ID}]`, HTMLButtonElement)) void open();
}

/**
 * A pad on the canvas of the dialog. Few readers draw, so its scripts are loaded for the first one who does.
 * @param {HTMLDialogElement} dialog
 * @param {HTMLCanvasElement} canvas
 */
async function newPad(dialog, canvas) {
  const { Pad } = await import("./pad.js");
  return new Pad(canvas, ({ isEmpty }) => {
    for (const button of dialog.querySelectorAll("button[name]")) button.toggleAttribute("disabled", isEmpty);
  });
}
