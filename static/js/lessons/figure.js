/** A live figure. The server draws it in each state; this element asks for the next one, and marks linked cells. */

import { Failure, isAbort, page, refusalOf } from "../api.js";
import { closest, find, findAll, makeNotice, parseHtml } from "../dom.js";
import { swapContent } from "../replacement.js";
import { replaceQuery } from "../state.js";

const PATIENCE_MS = 150; // after the last key that was typed

/**
 * The base of all figures. Its form has the whole state; `data-source` is where the server draws it.
 */
export class Figure extends HTMLElement {
  #waiting = 0;
  #request = new AbortController();
  /** The place in the steps of a lecture; before the first one it is -1. */
  step = -1;

  connectedCallback() {
    this.addEventListener("input", () => {
      clearTimeout(this.#waiting);
      this.#waiting = setTimeout(() => this.update(), PATIENCE_MS);
    });
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      this.update();
    });
    this.addEventListener("click", (event) => this.#follow(event));
    this.addEventListener("pointerover", (event) => this.#mark(closest(event, "[data-links]", HTMLElement)));
    this.addEventListener("pointerleave", () => this.#mark(null));
    this.addEventListener("focusin", (event) => this.#mark(closest(event, "[data-links]", HTMLElement)));
    this.addEventListener("focusout", () => this.#mark(null));
  }

  /** The parameters of each step of a lecture. */
  get steps() {
    return this.dataset.steps?.split(" ") ?? [];
  }

  /**
   * Go to a step of the lecture.
   * @param {number} index
   */
  show(index) {
    this.step = index;
    return this.update(this.steps[index]);
  }

  /**
   * Draw the state of the form, with some values changed.
   * @param {string} [changes] a query
   */
  async update(changes = "") {
    clearTimeout(this.#waiting);
    const form = find("form", HTMLFormElement, this);
    if (!form) return;
    const query = new URLSearchParams();
    const prefix = this.dataset.prefix ?? "";
    for (const [name, value] of new FormData(form)) if (name.startsWith(prefix) || !name.includes(".")) query.set(name, String(value));
    for (const [name, value] of new URLSearchParams(changes)) query.set(name, value);
    this.#request.abort();
    this.#request = new AbortController();
    try {
      this.#swap(await page(`${this.dataset.source}?${query}`, "page", this.#request.signal));
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof Failure)) throw error;
      find(".notice", HTMLElement, this)?.remove();
      this.prepend(makeNotice(error.message));
    }
  }

  /** @param {string} html */
  #swap(html) {
    const rendered = parseHtml(html);
    const next = find(`#${this.id}`, HTMLElement, rendered);
    if (!next) throw refusalOf(rendered);
    this.dataset.query = next.dataset.query;
    swapContent(this, next);
    replaceQuery(this.dataset.prefix ?? "", next.dataset.query ?? "");
    this.dispatchEvent(new CustomEvent("drawn", { bubbles: true }));
  }

  /**
   * A link to another state of this figure is followed in place.
   * @param {MouseEvent} event
   */
  #follow(event) {
    const link = closest(event, "a[data-step]", HTMLAnchorElement);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.update(new URL(link.href).search);
  }

  /**
   * Mark the cells that a cell is computed from, and show its sum; without a cell, those of the state.
   * @param {HTMLElement | null} cell
   */
  #mark(cell) {
    const links = new Set(cell?.dataset.links?.split(" ") ?? []);
    for (const each of findAll("[data-cell]", HTMLElement, this)) {
      each.classList.toggle("pointed", each === cell || links.has(each.dataset.cell ?? ""));
    }
    this.classList.toggle("pointing", cell !== null);
    const output = find(".working output", HTMLOutputElement, this);
    if (!output) return;
    output.dataset.own ??= output.textContent ?? "";
    output.textContent = cell?.dataset.working ?? output.dataset.own;
  }
}

/** Make the figures of the page live. A kind with a script of its own is defined by it. */
export function startFigures() {
  for (const figure of findAll(".figure[data-source]", HTMLElement)) {
    const name = figure.localName;
    if (!customElements.get(name)) customElements.define(name, class extends Figure {});
  }
}
