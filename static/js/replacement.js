/** Parts of the page that are replaced by what the server rendered. The focus stays where it was, as far as it can. */

import { find, findAll } from "./dom.js";

const FIELD = "input, select, textarea";
const CONTROLS = "a[href], button:enabled, summary, [tabindex]"; // a field would open the keyboard of a screen
const HEADING = ":is(h2, h3)[tabindex]";

/**
 * Replace an element by the rendered one of the same id, unless their keys are equal.
 * @param {string} id
 * @param {Document} rendered
 * @param {boolean} [keepsScroll] whether it stays scrolled as it was
 * @returns {boolean} whether both have such an element
 */
export function swap(id, rendered, keepsScroll = false) {
  const before = find(`#${id}`, HTMLElement);
  const after = find(`#${id}`, HTMLElement, rendered);
  if (!before || !after) return false;
  if (after.dataset.key !== undefined && after.dataset.key === before.dataset.key) return true;
  const focused = focusIn(before);
  const top = keepsScroll ? before.scrollTop : 0;
  before.replaceWith(document.adoptNode(after));
  if (top) after.scrollTop = top;
  if (focused) (focused.successorIn(after) ?? find(HEADING, HTMLElement, after) ?? focused.neighbourIn(after))?.focus({ preventScroll: true });
  return true;
}

/**
 * Replace what an element contains by what another one contains. A field that is typed into stays as it is, and what is
 * unfolded stays so.
 * @param {HTMLElement} before
 * @param {HTMLElement} after
 */
export function swapContent(before, after) {
  for (const { id } of findAll("details[open]", HTMLDetailsElement, before)) if (id) elementOf(id, after)?.setAttribute("open", "");
  const focused = focusIn(before);
  const field = focused?.element.matches(FIELD) ? elementOf(focused.element.id, after) : null;
  if (focused && field) keepField(focused.element, field);
  before.replaceChildren(...after.childNodes);
  if (focused) (focused.successorIn(before) ?? focused.neighbourIn(before))?.focus({ preventScroll: true });
}

/**
 * The element with the focus, within a part of the page that is about to be replaced.
 * @param {HTMLElement} part
 */
function focusIn(part) {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement || element instanceof SVGElement) || !part.contains(element)) return null;
  const place = controlsOf(part).indexOf(element);
  return {
    element,
    /** @param {HTMLElement} after */
    successorIn(after) {
      const same = elementOf(element.id, after);
      return same?.closest("details:not([open])")?.querySelector("summary") ?? (same?.matches(":disabled") ? null : same);
    },
    /** What is at the same place now. @param {HTMLElement} after */
    neighbourIn(after) {
      const controls = controlsOf(after);
      return controls[Math.min(place, controls.length - 1)];
    },
  };
}

/**
 * What the keyboard reaches, besides fields.
 * @param {HTMLElement} part
 */
function controlsOf(part) {
  return [...findAll(CONTROLS, HTMLElement, part), ...findAll(CONTROLS, SVGElement, part)].filter((each) => each.checkVisibility());
}

/**
 * @param {string} id
 * @param {HTMLElement} part
 * @returns {HTMLElement | SVGElement | null}
 */
function elementOf(id, part) {
  if (!id) return null;
  return find(`#${CSS.escape(id)}`, HTMLElement, part) ?? find(`#${CSS.escape(id)}`, SVGElement, part);
}

/**
 * Keep a field, with its value, in the place of the rendered one, whose attributes it gets: what it accepts, and whether it is wrong.
 * @param {Element} field
 * @param {Element} rendered
 */
function keepField(field, rendered) {
  for (const { name } of [...field.attributes]) if (!rendered.hasAttribute(name)) field.removeAttribute(name);
  for (const { name, value } of rendered.attributes) if (field.getAttribute(name) !== value) field.setAttribute(name, value);
  rendered.replaceWith(field);
}
