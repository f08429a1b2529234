/** Pictures in: chosen, dropped, pasted, or a sample. Progress and errors stay beside the place to drop. */

import { addImage, Failure, file as shippedFile, isAbort } from "../api.js";
import { around, find, notice } from "../dom.js";
import { text } from "../texts.js";
import { startDropping } from "../dropping.js";
import { current, go } from "../state.js";

export function startChooser() {
  let sending = new AbortController();

  /** @param {(signal: AbortSignal) => Promise<Blob>} source */
  const send = async (source) => {
    sending.abort();
    sending = new AbortController();
    await upload(source, sending.signal);
  };

  document.addEventListener("change", (event) => {
    const chosen = around(event, "#file", HTMLInputElement)?.files?.[0];
    if (chosen) void send(async () => chosen);
  });
  document.addEventListener("click", (event) => {
    if (around(event, ".uploading button", HTMLButtonElement)) sending.abort();
    const sample = around(event, "button[name=sample]", HTMLButtonElement);
    if (!sample) return;
    event.preventDefault();
    const address = find("img", HTMLImageElement, sample)?.src ?? "";
    void send((signal) => shippedFile(address, signal));
  });
  document.addEventListener("paste", (event) => {
    const pasted = event.clipboardData?.files[0];
    if (!pasted) return;
    event.preventDefault();
    void send(async () => pasted);
  });
  startDropping(
    ([dropped]) => void send(async () => dropped),
    () => complain(text("no_file")),
  );
}

/**
 * @param {(signal: AbortSignal) => Promise<Blob>} source
 * @param {AbortSignal} signal
 */
async function upload(source, signal) {
  complain(null);
  progress(0);
  try {
    const file = await source(signal);
    const most = Number(find(".chooser", HTMLFormElement)?.dataset.maxBytes ?? Infinity);
    if (file.size > most) throw new Failure(tooLargeText(file.size, most));
    const image = await addImage(file, progress, signal);
    const model = current().model ?? find("#model", HTMLSelectElement)?.value;
    go({ ...current(), model, image });
  } catch (error) {
    if (signal.aborted || isAbort(error)) return;
    if (!(error instanceof Failure)) throw error;
    complain(error.message);
  } finally {
    if (!signal.aborted || find(".uploading", HTMLElement)) progress(null);
    const input = find("#file", HTMLInputElement);
    if (input) input.value = ""; // so that the same file can be chosen again
  }
}

/** @param {number | null} share 0..1 of what is sent; null when nothing is being sent */
function progress(share) {
  const box = find(".uploading", HTMLElement);
  const bar = find(".uploading progress", HTMLProgressElement);
  const label = find(".uploading label", HTMLElement);
  if (!box || !bar || !label) return;
  box.hidden = share === null;
  if (share === null) return;
  label.textContent = share < 1 ? text("uploading", { percent: Math.floor(100 * share) }) : text("decoding");
  if (share < 1) bar.value = 100 * share;
  else bar.removeAttribute("value");
}

/** @param {string | null} message what went wrong; null for nothing */
function complain(message) {
  const chooser = find(".chooser", HTMLFormElement);
  if (!chooser) return;
  find(".notice", HTMLElement, chooser)?.remove();
  if (message === null) return;
  chooser.prepend(notice(message));
  chooser.scrollIntoView({ block: "nearest" });
}

/**
 * @param {number} bytes
 * @param {number} most
 */
function tooLargeText(bytes, most) {
  return text("too_large", { size: (bytes / 1e6).toFixed(1), limit: (most / 1e6).toFixed(0) });
}
