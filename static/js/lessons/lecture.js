/**
 * A lesson as slides for a projector. The arrow keys go through the steps of a figure and then to the next slide, Space
 * plays the steps, E shows the fields of the figure, Escape leaves. A finger finds the keys as buttons. The address has the
 * slide: `?lecture=3`.
 */

import { closest, find, findAll } from "../dom.js";
import { enlargement, slidesOf } from "../lib/slides.js";
import { parameter, replaceQuery } from "../state.js";
import { Figure } from "./figure.js";

const STEP_MS = 1500; // between the steps that Space plays
const NAME = "lecture";
const FORWARD = ["ArrowRight", "ArrowDown", "PageDown"];
const BACK = ["ArrowLeft", "ArrowUp", "PageUp"];

/** @type {HTMLElement[]} */
let pieces = [];
/** @type {number[][]} */
let slides = [];
let current = -1;
/** @type {object | null} */
let playing = null;

export function startLecture() {
  pieces = findAll("article > header, article > section > h3, article > section > .figure, article > section > .prose > *", HTMLElement);
  if (!pieces.length) return; // a figure by itself
  slides = slidesOf(pieces.map(describe));
  document.addEventListener("keydown", press);
  document.addEventListener("click", (event) => {
    const button = closest(event, "#lecture-keys button", HTMLButtonElement);
    if (button) act(button.dataset.key ?? "");
    if (!closest(event, "#lecture", HTMLAnchorElement)) return;
    event.preventDefault();
    enter(0);
  });
  document.addEventListener("drawn", fit);
  document.addEventListener("load", fit, true); // of the images of a figure
  addEventListener("resize", fit);
  const wanted = Math.trunc(Number(parameter(NAME)));
  if (wanted) enter(wanted - 1);
}

/**
 * @param {HTMLElement} element
 * @returns {import("../lib/slides.js").Piece}
 */
function describe(element) {
  const section = [...(element.closest("article")?.children ?? [])].findIndex((each) => each.contains(element));
  const words = element.innerText.split(/\s+/).filter(Boolean).length;
  if (element.localName === "header") return { kind: "head", section, words };
  if (element.localName === "h3") return { kind: "heading", section, words };
  return { kind: element.matches(".figure") ? "figure" : "prose", section, words };
}

/** @param {KeyboardEvent} event */
function press(event) {
  const isTyping = closest(event, "input, textarea, select", HTMLElement) !== null;
  if (event.altKey || event.ctrlKey || event.metaKey || (isTyping && event.key !== "Escape")) return;
  if (current < 0) {
    if (event.key === "p") enter(firstVisible());
    return;
  }
  if (event.key === " " && closest(event, "a, button, summary", HTMLElement)) return;
  if (act(event.key)) event.preventDefault();
}

/**
 * Do what a key does on a slide.
 * @param {string} key
 * @returns {boolean} whether it does anything
 */
function act(key) {
  if (key === "Escape") leave();
  else if (FORWARD.includes(key)) move(1);
  else if (BACK.includes(key)) move(-1);
  else if (key === "e") edit();
  else if (key === "Home") show(0);
  else if (key === "End") show(slides.length - 1);
  else if (key === " ") void play();
  else return false;
  return true;
}

/** The slide of what is at the top of the window. */
function firstVisible() {
  const at = pieces.findIndex((piece) => piece.getBoundingClientRect().bottom > 80);
  return Math.max(0, slides.findIndex((slide) => slide.includes(at)));
}

/** @param {number} slide */
function enter(slide) {
  document.documentElement.classList.add(NAME);
  show(slide);
}

function leave() {
  stop();
  const [first] = slides[current];
  for (const piece of pieces) {
    piece.classList.remove("current");
    piece.style.zoom = "";
  }
  document.documentElement.classList.remove(NAME, "editing");
  current = -1;
  replaceQuery(NAME, "");
  pieces[first].scrollIntoView({ block: "start" });
}

/** @param {number} slide */
function show(slide) {
  stop();
  current = Math.max(0, Math.min(slide, slides.length - 1));
  for (const [place, piece] of pieces.entries()) piece.classList.toggle("current", slides[current].includes(place));
  const count = find("#slide-count", HTMLElement);
  if (count) count.textContent = `${current + 1} / ${slides.length}`;
  replaceQuery(NAME, `${NAME}=${current + 1}`);
  fit();
}

/** The figure of the slide. */
function figure() {
  return slides[current]?.map((place) => pieces[place]).find((piece) => piece instanceof Figure);
}

/** @param {1 | -1} by */
function move(by) {
  stop();
  const live = figure();
  if (live && hasStep(live, by)) live.show(live.step + by);
  else show(current + by);
}

/**
 * @param {Figure} live
 * @param {1 | -1} by
 */
function hasStep(live, by) {
  return by > 0 ? live.step + 1 < live.steps.length : live.step > 0;
}

function edit() {
  document.documentElement.classList.toggle("editing");
  fit();
}

/** Show the steps one after the other, each as soon as it is drawn and the last one was seen; from the first one if all were. */
async function play() {
  if (playing) return stop();
  const live = figure();
  if (!live?.steps.length) return;
  if (!hasStep(live, 1)) live.step = -1;
  const run = (playing = {});
  while (playing === run && hasStep(live, 1)) {
    await live.show(live.step + 1);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
  if (playing === run) stop();
}

function stop() {
  playing = null;
}

/** Draw the figure of the slide as large as fits. */
function fit() {
  const live = figure();
  const room = find("article", HTMLElement);
  if (!live || !room) return;
  live.style.zoom = "1";
  const { width, height } = live.getBoundingClientRect();
  const space = { width: room.clientWidth, height: room.clientHeight - (live.offsetTop - room.offsetTop) };
  live.style.zoom = String(enlargement({ width, height }, space));
}
