/** The forward pass along the ribbon, layer by layer, with the inspector: played at a speed, paused, or in steps. */

import { closest, find, findAll } from "../dom.js";
import { currentView, navigate } from "../state.js";
import { text } from "../texts.js";
import { neighbourLayer } from "./layer-list.js";

let playing = false;
/** @type {string | undefined} the layer that the pass has come to; undefined before and after it */
let reached;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

export function startPlayer() {
  document.addEventListener("click", (event) => {
    const button = closest(event, ".player button", HTMLButtonElement);
    if (button?.id === "play") return playing ? pausePlayer() : play();
    if (!button) return;
    pausePlayer();
    goTo(neighbourLayer(button.id === "play-next" ? 1 : -1), false);
  });
}

/** Follow the page: say what the layer does and go on, or end the pass where the reader went elsewhere. */
export function followPlayer() {
  const { layer } = currentView();
  if (layer === undefined || layer !== reached) {
    pausePlayer();
    reached = undefined;
  }
  showLine();
  if (!playing) return;
  const speed = Number(find("#play-speed", HTMLInputElement)?.value ?? 0);
  clearTimeout(timer);
  timer = setTimeout(advance, 1000 / 2 ** speed);
}

/**
 * Whether it is the pass that shows a layer: the reader stays at its buttons.
 * @param {string | undefined} layer
 */
export function isReached(layer) {
  return layer !== undefined && layer === reached;
}

function play() {
  const layers = names();
  playing = true;
  showPlaying();
  if (currentView().layer === layers[layers.length - 1]) goTo(layers[0], false);
  else advance();
}

/** Pause the pass, where it is played. */
export function pausePlayer() {
  clearTimeout(timer);
  playing = false;
  showPlaying();
}

function advance() {
  const layer = neighbourLayer(1);
  if (layer === currentView().layer) pausePlayer();
  else goTo(layer, reached !== undefined);
}

/**
 * @param {string | undefined} layer
 * @param {boolean} replace the last step of the history
 */
function goTo(layer, replace) {
  if (!layer) return;
  reached = layer;
  if (layer === currentView().layer) followPlayer();
  else navigate({ ...currentView(), layer, channel: undefined }, { replace });
}

function showLine() {
  const line = find("#play-line", HTMLElement);
  if (!line) return;
  line.hidden = reached === undefined;
  if (reached === undefined) return;
  const layers = names();
  const { operator = "", does = "" } = find("#inspector", HTMLElement)?.dataset ?? {};
  const name = find("#inspector h2", HTMLElement)?.textContent?.trim() ?? "";
  const layer = `${name}, ${operator}`;
  line.textContent = text("play_step", { step: layers.indexOf(reached) + 1, all: layers.length, layer, does });
  line.title = line.textContent;
}

function showPlaying() {
  const button = find("#play", HTMLButtonElement);
  if (!button) return;
  button.classList.toggle("playing", playing);
  button.title = (playing ? button.dataset.pause : button.dataset.play) ?? "";
  button.setAttribute("aria-label", button.title);
}

/** The layers in the order of computation. */
function names() {
  return findAll("a.row", HTMLAnchorElement).map((row) => row.dataset.layer);
}
