/** SVG elements as data, for a page or a file. */

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
 * A text of at most so many letters, with an ellipsis where it is truncated.
 * @param {string} text
 * @param {number} letters
 */
export function truncate(text, letters) {
  return text.length <= letters ? text : `${text.slice(0, Math.max(1, Math.floor(letters) - 1))}…`;
}

/**
 * A text of at most so many letters, with its end, which tells similar names apart; empty where there is no room.
 * @param {string} text
 * @param {number} letters
 */
export function shorten(text, letters) {
  const room = Math.floor(letters);
  if (text.length <= room) return text;
  if (room < 4) return "";
  const end = Math.floor(room / 2) - 1;
  return `${text.slice(0, room - 1 - end)}…${text.slice(text.length - end)}`;
}
