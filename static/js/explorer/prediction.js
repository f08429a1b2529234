/** The prediction: its temperature while it slides, how many classes, and any class by name. */

import { guesses } from "../api.js";
import { around, fillOptions, find, findAll } from "../dom.js";
import { percent, three } from "../lib/numbers.js";
import { entropy, margin, softmax } from "../lib/softmax.js";
import { current, go, OF_PICTURE } from "../state.js";

/** @typedef {import("../api.js").Guess} Guess */

export function startPrediction() {
  /** @type {{ address: string, answer: Promise<Guess[]> }} */
  let last = { address: "", answer: Promise.resolve([]) };
  /** @returns {Promise<Guess[]>} every class; asked for once for a picture and a network */
  const all = () => {
    const address = find("#temperature", HTMLInputElement)?.dataset.figures ?? "";
    if (last.address !== address) last = { address, answer: guesses(address) };
    return last.answer;
  };
  document.addEventListener("input", async (event) => {
    const slider = around(event, "#temperature", HTMLInputElement);
    if (slider) showAt(Number(slider.value), await all());
  });
  document.addEventListener("change", (event) => {
    const slider = around(event, "#temperature", HTMLInputElement);
    if (slider) ask({ temperature: slider.value }, true);
  });
  document.addEventListener("focusin", async (event) => {
    if (around(event, "input[list=classes]", HTMLInputElement)) offer(await all());
  });
  document.addEventListener("submit", (event) => {
    const form = around(event, "#picture .pick, #picture .temperature", HTMLFormElement);
    if (!form) return;
    event.preventDefault();
    ask(Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)])));
  });
  document.addEventListener("click", followAsked);
}

/**
 * A link of the prediction sets what it says; where the reader has gone meanwhile in the network stays.
 * @param {MouseEvent} event
 */
function followAsked(event) {
  const link = around(event, "#picture a", HTMLAnchorElement);
  const name = link && OF_PICTURE.find((each) => each in link.dataset);
  if (!link || !name || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  ask({ [name]: link.dataset[name] ?? "" });
}

/**
 * @param {Record<string, string>} asked
 * @param {boolean} [replace]
 */
function ask(asked, replace = false) {
  const said = Object.fromEntries(OF_PICTURE.filter((name) => name in asked).map((name) => [name, asked[name]]));
  if (Number(said.temperature) === 1) said.temperature = "";
  go({ ...current(), ...said }, { replace });
}

/**
 * Show every figure as it is at another temperature.
 * @param {number} temperature
 * @param {Guess[]} classes
 */
function showAt(temperature, classes) {
  const scores = softmax(classes.map((each) => each.logit), temperature);
  const score = new Map(classes.map((each, place) => [String(each.index), scores[place]]));
  for (const row of findAll("#picture .guesses [data-index]", HTMLElement)) {
    const value = score.get(row.dataset.index ?? "") ?? 0;
    const told = find("data", HTMLDataElement, row);
    if (told) {
      told.value = String(value);
      told.title = String(value);
      told.textContent = percent(value);
    }
    find(".bar rect", SVGRectElement, row)?.setAttribute("width", (100 * value).toFixed(3));
  }
  const bits = entropy(scores);
  /** @type {[string, string][]} */
  const figures = [
    ["#at-temperature", three(temperature)],
    ["#entropy", three(bits)],
    ["#entropy-share", percent(classes.length > 1 ? bits / Math.log2(classes.length) : 0)],
    ["#margin", percent(margin(scores))],
  ];
  for (const [selector, text] of figures) {
    const element = find(selector, HTMLElement);
    if (element) element.textContent = text;
  }
}

/** @param {Guess[]} classes */
function offer(classes) {
  const list = find("#classes", HTMLDataListElement);
  if (list && !list.options.length) fillOptions(list, classes.map((each) => each.label));
}
