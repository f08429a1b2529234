/** Frames sent to the server one after the other: the next one goes when the last one is on the page. */

import { Failure, frameResult, isAbort } from "../api.js";
import { addFrame, frameRate } from "../lib/frame-rate.js";

/** @typedef {{ id: string, min: number | null, max: number | null, signed: boolean | null, maps: string | null }} FrameLayer */
/** @typedef {{ predictions: import("../api.js").Prediction[], input: string, layers: FrameLayer[], note: string | null }} FrameResult */
/** @typedef {{ address: string, picture: Blob | null }} Frame without a picture, it is the stored one of the address */

/**
 * @typedef {object} FrameOwner
 * @property {() => Promise<Frame>} frame gives the next frame
 * @property {(result: FrameResult, rate: number | null) => void} show puts a result on the page; `rate` is in frames per second
 * @property {(message: string) => void} fail
 */

const PATIENCE_MS = 1000; // after a failure
const NEXT_PAINT_MS = 100; // at most: a page in the background is not painted

export class FrameLoop {
  #owner;
  #isWanted = false;
  #isRunning = false;
  #abort = new AbortController();
  /** @type {number[]} */
  #times = [];

  /** @param {FrameOwner} owner */
  constructor(owner) {
    this.#owner = owner;
  }

  /** Send a frame as soon as the one that is under way has been answered. */
  request() {
    this.#isWanted = true;
    if (!this.#isRunning) void this.#run();
  }

  /** Send no more, and drop the one that is under way. */
  stop() {
    this.#isWanted = false;
    this.#times = [];
    this.#abort.abort();
  }

  async #run() {
    this.#isRunning = true;
    try {
      while (this.#isWanted) {
        this.#isWanted = false;
        this.#abort = new AbortController();
        await this.#send(this.#abort.signal);
      }
    } finally {
      this.#isRunning = false;
    }
  }

  /** @param {AbortSignal} signal */
  async #send(signal) {
    try {
      const { address, picture } = await this.#owner.frame();
      const result = await frameResult(address, picture, signal);
      if (signal.aborted) return;
      this.#times = addFrame(this.#times, performance.now());
      this.#owner.show(result, frameRate(this.#times));
      await nextPaint();
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof Failure)) throw error;
      this.#owner.fail(error.message);
      if (error.details.retry_after_s && !signal.aborted) this.#isWanted = true; // the server is busy
      await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    }
  }
}

/** Wait until the page has been painted. */
function nextPaint() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => resolve(null));
    setTimeout(resolve, NEXT_PAINT_MS, null);
  });
}
