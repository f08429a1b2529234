/** Walking about the map: along the wires down and up, and to what stands beside. */

/** @typedef {import("./layout.js").Plan} Plan */
/** @typedef {import("./layout.js").Place} Place */
/** @typedef {"down" | "up" | "left" | "right"} Direction */

/**
 * The place in some direction from another; null where there is none.
 * @param {Plan} plan
 * @param {string} id
 * @param {Direction} direction
 * @returns {string | null}
 */
export function beside(plan, id, direction) {
  const here = plan.places.find((place) => place.id === id);
  if (!here) return null;
  const places = direction === "down" || direction === "up" ? wired(plan, id, direction) : aside(plan, here, direction);
  /** @type {(place: Place) => number} */
  const far = (place) => Math.abs(place.x - here.x) + 4 * Math.abs(place.rank - here.rank);
  return places.reduce((/** @type {Place | null} */ best, place) => (best && far(best) <= far(place) ? best : place), null)?.id ?? null;
}

/**
 * @param {Plan} plan
 * @param {string} id
 * @param {"down" | "up"} direction
 */
function wired(plan, id, direction) {
  const ids = new Set(
    plan.wires.flatMap(({ from, to }) => (direction === "down" ? (from === id ? to : []) : to === id ? from : [])),
  );
  return plan.places.filter((place) => ids.has(place.id));
}

/**
 * @param {Plan} plan
 * @param {Place} here
 * @param {"left" | "right"} direction
 */
function aside(plan, here, direction) {
  const found = plan.places.filter(({ x }) => (direction === "left" ? x < here.x : x > here.x));
  const rows = Math.min(...found.map(({ rank }) => Math.abs(rank - here.rank)));
  return rows > 3 ? [] : found.filter(({ rank }) => Math.abs(rank - here.rank) === rows);
}
