/** The script of the list of lessons: how many exercises are solved, and the file with them. */

import { find, findAll, saveFile } from "../dom.js";
import { parseSolved, solved, storeSolved } from "../lessons/progress.js";
import { text } from "../texts.js";

const FILE = "convscope-progress.json";

function showCounts() {
  const done = solved();
  for (const line of findAll("[data-exercises]", HTMLElement)) {
    const names = line.dataset.exercises?.split(" ") ?? [];
    const count = names.filter((name) => Object.hasOwn(done, `${line.dataset.lesson}.${name}`)).length;
    line.textContent = text("exercises_solved", { count: String(count), all: String(names.length) });
    line.hidden = false;
  }
}

/** @param {string} sentence */
function say(sentence) {
  const status = find("#progress-status", HTMLElement);
  if (status) status.textContent = sentence;
}

/** @param {File} file */
async function load(file) {
  const entries = parseSolved(await file.text());
  if (entries) storeSolved({ ...entries, ...solved() });
  say(entries ? text("progress_loaded") : text("progress_wrong"));
  showCounts();
}

showCounts();
const input = find("#progress-file", HTMLInputElement);
find("#save-progress", HTMLButtonElement)?.addEventListener("click", () => {
  saveFile(new Blob([JSON.stringify(solved(), null, 2)], { type: "application/json" }), FILE);
});
find("#load-progress", HTMLButtonElement)?.addEventListener("click", () => input?.click());
input?.addEventListener("change", () => {
  const file = input.files?.[0];
  if (file) load(file);
  input.value = "";
});
find("#clear-progress", HTMLButtonElement)?.addEventListener("click", () => {
  storeSolved(null);
  say(text("progress_cleared"));
  showCounts();
});
