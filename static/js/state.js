/** The state of the view is its address. Only this module knows the address and the history. */

/** @typedef {Readonly<Partial<Record<string, string>>>} View what the address says, by name */

/** What is asked of the prediction, in the first place of the page. */
export const OF_PICTURE = ["top_k", "temperature", "target"];
/** How things are looked at, whatever is looked at. */
export const PREFERENCES = ["colormap", "overlay", "order", "domain", "zoom", "map", "by", "open", ...OF_PICTURE];
/** What means nothing in another layer. */
const OF_LAYER = ["first", "cell", "alike"];
/** What means nothing unless something is explained, besides the parameters of the methods. */
const OF_EXPLANATION = ["why", "against", "method", "at", "beside"];
const NAMES = ["model", "image", "layer", "channel", ...PREFERENCES, ...OF_LAYER, ...OF_EXPLANATION];

/** @type {Set<(view: View) => void>} */
const listeners = new Set();

/** The parameters of the explanation methods: the page names them. */
export function parameters() {
  return document.getElementById("main")?.dataset.parameters?.split(" ") ?? [];
}

/**
 * @param {string} search "?model=…"
 * @returns {View}
 */
export function parse(search) {
  const said = new URLSearchParams(search);
  return Object.fromEntries([...NAMES, ...parameters()].flatMap((name) => (said.get(name) ? [[name, said.get(name) ?? ""]] : [])));
}

/**
 * @param {View} view
 * @returns {string} "?model=…", relative
 */
export function address(view) {
  const said = [...NAMES, ...parameters()].flatMap((name) => (view[name] ? [[name, view[name] ?? ""]] : []));
  return `?${new URLSearchParams(said)}`;
}

/**
 * A view as it follows another: what belongs to one layer is not carried into the next.
 * @param {View} view
 * @param {View} before
 * @returns {View}
 */
export function settled(view, before) {
  /** @param {string} name */
  const changed = (name) => view[name] !== before[name];
  const elsewhere = changed("layer") || changed("channel");
  const dropped = [
    ...(changed("layer") || changed("model") ? OF_LAYER : []),
    ...(changed("model") ? ["at"] : []),
    ...((elsewhere && !changed("why")) || !view.why ? [...OF_EXPLANATION, ...parameters()] : []),
  ];
  return dropped.length ? Object.fromEntries(Object.entries(view).filter(([name]) => !dropped.includes(name))) : view;
}

/** Where the page is, with a slash at its end: what its relative addresses begin with. */
export function home() {
  return new URL(".", location.href).href.replaceAll("'", "%27"); // a quote would end a string in a shell
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
  const target = address(settled(view, current()));
  if (replace || target === address(current())) history.replaceState(null, "", target);
  else history.pushState(null, "", target);
  const shown = parse(target);
  for (const listener of listeners) listener(shown);
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
