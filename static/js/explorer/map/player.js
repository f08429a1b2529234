/** A forward pass on the map, layer by layer: played at the reader's pace, or in steps. */

import { find } from "../../dom.js";
import { text } from "../../texts.js";

/**
 * @typedef {object} Stage what the pass goes over
 * @property {string[]} items in the order in which they are computed
 * @property {(item: string) => SVGElement | undefined} card
 * @property {(item: string) => void} see
 * @property {(item: string) => string} words
 * @property {string} current the item that is looked at
 * @property {(item: string) => void} rest called where the pass halts
 */

export class MapPlayer {
  #at = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /**
   * @param {HTMLElement} root
   * @param {SVGSVGElement} svg
   * @param {() => Stage} stage
   */
  constructor(root, svg, stage) {
    this.root = root;
    this.svg = svg;
    this.stage = stage;
    find("#map-play", HTMLButtonElement, root)?.addEventListener("click", () => (this.#timer ? this.#halt() : this.#play()));
    find("#map-step", HTMLButtonElement, root)?.addEventListener("click", () => this.step(1));
    find("#map-back", HTMLButtonElement, root)?.addEventListener("click", () => this.step(-1));
  }

  /** Forget the pass: all layers are as they were. */
  clear() {
    this.#stop();
    this.#at = -1;
    this.svg.classList.remove("passing");
    for (const card of this.svg.querySelectorAll(".done, .now")) card.classList.remove("done", "now");
    const readout = find("#map-readout", HTMLElement, this.root);
    if (readout) readout.textContent = "";
  }

  /** @param {number} steps */
  step(steps) {
    this.#stop();
    if (this.#at < 0) this.#at = this.#start();
    this.#to(this.#at + steps);
    this.#rest();
  }

  #play() {
    const { items } = this.stage();
    if (this.#at < 0 || this.#at >= items.length - 1) this.#at = -1;
    this.#label(true);
    this.#tick();
  }

  #tick() {
    if (!this.svg.isConnected) return this.#stop();
    const { items } = this.stage();
    this.#to(this.#at + 1);
    if (this.#at >= items.length - 1) return this.#halt();
    const pace = Number(find("#map-pace", HTMLInputElement, this.root)?.value ?? 1);
    this.#timer = setTimeout(() => this.#tick(), 1000 / 2 ** pace);
  }

  #halt() {
    this.#stop();
    this.#rest();
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#label(false);
  }

  #rest() {
    const item = this.stage().items[this.#at];
    if (item) this.stage().rest(item);
  }

  /** Where steps begin: at what is looked at. */
  #start() {
    const { items, current } = this.stage();
    return items.indexOf(current);
  }

  /** @param {number} index */
  #to(index) {
    const { items, card, see, words } = this.stage();
    this.#at = Math.max(0, Math.min(items.length - 1, index));
    this.svg.classList.add("passing");
    for (const [place, item] of items.entries()) {
      card(item)?.classList.toggle("done", place < this.#at);
      card(item)?.classList.toggle("now", place === this.#at);
    }
    see(items[this.#at]);
    const readout = find("#map-readout", HTMLElement, this.root);
    if (readout) readout.textContent = text("map_step", { step: this.#at + 1, all: items.length, layer: words(items[this.#at]) });
  }

  /** @param {boolean} playing */
  #label(playing) {
    const button = find("#map-play", HTMLButtonElement, this.root);
    if (button) button.textContent = (playing ? button.dataset.pause : button.dataset.play) ?? "";
  }
}
