/** Upload of an image that is chosen, dropped or pasted, through the form of the page. */

import { closest, find } from "./dom.js";
import { startDropping } from "./dropping.js";

export function startUpload() {
  const input = find("#file", HTMLInputElement);
  if (!input) return;
  document.addEventListener("change", (event) => {
    if (closest(event, "#file", HTMLInputElement)) input.form?.requestSubmit();
  });
  document.addEventListener("paste", (event) => {
    const files = event.clipboardData?.files;
    if (files?.length) submit(input, files);
  });
  startDropping((files) => submit(input, files));
}

/**
 * @param {HTMLInputElement} input
 * @param {FileList} files
 */
function submit(input, files) {
  input.files = files;
  input.form?.requestSubmit();
}
