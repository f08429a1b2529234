/** What a number would be with other inputs or another kernel: typed into the grids, computed here alone. */

import { closest, find, findAll } from "../dom.js";
import { formatNumber } from "../lib/numbers.js";
import { currentView, navigate } from "../state.js";

const TYPED = ".plane.trying :is(.inputs, .kernel) td[contenteditable]";

export function startWhatIf() {
  document.addEventListener("click", (event) => {
    if (closest(event, "#what-if", HTMLButtonElement)) tryNumbers();
    if (closest(event, "#what-if-reset", HTMLButtonElement)) navigate(currentView(), { replace: true });
  });
  document.addEventListener("input", (event) => {
    const cell = closest(event, TYPED, HTMLElement);
    if (cell) compute(cell);
  });
}

/** Let the numbers of the window and of the kernel be typed over; those of the padding stay. */
function tryNumbers() {
  const plane = find(".plane", HTMLElement);
  plane?.classList.add("trying");
  const cells = findAll(".plane :is(.inputs, .kernel) td:not(.padding)", HTMLElement);
  for (const cell of cells) {
    cell.textContent = formatNumber(Number(cell.dataset.value));
    cell.setAttribute("contenteditable", "plaintext-only");
  }
  cells[0]?.focus();
}

/** @param {HTMLElement} cell that was typed into */
function compute(cell) {
  const typed = Number((cell.textContent ?? "").trim().replace("−", "-").replace(",", ".") || NaN);
  cell.toggleAttribute("aria-invalid", !Number.isFinite(typed));
  if (!Number.isFinite(typed)) return;
  cell.classList.add("typed");
  cell.dataset.value = String(typed);
  const [inputs, kernel] = [".inputs", ".kernel"].map((grid) => findAll(`.plane ${grid} td`, HTMLElement));
  let sum = 0;
  for (const [at, product] of findAll(".plane .products td", HTMLElement).entries()) {
    const value = Number(inputs[at].dataset.value) * Number(kernel[at].dataset.value);
    product.textContent = formatNumber(value);
    sum += value;
  }
  const own = find(".sum-of-plane data", HTMLDataElement);
  const before = Number(find("section.number", HTMLElement)?.dataset.total);
  if (!own) return;
  const total = formatNumber(before - Number(own.value) + sum);
  for (const output of findAll("section.number .total", HTMLOutputElement)) output.textContent = total;
  own.textContent = formatNumber(sum);
}
