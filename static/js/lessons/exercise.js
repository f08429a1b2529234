/** An exercise that is checked in place. The server has the verdict; the browser remembers what is solved. */

import { Failure, isAbort, page, refusalOf } from "../api.js";
import { closest, find, findAll, makeNotice, parseHtml } from "../dom.js";
import { swapContent } from "../replacement.js";
import { replaceQuery } from "../state.js";
import { isSolved, noteSolved } from "./progress.js";

/** Its form is sent to `data-source`, which gives the same exercise with the verdict. */
export class Exercise extends HTMLElement {
  #request = new AbortController();

  connectedCallback() {
    this.addEventListener("submit", (event) => this.#submit(event));
    this.addEventListener("click", (event) => this.#follow(event));
    this.#note();
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    const form = find("form", HTMLFormElement, this);
    if (!form) return;
    event.preventDefault();
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form, event.submitter)) query.set(name, String(value));
    this.#draw(query);
  }

  /**
   * The link to another problem is followed in place.
   * @param {MouseEvent} event
   */
  async #follow(event) {
    const link = closest(event, "a[data-another]", HTMLAnchorElement);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    await this.#draw(new URL(link.href).searchParams);
    find("input:not([type=hidden])", HTMLInputElement, this)?.focus({ preventScroll: true });
  }

  /** @param {URLSearchParams} query */
  async #draw(query) {
    this.#request.abort();
    this.#request = new AbortController();
    try {
      this.#swap(await page(`${this.dataset.source}?${query}`, "page", this.#request.signal));
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof Failure)) throw error;
      find("[role=status]", HTMLElement, this)?.replaceChildren(makeNotice(error.message));
    }
  }

  /**
   * The place of the verdict stays, so that what comes into it is announced.
   * @param {string} html
   */
  #swap(html) {
    const rendered = parseHtml(html);
    const next = find(`#${this.id}`, HTMLElement, rendered);
    if (!next) throw refusalOf(rendered);
    const status = find("[role=status]", HTMLElement, this);
    const verdict = find("[role=status]", HTMLElement, next);
    if (!status || !verdict) return;
    for (const part of [...status.children]) part.remove();
    const findings = [...verdict.children];
    verdict.replaceWith(status);
    swapContent(this, next);
    status.append(...findings);
    this.toggleAttribute("data-right", next.hasAttribute("data-right"));
    this.dataset.seed = next.dataset.seed;
    const prefix = this.dataset.prefix ?? "";
    replaceQuery(prefix, String(new URLSearchParams({ [`${prefix}seed`]: this.dataset.seed ?? "" })));
    this.#note();
  }

  /** Remember that it is solved, and show whether it has been. */
  #note() {
    const name = this.dataset.exercise ?? "";
    if (this.hasAttribute("data-right")) noteSolved(name);
    const mark = find(".solved", HTMLElement, this);
    if (mark) mark.hidden = !isSolved(name);
  }
}

/** Make the exercises of the page live. */
export function startExercises() {
  if (findAll("cs-exercise", HTMLElement).length) customElements.define("cs-exercise", Exercise);
}
