/** The document: finding elements, making them, and putting what the server rendered in its place. */

/**
 * The first element that matches, of the type that is expected.
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @param {ParentNode} [root]
 * @returns {T | null}
 */
export function find(selector, type, root = document) {
  const found = root.querySelector(selector);
  return found instanceof type ? found : null;
}

/**
 * All elements that match, of the type that is expected.
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @param {ParentNode} [root]
 * @returns {T[]}
 */
export function findAll(selector, type, root = document) {
  /** @type {T[]} */
  const found = [];
  for (const element of root.querySelectorAll(selector)) if (element instanceof type) found.push(element);
  return found;
}

/**
 * The element at or around an event's target that matches.
 * @template {Element} T
 * @param {Event} event
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T | null}
 */
export function around(event, selector, type) {
  const found = event.target instanceof Element ? event.target.closest(selector) : null;
  return found instanceof type ? found : null;
}

/**
 * What went wrong, as the server's own notices look.
 * @param {string} message
 */
export function notice(message) {
  const box = document.createElement("div");
  const line = document.createElement("p");
  const strong = document.createElement("strong");
  box.className = "notice";
  box.setAttribute("role", "alert");
  for (const [place, piece] of message.split("`").entries()) strong.append(place % 2 ? code(piece) : piece);
  line.append(strong);
  box.append(line);
  return box;
}

/**
 * Say below a heading what went wrong, in place of what was said so before.
 * @param {string} heading
 * @param {string} message
 */
export function complain(heading, message) {
  find(".notice.complaint", HTMLElement)?.remove();
  const told = notice(message);
  told.classList.add("complaint");
  find(heading, HTMLElement)?.after(told);
}

/**
 * @param {string} text
 * @param {string} className
 */
export function makeStrong(text, className) {
  const element = document.createElement("strong");
  element.className = className;
  element.textContent = text;
  return element;
}

/**
 * The image at an address, loaded and decoded; null where that fails.
 * @param {string} address
 */
export async function decodeImage(address) {
  const image = new Image();
  image.src = address;
  return image.decode().then(() => image, () => null);
}

/** @param {string} text as it would be typed */
function code(text) {
  const element = document.createElement("code");
  element.textContent = text;
  return element;
}

/**
 * What the server rendered: escaped there, and scripts in it never run.
 * @param {string} html
 */
export function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

/**
 * Put the rendered place in this page's, unless it is the same; keep the reader's focus.
 * @param {string} id
 * @param {Document} rendered
 * @returns {boolean} whether the answer has such a place
 */
export function swap(id, rendered) {
  const old = find(`#${id}`, HTMLElement);
  const fresh = find(`#${id}`, HTMLElement, rendered);
  if (!old || !fresh) return false;
  if (fresh.dataset.key !== undefined && fresh.dataset.key === old.dataset.key) return true;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const again = focused?.id ? find(`#${CSS.escape(focused.id)}`, HTMLElement, fresh) : null;
  old.replaceWith(document.adoptNode(fresh));
  if (focused) (again ?? find("h2", HTMLElement, fresh))?.focus({ preventScroll: true });
  return true;
}

/**
 * Give a list of suggestions its entries.
 * @param {HTMLDataListElement} list
 * @param {string[]} values
 */
export function fillOptions(list, values) {
  const options = values.map((value) => {
    const option = document.createElement("option");
    option.value = value;
    return option;
  });
  list.replaceChildren(...options);
}

/**
 * Mark a text as if the reader had.
 * @param {HTMLElement} element
 */
export function select(element) {
  getSelection()?.selectAllChildren(element);
}

/**
 * Show a rectangle of an SVG, or hide it.
 * @param {SVGRectElement | null} rect
 * @param {{ x: number, y: number, width: number, height: number } | null} box
 */
export function frame(rect, box) {
  if (!rect) return;
  rect.toggleAttribute("hidden", !box);
  for (const [name, value] of Object.entries(box ?? {})) rect.setAttribute(name, String(value));
}

/**
 * A drawing made real.
 * @param {import("./draw/tree.js").Tree} tree
 * @returns {SVGElement}
 */
export function grow({ name, attributes, children }) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children.map((child) => (typeof child === "string" ? child : grow(child))));
  return element;
}

/**
 * Offer a file to be saved.
 * @param {Blob} content
 * @param {string} name
 */
export function save(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
