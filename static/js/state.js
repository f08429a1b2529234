/** The state of the view is its address. Only this module knows the address and the history. */

/** @typedef {Readonly<Partial<Record<string, string>>>} View what the address says, by name */

/** How things are looked at, whatever is looked at. */
export const PREFERENCES = ["colormap", "overlay", "order", "domain"];
const NAMES = ["model", "image", "layer", "channel", ...PREFERENCES];

/** @type {Set<(view: View) => void>} */
const listeners = new Set();

/**
 * @param {string} search "?model=…"
 * @returns {View}
 */
export function parse(search) {
  const said = new URLSearchParams(search);
  return Object.fromEntries(NAMES.flatMap((name) => (said.get(name) ? [[name, said.get(name) ?? ""]] : [])));
}

/**
 * @param {View} view
 * @returns {string} "?model=…", relative
 */
export function address(view) {
  const said = NAMES.flatMap((name) => (view[name] ? [[name, view[name] ?? ""]] : []));
  return `?${new URLSearchParams(said)}`;
}

/** @returns {View} */
export function current() {
  return parse(location.search);
}

/**
 * Look at something else: one step that Back undoes, unless it replaces the last one.
 * @param {View} view
 * @param {{ replace?: boolean }} [options]
 */
export function go(view, { replace = false } = {}) {
  const target = address(view);
  if (replace || target === address(current())) history.replaceState(null, "", target);
  else history.pushState(null, "", target);
  for (const listener of listeners) listener(view);
}

/**
 * Say how things are looked at, where the page has already changed: no step of its own.
 * @param {View} view
 */
export function note(view) {
  history.replaceState(null, "", address(view));
}

/**
 * Be told of every change of what is looked at, also by Back and Forward.
 * @param {(view: View) => void} listener
 */
export function onChange(listener) {
  listeners.add(listener);
  addEventListener("popstate", () => listener(current()));
}

/**
 * Go to another address of this page, where the server words it all: a step that Back undoes.
 * @param {string} search "?…"
 */
export function step(search) {
  history.pushState(null, "", search);
}

/**
 * Be told where Back and Forward lead.
 * @param {(search: string) => void} listener
 */
export function onReturn(listener) {
  addEventListener("popstate", () => listener(location.search));
}
