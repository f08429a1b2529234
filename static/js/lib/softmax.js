/** What a softmax makes of logits, and how decided it is; the server computes the same. */

/**
 * exp(logit / temperature), divided by the sum of all.
 * @param {number[]} logits
 * @param {number} temperature more than 0
 * @returns {number[]}
 */
export function softmax(logits, temperature) {
  const greatest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp((logit - greatest) / temperature));
  const sum = powers.reduce((one, other) => one + other, 0);
  return powers.map((power) => power / sum);
}

/**
 * In bits: 0 is certain, log2(classes) knows nothing.
 * @param {number[]} scores
 */
export function entropy(scores) {
  return scores.reduce((sum, score) => (score > 0 ? sum - score * Math.log2(score) : sum), 0);
}

/**
 * The best score less the second best.
 * @param {number[]} scores
 */
export function margin(scores) {
  const [first, second] = [...scores].sort((one, other) => other - one);
  return second === undefined ? 1 : first - second;
}
