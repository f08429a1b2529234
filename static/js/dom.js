/** The document: finding elements and making them. */

const MAX_CANVAS = 16_000; // pixels of a side, which all browsers draw

/**
 * The first element that matches a selector, if it has the expected type.
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @param {ParentNode} [root]
 * @returns {T | null}
 */
export function find(selector, type, root = document) {
  const element = root.querySelector(selector);
  return element instanceof type ? element : null;
}

/**
 * All elements that match a selector and have the expected type.
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @param {ParentNode} [root]
 * @returns {T[]}
 */
export function findAll(selector, type, root = document) {
  /** @type {T[]} */
  const elements = [];
  for (const element of root.querySelectorAll(selector)) if (element instanceof type) elements.push(element);
  return elements;
}

/**
 * The target of an event or its closest ancestor that matches a selector.
 * @template {Element} T
 * @param {Event} event
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T | null}
 */
export function closest(event, selector, type) {
  const element = event.target instanceof Element ? event.target.closest(selector) : null;
  return element instanceof type ? element : null;
}

/** @type {import("./draw/tree.js").Tree} */
const SIGN = {
  name: "svg",
  attributes: { viewBox: "0 0 24 24", "aria-hidden": "true" },
  children: [
    { name: "circle", attributes: { cx: 12, cy: 12, r: 9 }, children: [] },
    { name: "path", attributes: { d: "M12 7.5v5.5M12 16.5h.01" }, children: [] },
  ],
};

/**
 * An error notice, in the markup of the server's notices.
 * @param {string} message with code between backticks
 */
export function makeNotice(message) {
  const box = document.createElement("div");
  const line = document.createElement("p");
  const strong = document.createElement("strong");
  box.className = "notice";
  box.setAttribute("role", "alert");
  for (const [index, piece] of message.split("`").entries()) strong.append(index % 2 ? makeCode(piece) : piece);
  line.append(strong);
  box.append(createSvg(SIGN), line);
  return box;
}

/**
 * The first element of a template, copied.
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T | null}
 */
export function cloneTemplate(selector, type) {
  const copy = find(selector, HTMLTemplateElement)?.content.firstElementChild?.cloneNode(true);
  return copy instanceof type ? copy : null;
}

/**
 * A field for a number, which may be written as the page writes it.
 * @param {string} value
 * @param {string} label
 */
export function makeNumberField(value, label) {
  const field = document.createElement("input");
  Object.assign(field, { value, size: 1, autocomplete: "off", inputMode: "decimal" });
  field.setAttribute("aria-label", label);
  return field;
}

/**
 * Show an error notice below a heading, in place of the last one.
 * @param {string} heading
 * @param {string} message
 */
export function showNotice(heading, message) {
  find(".notice.complaint", HTMLElement)?.remove();
  const box = makeNotice(message);
  box.classList.add("complaint");
  find(heading, HTMLElement)?.after(box);
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

/**
 * A link for a finger or a pointer; the keyboard has another way to where it leads.
 * @param {string} href
 * @param {string} text
 */
export function makeLink(href, text) {
  const link = document.createElement("a");
  Object.assign(link, { href, textContent: text, tabIndex: -1 });
  return link;
}

/** @param {string} text */
function makeCode(text) {
  const element = document.createElement("code");
  element.textContent = text;
  return element;
}

/**
 * A document of the server's HTML. Scripts in it do not run.
 * @param {string} html
 */
export function parseHtml(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

/**
 * Fill a list of suggestions.
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
 * Let a form have these hidden fields, and no others.
 * @param {HTMLFormElement} form
 * @param {[string, string][]} fields names and values
 */
export function fillHiddenFields(form, fields) {
  for (const field of findAll("[type=hidden]", HTMLInputElement, form)) field.remove();
  for (const [name, value] of fields) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
}

/**
 * Add a choice to a list, unless it is there.
 * @param {HTMLSelectElement} list
 * @param {string} value
 * @param {string} label
 */
export function addOption(list, value, label) {
  if ([...list.options].some((option) => option.value === value)) return;
  const option = document.createElement("option");
  Object.assign(option, { value, textContent: label });
  list.append(option);
}

/**
 * Select a text.
 * @param {HTMLElement} element
 */
export function selectText(element) {
  getSelection()?.selectAllChildren(element);
}

/**
 * Place a rectangle of an SVG, or hide it.
 * @param {SVGRectElement | null} rect
 * @param {{ x: number, y: number, width: number, height: number } | null} box
 */
export function placeRect(rect, box) {
  if (!rect) return;
  rect.toggleAttribute("hidden", !box);
  for (const [name, value] of Object.entries(box ?? {})) rect.setAttribute(name, String(value));
}

/**
 * The SVG element of a drawing.
 * @param {import("./draw/tree.js").Tree} tree
 * @returns {SVGElement}
 */
export function createSvg({ name, attributes, children }) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children.map((child) => (typeof child === "string" ? child : createSvg(child))));
  return element;
}

/**
 * An SVG as PNG, twice as large, or as large as a canvas may be.
 * @param {Blob} svg
 * @param {number} width
 * @param {number} height
 * @returns {Promise<Blob>}
 */
export async function pngOf(svg, width, height) {
  const url = URL.createObjectURL(svg);
  const image = await decodeImage(url);
  URL.revokeObjectURL(url);
  const scale = Math.min(2, MAX_CANVAS / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  if (image) canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob();
}

/**
 * Let the browser save a file.
 * @param {Blob} content
 * @param {string} name
 */
export function saveFile(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
