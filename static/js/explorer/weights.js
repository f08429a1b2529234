/** The form that asks for a network's weights, and the button that stops their download. */

import { find } from "../dom.js";

export function startWeights() {
  /** @type {AbortController | null} */
  let running = null;
  document.addEventListener("submit", async (event) => {
    if (!(event.target instanceof HTMLFormElement) || event.target.id !== "weights-form") return;
    event.preventDefault();
    const { model = "", name = "" } = event.target.dataset;
    const token = find("#token", HTMLInputElement)?.value ?? "";
    running?.abort();
    const own = (running = new AbortController());
    const { download, showBox } = await import("./weight-download.js"); // few readers have the token
    await download({ model, name }, token, own.signal);
    if (running === own) showBox(null);
  });
  find("#weights-download button", HTMLButtonElement)?.addEventListener("click", () => running?.abort());
}
