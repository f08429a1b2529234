/** A cache by address. What the API says of one image and one network never changes. */

/**
 * @template T
 * @typedef {{ (address: string): Promise<T>, has: (address: string) => boolean }} CachedLoader
 */

/**
 * A loader that requests each address once and keeps the most recently used results.
 * @template T
 * @param {(address: string) => Promise<T>} load
 * @param {number} capacity how many results it keeps
 * @returns {CachedLoader<T>}
 */
export function cacheByAddress(load, capacity) {
  /** @type {Map<string, Promise<T>>} least recently used first */
  const results = new Map();
  /** @param {string} address */
  const cached = (address) => {
    const result = results.get(address) ?? load(address);
    results.delete(address);
    results.set(address, result);
    result.catch(() => results.delete(address));
    for (const oldest of [...results.keys()].slice(0, Math.max(0, results.size - capacity))) results.delete(oldest);
    return result;
  };
  return Object.assign(cached, { has: (/** @type {string} */ address) => results.has(address) });
}
