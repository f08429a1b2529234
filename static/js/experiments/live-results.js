/** The result of a frame on the page: the input, the scores, the sheets of the layers with their legends, and the rate. */

import { find, findAll } from "../dom.js";
import { formatNumber, formatPercent } from "../lib/numbers.js";

/** @typedef {import("./frame-loop.js").FrameResult} FrameResult */
/** @typedef {import("../api.js").Prediction} Prediction */

/**
 * @param {HTMLElement} place
 * @param {FrameResult} result
 * @param {number | null} rate frames per second
 */
export function showResult(place, result, rate) {
  find(".notice.complaint", HTMLElement)?.remove();
  find("#live-input", HTMLImageElement, place)?.setAttribute("src", result.input);
  find("#live-note", HTMLElement, place)?.toggleAttribute("hidden", result.note === null);
  for (const list of findAll(".live-scores", HTMLElement, place)) showScores(list, result.predictions);
  for (const layer of result.layers) {
    const figure = find(`[data-layer="${CSS.escape(layer.id)}"]`, HTMLElement, place);
    if (figure) showSheet(figure, layer);
  }
  showRate(place, rate);
}

/**
 * @param {HTMLElement} place
 * @param {number | null} rate null to hide it
 */
export function showRate(place, rate) {
  const line = find(".rate", HTMLElement, place);
  const number = find(".rate data", HTMLDataElement, place);
  if (!line || !number) return;
  line.classList.toggle("measured", rate !== null);
  if (rate === null) return;
  number.value = String(rate);
  number.textContent = formatNumber(rate < 10 ? Math.round(10 * rate) / 10 : Math.round(rate));
}

/**
 * @param {HTMLElement} list
 * @param {Prediction[]} predictions best first
 */
function showScores(list, predictions) {
  const best = predictions[0]?.index;
  const order = "byIndex" in list.dataset ? predictions.toSorted((one, other) => one.index - other.index) : predictions;
  for (const [at, row] of findAll("li", HTMLLIElement, list).entries()) {
    const prediction = order[at];
    const number = find("data", HTMLDataElement, row);
    const name = find(".name", HTMLElement, row);
    if (!prediction || !number || !name) continue;
    const { index, label, score, logit } = prediction;
    row.classList.toggle("best", index === best);
    name.textContent = label;
    number.value = String(score ?? logit);
    number.textContent = score === null ? formatNumber(logit) : formatPercent(score);
    find("rect", SVGRectElement, row)?.setAttribute("width", (100 * (score ?? 0)).toFixed(3));
  }
}

/**
 * @param {HTMLElement} figure
 * @param {import("./frame-loop.js").FrameLayer} layer
 */
function showSheet(figure, { maps, min, max, signed }) {
  const image = find("img", HTMLImageElement, figure);
  if (maps) image?.setAttribute("src", maps);
  else image?.removeAttribute("src");
  for (const [at, number] of findAll(".legend data", HTMLDataElement, figure).entries()) {
    const end = at === 0 ? min : max;
    number.value = number.title = String(end);
    number.textContent = formatNumber(end);
  }
  find(".ramp", SVGElement, figure)?.classList.toggle("signed", Boolean(signed));
}
