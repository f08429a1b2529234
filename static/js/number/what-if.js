/** What a sum would be with other numbers: the script that computes it is loaded when a reader first asks. */

import { closest } from "../dom.js";

export function startWhatIf() {
  document.addEventListener("click", async (event) => {
    if (!closest(event, "#what-if", HTMLButtonElement)) return;
    const { tryNumbers } = await import("./typed-factors.js");
    tryNumbers();
  });
}
