/** Upload of an image that is chosen, dropped or pasted, through the form of the page. A network that is dropped is opened. */

import { closest, find } from "./dom.js";
import { isModel, startDropping } from "./dropping.js";
import { openNetwork, startOpening } from "./own-networks/opening.js";

export function startUpload() {
  startOpening();
  const input = find("#file", HTMLInputElement);
  if (!input) return;
  document.addEventListener("change", (event) => {
    if (closest(event, "#file", HTMLInputElement)) input.form?.requestSubmit();
  });
  document.addEventListener("paste", (event) => {
    const files = event.clipboardData?.files;
    if (files?.length) submit(input, files);
  });
  startDropping((files) => ([...files].some(isModel) ? void openNetwork([...files]) : submit(input, files)));
}

/**
 * @param {HTMLInputElement} input
 * @param {FileList} files
 */
function submit(input, files) {
  input.files = files;
  input.form?.requestSubmit();
}
