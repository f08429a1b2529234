/** Steps on the map with the arrow keys: up and down along the edges, sideways to the next branch. */

/** @typedef {import("./layout.js").Plan} Plan */
/** @typedef {import("./layout.js").Place} Place */
/** @typedef {"down" | "up" | "left" | "right"} Direction */

/**
 * The nearest place in a direction; null where there is none.
 * @param {Plan} plan
 * @param {string} id
 * @param {Direction} direction
 * @returns {string | null}
 */
export function neighbour(plan, id, direction) {
  const here = plan.places.find((place) => place.id === id);
  if (!here) return null;
  const places = direction === "down" || direction === "up" ? connectedPlaces(plan, id, direction) : sidePlaces(plan, here, direction);
  /** @type {(place: Place) => number} */
  const distance = (place) => Math.abs(place.x - here.x) + 4 * Math.abs(place.rank - here.rank);
  return places.reduce((/** @type {Place | null} */ best, place) => (best && distance(best) <= distance(place) ? best : place), null)?.id ?? null;
}

/**
 * @param {Plan} plan
 * @param {string} id
 * @param {"down" | "up"} direction
 */
function connectedPlaces(plan, id, direction) {
  const ids = new Set(
    plan.edges.flatMap(({ from, to }) => (direction === "down" ? (from === id ? to : []) : to === id ? from : [])),
  );
  return plan.places.filter((place) => ids.has(place.id));
}

/**
 * @param {Plan} plan
 * @param {Place} here
 * @param {"left" | "right"} direction
 */
function sidePlaces(plan, here, direction) {
  const places = plan.places.filter(({ x }) => (direction === "left" ? x < here.x : x > here.x));
  const rows = Math.min(...places.map(({ rank }) => Math.abs(rank - here.rank)));
  return rows > 3 ? [] : places.filter(({ rank }) => Math.abs(rank - here.rank) === rows);
}
