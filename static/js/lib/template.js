/** Sentences with placeholders. */

/** @typedef {Readonly<Record<string, string | number>>} Values by the name of the placeholder */

/**
 * The sentence with its values: "Row {y}" and { y: 3 } give "Row 3". Values are not filled in again.
 * @param {string} sentence
 * @param {Values} values
 */
export function fillTemplate(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (placeholder, name) => String(values[name] ?? placeholder));
}
