/** The prediction: its temperature, the number of classes shown, any class by name, and the least score of boxes and masks. */

import { Failure, predictions } from "../api.js";
import { closest, fillOptions, find, findAll } from "../dom.js";
import { cacheByAddress } from "../lib/cache.js";
import { formatNumber, formatPercent } from "../lib/numbers.js";
import { entropy, margin, softmax, verdict } from "../lib/softmax.js";
import { recall, remember } from "../memory.js";
import { currentView, navigate, PREDICTION_NAMES } from "../state.js";

/** @typedef {import("../api.js").Prediction} Prediction */

const DETAILS = "prediction-details";

const classesOf = cacheByAddress(predictions, 1);

export function startPrediction() {
  document.addEventListener("input", async (event) => {
    const slider = closest(event, "#temperature", HTMLInputElement);
    const classes = slider ? await loadClasses() : [];
    if (slider?.isConnected && classes.length) showAt(Number(slider.value), classes);
  });
  document.addEventListener("change", (event) => {
    const slider = closest(event, "#temperature", HTMLInputElement);
    if (slider) change({ temperature: slider.value }, true);
  });
  document.addEventListener("change", (event) => {
    const slider = closest(event, "#threshold", HTMLInputElement);
    if (slider) change({ threshold: slider.value });
  });
  document.addEventListener("focusin", async (event) => {
    const field = closest(event, "input[list=classes]", HTMLInputElement);
    const classes = field ? await loadClasses() : [];
    if (field?.isConnected) fillClasses(classes);
  });
  document.addEventListener("submit", (event) => {
    const form = closest(event, "#picture :is(.pick, .temperature, .threshold)", HTMLFormElement);
    if (!form) return;
    event.preventDefault();
    change(Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)])));
  });
  document.addEventListener("click", followLink);
  document.addEventListener("click", (event) => {
    const details = closest(event, "#prediction-details > summary", HTMLElement)?.parentElement;
    if (details instanceof HTMLDetailsElement) remember(DETAILS, details.open ? null : "open"); // it is about to change
  });
  showDetails();
}

/**
 * Every class of the image and the network; none while the server does not say them: it has the scores of the slider, too.
 * @returns {Promise<Prediction[]>}
 */
async function loadClasses() {
  const address = find("#target", HTMLInputElement)?.dataset.figures ?? "";
  try {
    return address ? await classesOf(address) : [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [];
  }
}

/** Unfold the details of the prediction if that is how they were left. */
export function showDetails() {
  const details = find("#prediction-details", HTMLDetailsElement);
  if (details && recall(DETAILS)) details.open = true;
}

/** Scroll to the answer of the search for a class, with its field. */
export function revealFoundClass() {
  for (const part of [".picked", ".pick"]) find(`#picture ${part}`, HTMLElement)?.scrollIntoView({ block: "nearest" });
}

/**
 * Follow a link of the prediction, which changes one parameter and keeps the current layer.
 * @param {MouseEvent} event
 */
function followLink(event) {
  const link = closest(event, "#picture a", HTMLAnchorElement);
  const name = link && PREDICTION_NAMES.find((each) => each in link.dataset);
  if (!link || !name || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  change({ [name]: link.dataset[name] ?? "" });
}

/**
 * @param {Record<string, string>} values
 * @param {boolean} [replace]
 */
function change(values, replace = false) {
  const names = PREDICTION_NAMES.filter((name) => name in values);
  const parameters = Object.fromEntries(names.map((name) => [name, values[name]]));
  if (Number(parameters.temperature) === 1) parameters.temperature = "";
  navigate({ ...currentView(), ...parameters }, { replace });
}

/**
 * Show the scores, entropy, margin and verdict at a temperature.
 * @param {number} temperature
 * @param {Prediction[]} classes
 */
function showAt(temperature, classes) {
  const logits = classes.map((each) => each.logit);
  const scores = softmax(logits, temperature);
  const scoreOf = new Map(classes.map((each, rank) => [String(each.index), scores[rank]]));
  for (const row of findAll("#picture .guesses [data-index]", HTMLElement)) {
    showScore(row, scoreOf.get(row.dataset.index ?? "") ?? 0);
  }
  const bits = entropy(scores);
  setText("#at-temperature", formatNumber(temperature));
  setText("#entropy", formatNumber(bits));
  setText("#entropy-share", formatPercent(classes.length > 1 ? bits / Math.log2(classes.length) : 0));
  setText("#margin", formatPercent(margin(scores)));
  showVerdict(scores);
}

/** @param {number[]} scores */
function showVerdict(scores) {
  const line = find("#picture .verdict", HTMLElement);
  const { clearMargin, closeMargin, highEntropy, uniformEntropy } = line?.dataset ?? {};
  if (!line || clearMargin === undefined) return;
  const limits = {
    clearMargin: Number(clearMargin),
    closeMargin: Number(closeMargin),
    highEntropy: Number(highEntropy),
    uniformEntropy: Number(uniformEntropy),
  };
  line.dataset.verdict = verdict(scores, limits);
  for (const each of findAll("span[data-is]", HTMLElement, line)) each.hidden = each.dataset.is !== line.dataset.verdict;
}

/**
 * @param {HTMLElement} row of a class
 * @param {number} score
 */
function showScore(row, score) {
  const data = find("data", HTMLDataElement, row);
  if (data) {
    data.value = String(score);
    data.title = String(score);
    data.textContent = formatPercent(score);
  }
  find(".bar rect", SVGRectElement, row)?.setAttribute("width", (100 * score).toFixed(3));
}

/**
 * @param {string} selector
 * @param {string} content
 */
function setText(selector, content) {
  const element = find(selector, HTMLElement);
  if (element) element.textContent = content;
}

/** @param {Prediction[]} classes */
function fillClasses(classes) {
  const list = find("#classes", HTMLDataListElement);
  if (list && !list.options.length) fillOptions(list, classes.map((each) => each.label));
}
