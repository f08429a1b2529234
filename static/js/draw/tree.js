/** Drawings as data: SVG elements that a page makes real, or a file holds as text. */

/** @typedef {{ name: string, attributes: Record<string, string | number>, children: (Tree | string)[] }} Tree */

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {...(Tree | string)} children
 * @returns {Tree}
 */
export function tree(name, attributes, ...children) {
  return { name, attributes, children };
}

/**
 * A text cut to the letters that have room, with an ellipsis where some are missing.
 * @param {string} text
 * @param {number} letters
 */
export function cut(text, letters) {
  return text.length <= letters ? text : `${text.slice(0, Math.max(1, Math.floor(letters) - 1))}…`;
}
