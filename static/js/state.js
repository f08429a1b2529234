/** The state of a view is its address. Only this module reads and changes the address and the history. */

import { ROOT } from "./lib/site.js";

/** @typedef {Readonly<Partial<Record<string, string>>>} View the parameters of the address by name */

/** Parameters of the prediction. */
export const PREDICTION_NAMES = ["top_k", "temperature", "target", "threshold", "read_as"];
/** Parameters of how things are shown. Links keep them. */
export const PREFERENCES = ["colormap", "overlay", "order", "domain", "zoom", "map", "by", "open", ...PREDICTION_NAMES];
/** Parameters that belong to one layer. */
const LAYER_NAMES = ["first", "cell", "alike"];
/** Parameters that belong to one explanation, besides those of the methods. */
const EXPLANATION_NAMES = ["why", "against", "method", "at", "beside"];
/** Parameters that belong to the computation of one number. */
const NUMBER_NAMES = ["view", "trail", "plane", "terms", "path", "folded"];
const NAMES = ["model", "image", "layer", "channel", ...PREFERENCES, ...LAYER_NAMES, ...NUMBER_NAMES, ...EXPLANATION_NAMES];

/** @type {Set<(view: View, before: View) => void>} */
const listeners = new Set();
/** @type {((search: string, before: string) => void)[]} */
const followers = [];
let recorded = globalThis.location?.search; // a step to another place of the same page leaves it as it is

/** The names of the parameters of all explanation methods. The page has them from the server. */
export function methodParameters() {
  return document.getElementById("main")?.dataset.parameters?.split(" ") ?? [];
}

/**
 * @param {string} search "?model=…"
 * @returns {View}
 */
export function parseAddress(search) {
  const parameters = new URLSearchParams(search);
  return Object.fromEntries([...NAMES, ...methodParameters()].flatMap((name) => (parameters.get(name) ? [[name, parameters.get(name) ?? ""]] : [])));
}

/**
 * @param {View} view
 * @returns {string} "?model=…", relative; never empty, since that is the start page
 */
export function addressOf(view) {
  const parameters = [...NAMES, ...methodParameters()].flatMap((name) => (view[name] ? [[name, view[name] ?? ""]] : []));
  return `?${new URLSearchParams(parameters.length ? parameters : { model: "" })}`;
}

/**
 * The view after another one, without the parameters that belonged only to the former layer or explanation.
 * @param {View} view
 * @param {View} before
 * @returns {View}
 */
export function dropStale(view, before) {
  /** @param {string} name */
  const changed = (name) => view[name] !== before[name];
  const moved = changed("layer") || changed("channel");
  const dropped = [
    ...(changed("layer") || changed("model") ? LAYER_NAMES : []),
    ...(changed("model") ? ["at"] : []),
    ...(moved || changed("model") || view.why || !view.view ? NUMBER_NAMES : []),
    ...((moved && !changed("why")) || !view.why ? [...EXPLANATION_NAMES, ...methodParameters()] : []),
  ];
  return dropped.length ? Object.fromEntries(Object.entries(view).filter(([name]) => !dropped.includes(name))) : view;
}

/** The absolute address that the relative addresses of the page start with. It ends with a slash. */
export function baseUrl() {
  return new URL(".", location.href).href.replaceAll("'", "%27"); // a quote would end a string in a shell command
}

/**
 * The address of the page relative to the site, with parameters that it leaves out.
 * @param {View} missing
 */
export function siteAddress(missing) {
  const parameters = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(missing)) if (value && !parameters.get(name)) parameters.set(name, value);
  return `${/experiments\/[a-z-]+$/.exec(location.pathname)?.[0] ?? ""}?${parameters}`;
}

/** @returns {View} */
export function currentView() {
  return parseAddress(location.search);
}

/** The place of the page that the address names, or an empty string. */
export function anchor() {
  return location.hash.slice(1);
}

/**
 * Change the view: one step of the history, or a replacement of the last one.
 * @param {View} view
 * @param {{ replace?: boolean, whole?: boolean }} [options] `whole`: a view that has no stale parameter, as that of a link
 */
export function navigate(view, { replace = false, whole = false } = {}) {
  const before = currentView();
  const target = addressOf(whole ? view : dropStale(view, before));
  record(target, replace || target === addressOf(before));
  const next = parseAddress(target);
  for (const listener of listeners) listener(next, before);
}

/**
 * Load the page of a view.
 * @param {View} view
 */
export function loadView(view) {
  location.assign(`${ROOT}/${addressOf(view)}`);
}

/**
 * Record a view that the page already shows, without a step of the history.
 * @param {View} view
 */
export function replaceAddress(view) {
  record(addressOf(view), true);
}

/**
 * Call a listener on every change of the view, including Back and Forward, with the view of the address before it.
 * @param {(view: View, before: View) => void} listener
 */
export function onChange(listener) {
  listeners.add(listener);
  onHistory((search, before) => listener(parseAddress(search), parseAddress(before)));
}

/** The query string of the address. */
export function queryString() {
  return location.search;
}

/**
 * A parameter of the address.
 * @param {string} name
 */
export function parameter(name) {
  return new URLSearchParams(location.search).get(name);
}

/**
 * Load the page with another value of one parameter of its address.
 * @param {string} name
 * @param {string} value
 */
export function loadWith(name, value) {
  const parameters = new URLSearchParams(location.search);
  parameters.set(name, value);
  location.assign(`?${parameters}`);
}

/**
 * Record the parameters whose names begin with a prefix, in place of those that the address has of them. A name may be repeated.
 * @param {string} prefix
 * @param {string} query
 */
export function replaceQuery(prefix, query) {
  const parameters = new URLSearchParams([...new URLSearchParams(location.search)].filter(([name]) => !name.startsWith(prefix)));
  const values = new URLSearchParams(query);
  for (const name of values.keys()) parameters.delete(name);
  for (const [name, value] of values) parameters.append(name, value);
  const search = String(parameters).replaceAll("%3A", ":").replaceAll("%2C", ","); // as the server writes them
  record(`${location.pathname}${search ? "?" : ""}${search}${location.hash}`, true);
}

/**
 * Record a query string as a step of the history.
 * @param {string} search "?…"
 */
export function pushAddress(search) {
  record(search, false);
}

/**
 * @param {string} target an address
 * @param {boolean} replaces whether it takes the place of the last step of the history
 */
function record(target, replaces) {
  if (replaces) history.replaceState(null, "", target);
  else history.pushState(null, "", target);
  recorded = location.search;
}

/**
 * Call a listener with the query string after Back and Forward, and that before them.
 * @param {(search: string, before: string) => void} listener
 */
export function onHistory(listener) {
  if (!followers.length) addEventListener("popstate", followHistory);
  followers.push(listener);
}

function followHistory() {
  if (location.search === recorded) return;
  const before = recorded;
  recorded = location.search;
  for (const follow of followers) follow(recorded, before);
}
