/** The slides of a lecture: which pieces of a lesson are shown together. */

/**
 * A piece of a lesson: a heading, a figure, or prose with a number of words. `section` counts from 0, the lesson's own
 * head included.
 * @typedef {{ kind: "head" | "heading" | "figure" | "prose", section: number, words: number }} Piece
 */

export const MOST_WORDS = 95; // of prose on a slide, at the size for a projector

/**
 * The slides in their order, each a list of the places of its pieces. The head of a lesson is a slide; so is every figure,
 * below the heading of its section, and prose as far as it fits. Every slide has the heading of its section.
 * @param {Piece[]} pieces
 * @returns {number[][]}
 */
export function slidesOf(pieces) {
  /** @type {number[][]} */
  const slides = [];
  let heading = -1;
  let words = MOST_WORDS + 1;
  for (const [place, piece] of pieces.entries()) {
    if (piece.kind === "heading") {
      heading = place;
      words = MOST_WORDS + 1;
      continue;
    }
    const isFull = piece.kind !== "prose" || words + piece.words > MOST_WORDS;
    if (isFull) slides.push(heading >= 0 && pieces[heading].section === piece.section ? [heading, place] : [place]);
    else slides.at(-1)?.push(place);
    if (piece.kind !== "prose") words = MOST_WORDS + 1;
    else words = isFull ? piece.words : words + piece.words;
  }
  return slides;
}

/**
 * How much larger a figure is drawn: as large as fits into the room, at most twice and not much smaller than on the page.
 * @param {{ width: number, height: number }} size
 * @param {{ width: number, height: number }} room
 */
export function enlargement(size, room) {
  return Math.max(0.7, Math.min(2, room.width / size.width, room.height / size.height));
}
