/** What a reader chose, remembered by the browser. Without access to storage, a choice lasts as long as the page. */

const PREFIX = "convscope.";

/**
 * @param {string} name
 * @returns {string | null} null if nothing is remembered
 */
export function recall(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {string | null} value null to forget it
 */
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // Without access to storage there is nothing to do.
  }
}
