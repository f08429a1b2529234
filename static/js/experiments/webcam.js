/** The page of the camera: its picture, and with every frame the prediction and the layer in view. */

import { addImage, Failure, isAbort, page, refusalOf } from "../api.js";
import { closest, find, findAll, parseHtml, showNotice } from "../dom.js";
import { swap } from "../replacement.js";
import { replaceQuery } from "../state.js";
import { startCamera, stopCamera, takeFrame, takePhoto } from "./camera.js";
import { FrameLoop } from "./frame-loop.js";
import { showRate, showResult } from "./live-results.js";

const HEADING = ".camera > h3";

export function startWebcam() {
  const place = find("#live", HTMLElement);
  const video = find("#camera", HTMLVideoElement);
  if (place && video) new Webcam(place, video).start();
}

class Webcam {
  #place;
  #video;
  #loop;
  #isPaused = false;
  #loading = new AbortController();

  /**
   * @param {HTMLElement} place
   * @param {HTMLVideoElement} video
   */
  constructor(place, video) {
    this.#place = place;
    this.#video = video;
    this.#loop = new FrameLoop({
      frame: async () => {
        const query = find("#layer-sheet", HTMLElement)?.dataset.query ?? "";
        return { address: `${place.dataset.live}?${query}`, picture: await takeFrame(video, Number(place.dataset.side)) };
      },
      show: (result, rate) => {
        showResult(place, result, rate);
        this.#continue();
      },
      fail: (message) => {
        showNotice(HEADING, message);
        this.#continue();
      },
    });
  }

  start() {
    const actions = { start: () => this.#startCamera(), snapshot: () => this.#takeSnapshot(), pause: () => this.#pause(), stop: () => this.#stop() };
    for (const [name, act] of Object.entries(actions)) {
      find(`.camera [name=${name}]`, HTMLButtonElement)?.addEventListener("click", () => void act());
    }
    find("#layer-form", HTMLFormElement)?.addEventListener("change", (event) => {
      const form = closest(event, "form", HTMLFormElement);
      if (form) void this.#showLayer(form);
    });
    document.addEventListener("visibilitychange", () => this.#continue());
    addEventListener("pagehide", () => this.#stop());
  }

  get #isOn() {
    return this.#video.srcObject !== null;
  }

  /** Send the next frame, unless nobody would see its result. */
  #continue() {
    if (this.#isOn && !this.#isPaused && !document.hidden) this.#loop.request();
  }

  async #startCamera() {
    find(".notice.complaint", HTMLElement)?.remove();
    const button = find(".camera [name=start]", HTMLButtonElement);
    button?.setAttribute("disabled", ""); // a second stream would run on when the camera is stopped
    const problem = await startCamera(this.#video, () => this.#stop()).finally(() => button?.removeAttribute("disabled"));
    if (problem) showNotice(HEADING, this.#place.dataset[problem] ?? "");
    this.#isPaused = false;
    this.#showState();
    this.#continue();
  }

  #stop() {
    this.#loop.stop();
    stopCamera(this.#video);
    this.#showState();
    showRate(this.#place, null);
  }

  #pause() {
    this.#isPaused = !this.#isPaused;
    if (this.#isPaused) this.#video.pause();
    else void this.#video.play();
    this.#showState();
    this.#continue();
  }

  #showState() {
    this.#video.hidden = !this.#isOn;
    find("#stored", HTMLElement)?.toggleAttribute("hidden", this.#isOn);
    for (const button of findAll(".camera .actions button", HTMLButtonElement)) button.hidden = this.#isOn === (button.name === "start");
    find(".camera [name=pause]", HTMLButtonElement)?.setAttribute("aria-pressed", String(this.#isPaused));
  }

  /** Store the picture like an upload, and open it in the Explorer. */
  async #takeSnapshot() {
    const link = find("#explore", HTMLAnchorElement);
    if (!link) return;
    try {
      const image = await addImage(await takePhoto(this.#video), () => {}, new AbortController().signal);
      link.href = `${find("#layer-sheet", HTMLElement)?.dataset.explore}${image}`;
      link.click();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      showNotice(HEADING, error.message);
    }
  }

  /**
   * Show another layer, while the camera stays on.
   * @param {HTMLFormElement} form
   */
  async #showLayer(form) {
    const query = new URLSearchParams(Array.from(new FormData(form), ([name, value]) => [name, String(value)]));
    this.#loading.abort();
    this.#loading = new AbortController();
    try {
      const rendered = parseHtml(await page(`webcam?${query}`, "page", this.#loading.signal));
      if (!swap("layer-sheet", rendered)) throw refusalOf(rendered);
      replaceQuery("", String(query));
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof Failure)) throw error;
      showNotice(HEADING, error.message);
    }
  }
}
