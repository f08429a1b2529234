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
  const send = photoSender(form, "collections");
  /** @param {NamedFile[]} files */
  const open = async (files) => {
    const id = await send(files.filter(isVisible));
    if (id) loadWith("collection", id);
  };
  document.addEventListener("change", (event) => {
    const input = closest(event, "#photos, #photo-folder", HTMLInputElement);
    if (input?.files?.length) void open(chosenFiles(input.files));
  });
  startDropping((_, transfer) => void droppedFiles(transfer).then(open));
}
