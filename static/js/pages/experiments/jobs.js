/** The script of jobs. The page works without it; with it, the progress of a job is live, and a folder can be chosen. */

import { closest, find } from "../../dom.js";
import { startComputation } from "../../experiments/progress.js";

startComputation();
document.addEventListener("change", (event) => {
  const folder = closest(event, "#photo-folder", HTMLInputElement);
  const photos = find("#photos", HTMLInputElement);
  if (folder?.files?.length && photos) photos.required = false;
});
