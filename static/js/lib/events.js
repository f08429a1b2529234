/** Server-sent events (HTML standard, section 9.2.6) parsed from text. Lines end with LF or CR LF. */

/** @typedef {{ name: string, data: string }} ServerEvent */

/**
 * The complete events in `text`, and the rest of it, which the next piece completes.
 * @param {string} text
 * @returns {{ events: ServerEvent[], rest: string }}
 */
export function readEvents(text) {
  const blocks = text.replaceAll("\r", "").split("\n\n"); // a CR LF may be split between two pieces
  const rest = blocks.pop() ?? "";
  const events = blocks.map(readEvent).filter((event) => event.data !== "");
  return { events, rest };
}

/** @param {string} block */
function readEvent(block) {
  let name = "message";
  /** @type {string[]} */
  const data = [];
  for (const line of block.split("\n")) {
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === "event") name = value;
    if (field === "data") data.push(value);
  }
  return { name, data: data.join("\n") };
}
