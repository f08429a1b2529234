/** Answers about one picture and one network never change: ask once for each address, keep the last few. */

/**
 * @template T
 * @typedef {{ (address: string): Promise<T>, known: (address: string) => boolean }} Remembering
 */

/**
 * @template T
 * @param {(address: string) => Promise<T>} ask
 * @param {number} most how many answers are kept
 * @returns {Remembering<T>}
 */
export function remember(ask, most) {
  /** @type {Map<string, Promise<T>>} the most recently used last */
  const kept = new Map();
  /** @param {string} address */
  const remembering = (address) => {
    const answer = kept.get(address) ?? ask(address);
    kept.delete(address);
    kept.set(address, answer);
    answer.catch(() => kept.delete(address));
    for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - most))) kept.delete(oldest);
    return answer;
  };
  return Object.assign(remembering, { known: (/** @type {string} */ address) => kept.has(address) });
}
