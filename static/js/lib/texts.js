/** Every sentence that the scripts say; what the server says is in its own catalogue. */

import { percent, three } from "../draw/numbers.js";

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
  cell: (y, x, value) => `Row ${y}, column ${x}: about ${three(value)}`,
};
