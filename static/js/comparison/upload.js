/** Pictures chosen, dropped or pasted go through the page's own form at once. */

import { around, find } from "../dom.js";
import { startDropping } from "../dropping.js";

export function startSubmitting() {
  const input = find("#file", HTMLInputElement);
  if (!input) return;
  document.addEventListener("change", (event) => {
    if (around(event, "#file", HTMLInputElement)) input.form?.requestSubmit();
  });
  document.addEventListener("paste", (event) => {
    const pasted = event.clipboardData?.files;
    if (pasted?.length) submit(input, pasted);
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
