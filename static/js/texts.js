/** The sentences of the scripts. The server puts its catalogue of them on the element of the script. */

import { find } from "./dom.js";
import { fillTemplate } from "./lib/template.js";

/** @type {Readonly<Record<string, string>> | undefined} */
let catalogue;

/**
 * A sentence of the catalogue with its values.
 * @param {string} name
 * @param {import("./lib/template.js").Values} [values]
 */
export function text(name, values = {}) {
  catalogue ??= JSON.parse(find("script[data-texts]", HTMLScriptElement)?.dataset.texts ?? "{}");
  return fillTemplate(catalogue?.[name] ?? name, values);
}
