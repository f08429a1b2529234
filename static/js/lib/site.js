/** Where the site is: a page may lie deeper in it, and the site below a path of a proxy. */

export const ROOT = import.meta.url.slice(0, import.meta.url.lastIndexOf("/static/"));
