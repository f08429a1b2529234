/** Every sentence that the scripts say; what the server says is in its own catalogue. */

import { exact, percent, short, three } from "./numbers.js";

export const texts = {
  /** @param {number} share */
  uploading: (share) => `Uploading: ${Math.floor(100 * share)} %`,
  decoding: "Uploaded; reading the picture",
  /** @param {string} network */
  running: (network) => `Running ${network} …`,
  loading: "Loading …",
  /** @param {number} bytes @param {number} most */
  tooLarge: (bytes, most) =>
    `This file has ${(bytes / 1e6).toFixed(1)} MB; at most ${(most / 1e6).toFixed(0)} MB are accepted. Make it smaller and choose it again.`,
  noFile: "That was no file. Save the picture first, then drop the file.",
  unreachable: "The server does not answer. Check that ConvScope is running, then try again.",
  unreadable: "The answer can't be read. Load the page again.",
  /** @param {number} shown @param {number} all */
  found: (shown, all) => `${shown} of ${all}`,
  /**
   * @param {number} channel
   * @param {{ min: number | null, max: number | null, mean: number | null, zeros: number } | null} figures
   */
  channel: (channel, figures) =>
    figures
      ? `Channel ${channel}: ${three(figures.min)} to ${three(figures.max)}, mean ${three(figures.mean)}, ${percent(figures.zeros)} zeros`
      : `Channel ${channel}`,
  /** @param {number} y @param {number} x @param {number} value */
  cell: (y, x, value) => `Row ${y}, column ${x}: ${exact(value)}`,
  /** @param {number} unit @param {number} value */
  unit: (unit, value) => `Unit ${unit}: ${exact(value)}`,
  /** @param {string} name */
  pullAsked: (name) => `Asking for the weights of ${name} …`,
  /**
   * @param {string} name
   * @param {import("../api.js").PullProgress} now
   * @param {number | null} rate bytes a second
   * @param {number | null} left seconds
   */
  pull: (name, now, rate, left) => {
    if (now.state === "waiting") return `${name}: waiting for another pull to end`;
    if (now.state === "checking") return `${name}: all ${short(now.total)}B are here; checking them`;
    const pace = rate === null ? "" : `, ${short(rate)}B a second`;
    return `${name}: ${short(now.received)}B of ${short(now.total)}B${pace}${left === null ? "" : `, ${duration(left)} left`}, from ${now.host}`;
  },
  /** @param {string} name @param {import("../api.js").PullProgress} now @param {number} seconds */
  pullSilent: (name, now, seconds) =>
    `${name}: ${short(now.received)}B of ${short(now.total)}B; nothing has come from ${now.host} for ${Math.round(seconds)} s`,
  /** @param {string} name */
  pullDone: (name) => `The weights of ${name} are here.`,
  /** @param {string} name */
  pullStopped: (name) => `Stopped. What has come of ${name} is kept; the next time it goes on from there.`,
  pullCut: "The connection to this server broke off. What has come is kept: ask again, and it goes on from there.",
  tokenWrong: "That is not the token that this server was started with (CONVSCOPE_ADMIN_TOKEN). Ask whoever runs it.",
  tokenLetters: "A token has letters, digits and signs of ASCII alone, without spaces.",
  /** @param {number} place @param {number} all @param {string} words */
  passed: (place, all, words) => `${place} of ${all}: ${words}`,
  /** @param {string} name @param {string} op @param {string} shape @param {string[]} figures */
  layer: (name, op, shape, figures) => [name, op, shape, ...figures].filter(Boolean).join(", "),
  /** @param {number} layers */
  block: (layers) => `block of ${layers} layers, folded`,
  /** @param {string} params */
  params: (params) => `${params} parameters`,
  measuring: "Measuring each layer …",
  /** @param {number} runs @param {number} run @param {number} elsewhere milliseconds */
  measured: (runs, run, elsewhere) =>
    `Medians of ${runs} runs that show every layer, ${three(run)} ms in all; ${three(elsewhere)} ms of it put values in order and belong to no layer. A run for the answer alone is quicker.`,
  cut: "The connection to this server broke off. Ask again.",
  /** @param {number} done @param {number} total */
  runs: (done, total) => (total ? `run ${short(done)} of ${short(total)}` : "waiting for its turn"),
  stopped: "Stopped.",
  memory: "What each output takes for one picture, in 32-bit numbers.",
};

/** @param {number} seconds */
function duration(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
