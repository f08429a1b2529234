/**
 * The meaning of a term, at the term, while it is pointed at, focused or touched. Escape closes it. A term is a link to its
 * entry in the glossary; a finger, which cannot point before it follows, finds this link with the meaning.
 */

import { closest, find, makeLink } from "./dom.js";
import { text } from "./texts.js";

const TERM = ":is(abbr[tabindex], a.term)";
const GAP = 6; // pixels between a term and its meaning
const MARGIN = 8; // to the edges of the window
const PATIENCE_MS = 200; // in which the pointer gets from the term to its meaning

let leaving = 0;
/** @type {HTMLElement | null} */
let current = null;

export function startGlossary() {
  document.addEventListener("pointerover", (event) => {
    const term = closest(event, TERM, HTMLElement);
    if (term) show(term);
    else if (closest(event, "#meaning", HTMLElement)) clearTimeout(leaving);
    else hideSoon();
  });
  document.addEventListener("focusin", (event) => {
    const term = closest(event, TERM, HTMLElement);
    if (term) show(term);
    else if (!closest(event, "#meaning", HTMLElement)) hide();
  });
  document.addEventListener("focusout", (event) => {
    if (!(event.relatedTarget instanceof Element && event.relatedTarget.closest("#meaning"))) hide();
  });
  document.addEventListener("click", (event) => {
    const link = closest(event, "a.term", HTMLAnchorElement);
    if (link && event instanceof PointerEvent && event.pointerType === "touch") showWithLink(event, link);
  });
  document.addEventListener("scroll", place, true);
  document.addEventListener("keydown", leave, true);
}

/**
 * Escape closes the meaning, and nothing else at the same time.
 * @param {KeyboardEvent} event
 */
function leave(event) {
  if (event.key !== "Escape" || !isOpen()) return;
  event.preventDefault();
  event.stopPropagation();
  hide();
}

function isOpen() {
  return find("#meaning:popover-open", HTMLElement) !== null;
}

/**
 * @param {Event} event
 * @param {HTMLAnchorElement} link
 */
function showWithLink(event, link) {
  event.preventDefault();
  show(link);
  find("#meaning", HTMLElement)?.append(makeLink(link.href, text("glossary_entry")));
  place();
}

/** @param {HTMLElement} term */
function show(term) {
  const box = find("#meaning", HTMLElement);
  if (!box) return;
  clearTimeout(leaving);
  if (term.title) {
    term.setAttribute("aria-description", term.title); // read aloud as the title was, without the browser's own tooltip
    term.removeAttribute("title");
  }
  box.textContent = term.getAttribute("aria-description");
  if (!isOpen()) box.showPopover();
  current = term;
  place();
}

/** Below the term where there is room, else above it; always within the window. */
function place() {
  const box = find("#meaning:popover-open", HTMLElement);
  if (!box || !current) return;
  const { clientWidth, clientHeight } = document.documentElement;
  const term = current.getBoundingClientRect();
  if (!term.width || term.bottom < 0 || term.top > clientHeight) return hide();
  const isBelow = term.bottom + GAP + box.offsetHeight + MARGIN <= clientHeight;
  const top = isBelow ? term.bottom + GAP : term.top - GAP - box.offsetHeight;
  box.style.left = `${Math.max(MARGIN, Math.min(term.left, clientWidth - MARGIN - box.offsetWidth))}px`;
  box.style.top = `${Math.max(MARGIN, top)}px`;
}

function hideSoon() {
  clearTimeout(leaving);
  if (isOpen()) leaving = setTimeout(showFocused, PATIENCE_MS);
}

/** Back to the term with the focus, if there is one. */
function showFocused() {
  const focused = find(`${TERM}:focus`, HTMLElement);
  if (focused) show(focused);
  else hide();
}

function hide() {
  clearTimeout(leaving);
  if (isOpen()) find("#meaning", HTMLElement)?.hidePopover();
}
