/** On a narrow screen the panels are stacked: the page scrolls to the answer that an address or a step asks for. */

import { find } from "../dom.js";
import { currentView, anchor } from "../state.js";

/** @typedef {import("../state.js").View} View */

const STACKED = "(max-width: 959px)";

/** Open a link at its answer. Reloading, Back and Forward keep the place where the reader was. */
export function landOnAnswer() {
  const [load] = performance.getEntriesByType("navigation");
  const isLink = load instanceof PerformanceNavigationTiming && load.type === "navigate";
  if (isLink && scrollY === 0 && anchor() === "") scrollToAnswer(currentView(), {});
}

/**
 * @param {View} view
 * @param {View} before
 */
export function scrollToAnswer(view, before) {
  if (!matchMedia(STACKED).matches) return;
  const isNew = view.layer !== before.layer || view.why !== before.why;
  if (isNew && (view.layer || view.why)) find("#inspector", HTMLElement)?.scrollIntoView();
  else if (view.channel !== before.channel) find(".drawer", HTMLElement)?.scrollIntoView({ block: "nearest" });
}
