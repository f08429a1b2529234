/** The forward pass on the map, layer by layer: played at an adjustable speed, or in steps. */

import { find } from "../../dom.js";
import { text } from "../../texts.js";

/**
 * @typedef {object} Stage the map that the pass is shown on
 * @property {string[]} items in the order of computation
 * @property {string} current the current item
 * @property {(item: string) => SVGElement | undefined} card
 * @property {(item: string) => string} label
 * @property {(item: string) => void} reveal
 * @property {(item: string) => void} select called where the pass halts
 */

export class MapPlayer {
  #index = -1;
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
    this.#onClick("#map-play", () => (this.#timer ? this.#halt() : this.#play()));
    this.#onClick("#map-step", () => this.step(1));
    this.#onClick("#map-back", () => this.step(-1));
  }

  /** End the pass: all layers look as before. */
  clear() {
    this.#stop();
    this.#index = -1;
    this.svg.classList.remove("passing");
    for (const card of this.svg.querySelectorAll(".done, .now")) card.classList.remove("done", "now");
    this.#showReadout("");
  }

  /** @param {number} steps */
  step(steps) {
    this.#stop();
    const { items, current } = this.stage();
    const from = this.#index < 0 ? items.indexOf(current) : this.#index;
    this.#moveTo(from + steps);
    this.#select();
  }

  #play() {
    const { items } = this.stage();
    if (this.#index >= items.length - 1) this.#index = -1;
    this.#showPlaying(true);
    this.#tick();
  }

  #tick() {
    if (!this.svg.isConnected) return this.#stop();
    const { items } = this.stage();
    this.#moveTo(this.#index + 1);
    if (this.#index >= items.length - 1) return this.#halt();
    const speed = Number(find("#map-pace", HTMLInputElement, this.root)?.value ?? 1);
    this.#timer = setTimeout(() => this.#tick(), 1000 / 2 ** speed);
  }

  #halt() {
    this.#stop();
    this.#select();
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#showPlaying(false);
  }

  #select() {
    const { items, select } = this.stage();
    const item = items[this.#index];
    if (item) select(item);
  }

  /** @param {number} index */
  #moveTo(index) {
    const { items, card, reveal, label } = this.stage();
    this.#index = Math.max(0, Math.min(items.length - 1, index));
    this.svg.classList.add("passing");
    for (const [each, item] of items.entries()) {
      card(item)?.classList.toggle("done", each < this.#index);
      card(item)?.classList.toggle("now", each === this.#index);
    }
    const item = items[this.#index];
    reveal(item);
    this.#showReadout(text("map_step", { step: this.#index + 1, all: items.length, layer: label(item) }));
  }

  /** @param {boolean} playing */
  #showPlaying(playing) {
    const button = find("#map-play", HTMLButtonElement, this.root);
    if (button) button.textContent = (playing ? button.dataset.pause : button.dataset.play) ?? "";
  }

  /** @param {string} message */
  #showReadout(message) {
    const readout = find("#map-readout", HTMLElement, this.root);
    if (readout) readout.textContent = message;
  }

  /**
   * @param {string} selector
   * @param {() => void} listener
   */
  #onClick(selector, listener) {
    find(selector, HTMLButtonElement, this.root)?.addEventListener("click", listener);
  }
}
