/** The script of jobs. The page works without it; with it, progress is live, and a folder can be chosen. */

import { Failure } from "../../api.js";
import { closest, find, showNotice } from "../../dom.js";
import { chosenFiles, isVisible } from "../../experiments/dropped-files.js";
import { photoSender, startJob } from "../../experiments/photo-uploads.js";
import { startComputation } from "../../experiments/progress.js";
import { loadWith } from "../../state.js";

startComputation();
const form = find("#job", HTMLFormElement);
if (form) startSending(form);

/** @param {HTMLFormElement} form */
function startSending(form) {
  const send = photoSender(form, "data-sets");
  document.addEventListener("change", (event) => {
    const folder = closest(event, "#photo-folder", HTMLInputElement);
    const photos = find("#photos", HTMLInputElement);
    if (folder?.files?.length && photos) photos.required = false;
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void start(form, send);
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {ReturnType<typeof photoSender>} send
 */
async function start(form, send) {
  const fields = ["#photos", "#photo-folder"].map((name) => find(name, HTMLInputElement, form));
  const files = fields.flatMap((field) => (field?.files ? chosenFiles(field.files) : []));
  const dataSet = await send(files.filter(isVisible));
  if (!dataSet) return;
  try {
    loadWith("job", await startJob(find("#network", HTMLSelectElement)?.value ?? "", dataSet));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    showNotice("#job", error.message);
  }
}
