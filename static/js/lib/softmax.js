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
