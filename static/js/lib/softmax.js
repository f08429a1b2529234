/** The softmax of logits, its entropy and its margin. The server computes the same. */

/**
 * exp(logit / temperature), divided by their sum.
 * @param {number[]} logits
 * @param {number} temperature above 0
 * @returns {number[]}
 */
export function softmax(logits, temperature) {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp((logit - largest) / temperature));
  const sum = powers.reduce((one, other) => one + other, 0);
  return powers.map((power) => power / sum);
}

/**
 * The entropy in bits: 0 where one class has all, log2(classes) where all are equally likely.
 * @param {number[]} scores
 */
export function entropy(scores) {
  return scores.reduce((sum, score) => (score > 0 ? sum - score * Math.log2(score) : sum), 0);
}

/**
 * The difference between the two highest scores.
 * @param {number[]} scores
 */
export function margin(scores) {
  const [first, second] = [...scores].sort((one, other) => other - one);
  return second === undefined ? 1 : first - second;
}

/** @typedef {{ clearMargin: number, closeMargin: number, highEntropy: number, uniformEntropy: number }} Limits entropies as shares of the maximum */

/**
 * How decided a prediction is. The server decides in the same way and by the same limits.
 * @param {number[]} scores
 * @param {Limits} limits
 */
export function verdict(scores, limits) {
  const [lead, share] = [margin(scores), scores.length > 1 ? entropy(scores) / Math.log2(scores.length) : 0];
  if (lead >= limits.clearMargin) return "clear";
  if (share >= limits.highEntropy) return share >= limits.uniformEntropy ? "no_idea" : "unsure";
  return lead < limits.closeMargin ? "torn" : "leaning";
}
