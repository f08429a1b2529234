/** The colour maps: the same control points as on the server, and their tables for palettes and SVG filters. */

/** @type {Readonly<Record<string, ReadonlyArray<readonly [number, string]>>>} */
export const CONTROL_POINTS = {
  viridis: [
    [0, "#440154"], [17, "#481a6c"], [35, "#46307e"], [59, "#3d4d8a"], [93, "#2d708e"], [129, "#20928c"],
    [147, "#1fa287"], [162, "#2ab07f"], [179, "#44bf70"], [197, "#69cd5b"], [215, "#95d840"], [233, "#c5e021"],
    [242, "#dde318"], [248, "#ece51b"], [255, "#fde725"],
  ],
  cividis: [
    [0, "#00224e"], [17, "#002e6c"], [23, "#013271"], [29, "#143670"], [41, "#293f6e"], [65, "#444f6c"],
    [96, "#61656f"], [127, "#7c7b78"], [158, "#999277"], [191, "#bbad6d"], [219, "#d9c55c"], [237, "#edd54a"],
    [252, "#fee434"], [255, "#fee838"],
  ],
  magma: [
    [0, "#000004"], [7, "#03030f"], [20, "#0e0b2b"], [35, "#21114e"], [48, "#36106b"], [58, "#471078"],
    [75, "#621980"], [97, "#842681"], [120, "#aa337d"], [143, "#cf4070"], [158, "#e44f64"], [173, "#f3655c"],
    [187, "#fa7f5e"], [206, "#fea36f"], [229, "#fecd90"], [255, "#fcfdbf"],
  ],
  grey: [
    [0, "#000000"], [255, "#ffffff"],
  ],
  diverging: [
    [0, "#053061"], [25.5, "#2166ac"], [51, "#4393c3"], [76.5, "#92c5de"], [102, "#d1e5f0"], [127.5, "#f7f7f7"],
    [153, "#fddbc7"], [178.5, "#f4a582"], [204, "#d6604d"], [229.5, "#b2182b"], [255, "#67001f"],
  ],
};

const DEFAULT = "viridis";
const DIVERGING = "diverging";
const LEVELS = 256;

/**
 * The 256 colours of a colour map, three bytes each, interpolated linearly in sRGB.
 * @param {string} name
 * @returns {Uint8Array} of length 768
 */
export function colourTable(name) {
  const points = CONTROL_POINTS[name];
  if (!points) throw new RangeError(`There is no colour map ${name}.`);
  const table = new Uint8Array(3 * LEVELS);
  let next = 1;
  for (let level = 0; level < LEVELS; level++) {
    while (next < points.length - 1 && points[next][0] < level) next++;
    const [start, from] = points[next - 1];
    const [end, to] = points[next];
    const share = (level - start) / (end - start);
    for (let component = 0; component < 3; component++) {
      const low = componentOf(from, component);
      table[3 * level + component] = Math.floor(low + share * (componentOf(to, component) - low) + 0.5);
    }
  }
  return table;
}

/**
 * The `tableValues` of an SVG `feComponentTransfer` that maps grey levels to colours: red, green, blue.
 * @param {string} name
 * @returns {[string, string, string]}
 */
export function tableValues(name) {
  const table = colourTable(name);
  /** @param {number} component */
  const column = (component) => {
    const values = [];
    for (let level = 0; level < LEVELS; level++) values.push((table[3 * level + component] / 255).toFixed(3));
    return values.join(" ");
  };
  return [column(0), column(1), column(2)];
}

/**
 * The colour maps for unsigned and for signed values.
 * @param {string} chosen
 * @returns {[string, string]}
 */
export function mapsFor(chosen) {
  return chosen === "auto" ? [DEFAULT, DIVERGING] : [chosen, chosen];
}

/**
 * @param {string} colour "#rrggbb"
 * @param {number} component 0, 1 or 2
 */
function componentOf(colour, component) {
  return Number.parseInt(colour.slice(1 + 2 * component, 3 + 2 * component), 16);
}
