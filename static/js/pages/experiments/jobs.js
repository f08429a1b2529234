/** The script of jobs. The page works without it; with it, progress is live, and a folder can be chosen. */

import { closest, find } from "../../dom.js";
import { chosenFiles, isVisible } from "../../experiments/dropped-files.js";
import { photoSender, startJob } from "../../experiments/photo-uploads.js";
import { startComputation } from "../../experiments/progress.js";
import { loadWith } from "../../state.js";

startComputation();
const form = find("#job", HTMLFormElement);
if (form) startSending(form);

/** @param {HTMLFormElement} form */
function startSending(form) {
  const send = photoSender(form, "data-sets", async (dataSet) => {
    loadWith("job", await startJob(find("#network", HTMLSelectElement)?.value ?? "", dataSet));
  });
  document.addEventListener("change", (event) => {
    const folder = closest(event, "#photo-folder", HTMLInputElement);
    const photos = find("#photos", HTMLInputElement);
    if (folder?.files?.length && photos) photos.required = false;
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = ["#photos", "#photo-folder"].map((name) => find(name, HTMLInputElement, form));
    const files = fields.flatMap((field) => (field?.files ? chosenFiles(field.files) : []));
    void send(files.filter(isVisible));
  });
}
