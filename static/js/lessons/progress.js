/** Which exercises are solved, remembered by the browser alone: an object of a lesson's id and an exercise's name, and the day. */

import { recall, remember } from "../memory.js";

const NAME = "solved";
const EXERCISE = /^[a-z0-9-]+\.[a-z0-9-]+$/;

/** @typedef {Record<string, string>} Solved by "lesson.exercise" the day on which it was solved */

/** @returns {Solved} */
export function solved() {
  return parseSolved(recall(NAME) ?? "{}") ?? {};
}

/** @param {string} exercise */
export function isSolved(exercise) {
  return Object.hasOwn(solved(), exercise);
}

/** @param {string} exercise */
export function noteSolved(exercise) {
  if (EXERCISE.test(exercise) && !isSolved(exercise)) {
    storeSolved({ ...solved(), [exercise]: new Date().toISOString().slice(0, 10) });
  }
}

/** @param {Solved | null} entries null to forget all */
export function storeSolved(entries) {
  remember(NAME, entries && JSON.stringify(entries));
}

/**
 * What a file of progress says.
 * @param {string} source
 * @returns {Solved | null} null if it is no such file
 */
export function parseSolved(source) {
  try {
    const entries = JSON.parse(source);
    if (entries === null || typeof entries !== "object" || Array.isArray(entries)) return null;
    return Object.fromEntries(
      Object.entries(entries).filter(([name, day]) => EXERCISE.test(name) && typeof day === "string"),
    );
  } catch {
    return null;
  }
}
