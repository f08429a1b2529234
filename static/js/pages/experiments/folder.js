/** The script of a folder of photos. The page works without it; with it, folders can be dropped, and computing can be stopped. */

import { closest, find } from "../../dom.js";
import { startDropping } from "../../dropping.js";
import { chosenFiles, droppedFiles, isVisible } from "../../experiments/dropped-files.js";
import { photoSender } from "../../experiments/photo-uploads.js";
import { startComputation } from "../../experiments/progress.js";
import { loadWith } from "../../state.js";

/** @typedef {import("../../experiments/photo-uploads.js").NamedFile} NamedFile */

startComputation();
const form = find("#collection", HTMLFormElement);
if (form) startSending(form);

/** @param {HTMLFormElement} form */
function startSending(form) {
  const send = photoSender(form, "collections", (id) => loadWith("collection", id));
  /** @param {NamedFile[]} files */
  const sendVisible = (files) => void send(files.filter(isVisible));
  document.addEventListener("change", (event) => {
    const input = closest(event, "#photos, #photo-folder", HTMLInputElement);
    if (input?.files?.length) sendVisible(chosenFiles(input.files));
  });
  startDropping((_, transfer) => void droppedFiles(transfer).then(sendVisible));
}
