/** How numbers read: three significant digits, thin spaces, a true minus sign. The server words them alike. */

const THIN = "\u2009";
const NO_BREAK = "\u00a0";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * Three significant digits; far from 1 with a power of ten; a dash where there is no number.
 * @param {number | null} number
 */
export function three(number) {
  if (number === null || !Number.isFinite(number)) return "–";
  if (number === 0) return "0";
  const [mantissa, power] = number.toExponential(2).split("e");
  const exponent = Number(power); // after rounding: 0.9999 is 1.00
  if (exponent < -4 || exponent >= 6) return `${mantissa}×10${raised(exponent)}`.replace("-", "−");
  const fixed = number.toFixed(Math.max(0, 2 - exponent));
  const short = Number.isInteger(number) && fixed.includes(".") ? fixed.replace(/\.?0+$/, "") : fixed;
  return grouped(short).replace("-", "−");
}

/**
 * A share of 1 as per cent.
 * @param {number} share
 */
export function percent(share) {
  const perCent = 100 * share;
  if (perCent === 0) return `0${NO_BREAK}%`;
  if (perCent < 0.01) return `<${NO_BREAK}0.01${NO_BREAK}%`;
  return `${perCent.toFixed(perCent >= 9.995 ? 1 : 2)}${NO_BREAK}%`;
}

/**
 * The value that a grey level stands for on a scale from `lo` to `hi`.
 * @param {number} level 0..255
 * @param {number} lo
 * @param {number} hi
 */
export function valueOf(level, lo, hi) {
  return lo + (level / 255) * (hi - lo);
}

/** @param {number} power */
function raised(power) {
  const digits = [...String(Math.abs(power))].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
  return power < 0 ? `⁻${digits}` : digits;
}

/** @param {string} text */
function grouped(text) {
  const [whole, decimals] = text.split(".");
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, THIN);
  return decimals ? `${groups}.${decimals}` : groups;
}
