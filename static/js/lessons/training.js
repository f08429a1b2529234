/** Training that runs by itself: the figure asks for the next steps until it is stopped or has made them all. */

import { closest, find } from "../dom.js";
import { Figure } from "./figure.js";

const STEPS = 5; // between two drawings
const LEAST_MS = 150; // of one drawing, so that each can be seen

export class Training extends Figure {
  /** The run that is going on: each press of the button begins another one.
   * @type {object | null} */
  #run = null;

  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("click", (event) => {
      if (closest(event, "[data-run]", HTMLButtonElement)) this.#toggle();
      else if (closest(event, "a[data-step]", HTMLAnchorElement)) this.#run = null;
    });
    this.addEventListener("input", () => {
      this.#run = null;
    });
    this.addEventListener("drawn", () => this.#mark());
  }

  disconnectedCallback() {
    this.#run = null;
  }

  #toggle() {
    const run = this.#run ? null : {};
    this.#run = run;
    this.#mark();
    if (run) this.#train(run);
  }

  /** @param {object} run */
  async #train(run) {
    try {
      while (this.#run === run) {
        const made = this.#number("stepsMade");
        const next = Math.min(made + STEPS, this.#number("most"));
        const pause = new Promise((resolve) => setTimeout(resolve, LEAST_MS));
        await this.update(`${this.dataset.prefix ?? ""}step=${next}`);
        await pause;
        if (this.#number("stepsMade") === made || !find("[data-run]", HTMLButtonElement, this)) break;
      }
    } finally {
      if (this.#run === run) this.#run = null;
      this.#mark();
    }
  }

  /**
   * A number of the run that is drawn.
   * @param {string} name
   */
  #number(name) {
    return Number(find("[data-most]", HTMLElement, this)?.dataset[name] ?? 0);
  }

  /** The button says what it does now. */
  #mark() {
    const button = find("[data-run]", HTMLButtonElement, this);
    if (!button) return;
    button.dataset.start ??= button.textContent ?? "";
    button.textContent = this.#run ? (button.dataset.stop ?? "") : button.dataset.start;
  }
}
