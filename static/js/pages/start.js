/** The script of the start page: a picture that is chosen, dropped or pasted, and the example while it still runs. */

import { Failure, page } from "../api.js";
import { find, parseHtml } from "../dom.js";
import { swap } from "../replacement.js";
import { startUpload } from "../picture-form.js";
import { baseUrl } from "../state.js";

const AGAIN_MS = 1000;
const PARTS = ["explore", "run", "pictures"];

/** Show what has run meanwhile, until all has. The page is not loaded again: the reader may be about to leave it. */
async function followRuns() {
  while (find("#pictures[data-running]", HTMLElement)) {
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    const rendered = parseHtml(await page(baseUrl(), "page", new AbortController().signal));
    if (!PARTS.every((part) => swap(part, rendered))) return;
  }
}

startUpload();
followRuns().catch((error) => {
  if (!(error instanceof Failure)) throw error; // without the server, the page stays as it is
});
