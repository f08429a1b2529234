/** How numbers read: three significant digits, thin spaces, a true minus sign. The server words them alike. */

const THIN = "\u2009";
const NO_BREAK = "\u00a0";
const UNITS = ["", "k", "M", "G", "T"];
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
 * Three significant digits and the unit's prefix: 1.24 M, 353 M; whole numbers below 1000 as they are.
 * @param {number} number
 */
export function short(number) {
  let value = number;
  let power = 0;
  for (; Math.abs(value) >= 999.5 && power < UNITS.length - 1; power++) value /= 1000;
  return power ? `${three(value)}${NO_BREAK}${UNITS[power]}` : three(value);
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
 * Every digit that a single-precision number has: the shortest decimal that no other such number is nearer to.
 * @param {number} number
 */
export function exact(number) {
  const single = Math.fround(number);
  let digits = 1;
  while (digits < 9 && Math.fround(Number(single.toPrecision(digits))) !== single) digits++;
  const [mantissa, power] = String(Number(single.toPrecision(digits))).split("e");
  return (power ? `${mantissa}×10${raised(Number(power))}` : mantissa).replace("-", "−");
}

/**
 * A duration in the unit that gives it few digits: 45 s, 12 min, 1.5 h.
 * @param {number} seconds
 */
export function formatDuration(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
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
