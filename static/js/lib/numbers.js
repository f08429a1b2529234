/** Numbers as text: three significant digits, narrow spaces, a true minus sign. The server formats them in the same way. */

const NARROW = "\u202f"; // a thin space would let a line end inside a number
const NO_BREAK = "\u00a0";
const UNITS = ["", "k", "M", "G", "T"];
const DECIMAL = (0.5).toLocaleString(globalThis.document?.documentElement.lang || "en").charAt(1); // of the page's language
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * Three significant digits, with a power of ten for very small and large numbers. A dash stands for no number.
 * @param {number | null} number
 */
export function formatNumber(number) {
  if (number === null || !Number.isFinite(number)) return "–";
  if (number === 0) return "0";
  const [mantissa, power] = number.toExponential(2).split("e");
  const exponent = Number(power); // after rounding: 0.9999 becomes 1.00
  if (exponent < -4 || exponent >= 6) return `${localize(mantissa)}×10${superscript(exponent)}`;
  const fixed = toFixed(number, Math.max(0, 2 - exponent));
  const short = Number.isInteger(number) && fixed.includes(".") ? fixed.replace(/\.?0+$/, "") : fixed;
  return localize(short);
}

/**
 * A number that was typed, or that is on the page. It is no number where it is not written as one.
 * @param {string} text
 */
export function parseNumber(text) {
  const power = text.replace(/×10(?=[⁻⁰-⁹¹²³])/, "e").replace(/[⁰¹²³⁴-⁹]/g, (digit) => String(SUPERSCRIPTS.indexOf(digit)));
  const plain = power.replace(/[−⁻]/g, "-").replace(DECIMAL, ".").replace(/\s/g, "");
  return /\d/.test(plain) && Number.isFinite(Number(plain)) ? Number(plain) : NaN;
}

/**
 * How many decimals a number on the page has.
 * @param {string} text
 */
export function decimalsOf(text) {
  return text.trim().split(DECIMAL)[1]?.length ?? 0;
}

/**
 * A number with this many decimals, or in short where it is too large for them.
 * @param {number} number
 * @param {number} decimals
 */
export function formatFixed(number, decimals) {
  return Math.abs(number) < 1e5 ? localize(toFixed(number, decimals)) : formatNumber(number);
}

/**
 * Three significant digits and a metric prefix: 1.24 M, 353 M. Integers below 1000 have no prefix.
 * @param {number} number
 */
export function formatWithPrefix(number) {
  let value = number;
  let power = 0;
  for (; Math.abs(value) >= 999.5 && power < UNITS.length - 1; power++) value /= 1000;
  return power ? `${formatNumber(value)}${NO_BREAK}${UNITS[power]}` : formatNumber(value);
}

/**
 * A number of bytes: 864 B, 1.24 MB.
 * @param {number} bytes
 */
export function formatBytes(bytes) {
  const text = formatWithPrefix(bytes);
  return `${text}${text.includes(NO_BREAK) ? "" : NO_BREAK}B`;
}

/**
 * A fraction of 1 as a percentage.
 * @param {number} fraction
 */
export function formatPercent(fraction) {
  const perCent = 100 * fraction;
  if (perCent === 0) return `0${NO_BREAK}%`;
  if (perCent < 0.01) return `<${NO_BREAK}${localize("0.01")}${NO_BREAK}%`;
  return `${localize(toFixed(perCent, perCent >= 9.995 ? 1 : 2))}${NO_BREAK}%`;
}

/**
 * The shortest decimal that identifies a float32 number.
 * @param {number} number
 */
export function formatExact(number) {
  const single = Math.fround(number);
  let digits = 1;
  while (digits < 9 && Math.fround(Number(single.toPrecision(digits))) !== single) digits++;
  const [mantissa, power] = String(Number(single.toPrecision(digits))).split("e");
  const localized = mantissa.replace(".", DECIMAL).replace("-", "−"); // its digits are not grouped
  return power ? `${localized}×10${superscript(Number(power))}` : localized;
}

/**
 * A duration in seconds, minutes or hours: 45 s, 12 min, 1.5 h.
 * @param {number} seconds
 */
export function formatDuration(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${localize((seconds / 3600).toFixed(1))} h`;
}

/**
 * A number with this many decimals. Halfway between two of them it is the even one, as on the server: 0.125 is 0.12. It is
 * halfway if it is an odd number of halves of a power of ten, that is, of the power of two below it: the fives are in the odd number.
 * @param {number} number
 * @param {number} decimals
 */
function toFixed(number, decimals) {
  const text = number.toFixed(decimals);
  const isHalfway = Math.abs(number * 2 ** (decimals + 1)) % 2 === 1;
  if (!isHalfway || Number(text.at(-1)) % 2 === 0) return text;
  return number.toFixed(decimals + 1).replace(/\.?\d$/, "");
}

/** @param {number} power */
function superscript(power) {
  const digits = [...String(Math.abs(power))].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
  return power < 0 ? `⁻${digits}` : digits;
}

/**
 * A number as JavaScript writes it, with narrow spaces between thousands, a true minus and the language's decimal sign.
 * @param {string} text
 */
function localize(text) {
  const [whole, decimals] = text.replace("-", "−").split(".");
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, NARROW);
  return decimals ? `${groups}${DECIMAL}${decimals}` : groups;
}
