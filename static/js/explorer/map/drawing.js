/** One network's map on the page: drawn as the address says, marked where the reader looks. */

import { find, findAll, grow } from "../../dom.js";
import { grown, overlap } from "../../draw/camera.js";
import { figureText } from "../../draw/map-colours.js";
import { drawMap, heightOf } from "../../draw/network-map.js";
import { layout } from "../../lib/layout/layout.js";
import { folded, openBlocks, sayOpen } from "../../lib/layout/folding.js";
import { wrapped } from "../../lib/layout/wrapping.js";
import { text } from "../../texts.js";
import { address, current, go, note } from "../../state.js";
import { MapCamera } from "./camera.js";
import { colouring, showLegend, timesOf } from "./legend.js";
import { MapPlayer } from "./player.js";
import { INPUT, readNetwork } from "./source.js";

/** @typedef {import("../../lib/layout/folding.js").Item} Item */
/** @typedef {import("../../draw/camera.js").Box} Box */
/** @typedef {import("../../state.js").View} View */

const [SHARP, SMALL] = [0.2, 0.5]; // scales from which on maps and the small ones beside them are fetched

export class NetworkMap {
  /** @type {Item[]} */ #items = [];
  /** @type {Map<string, SVGElement>} */ #cards = new Map();
  /** @type {string | null} */ #drawn = null;
  /** @type {string | null} */ #size = null;
  #marked = "";

  /**
   * @param {HTMLElement} root
   * @param {SVGSVGElement} svg
   * @param {SVGGElement} group
   */
  constructor(root, svg, group) {
    this.root = root;
    this.svg = svg;
    this.group = group;
    this.plan = layout([]);
    this.network = readNetwork(root);
    this.camera = new MapCamera(
      svg,
      group,
      (seen) => this.#cull(seen),
      (seen, scale) => this.#reveal(seen, scale),
    );
    this.player = new MapPlayer(root, svg, () => this.#stage());
  }

  /** The item that is looked at. */
  get current() {
    return this.#itemOf(current().layer ?? INPUT);
  }

  /** @param {string} item */
  blockOf(item) {
    return this.#items.find(({ id }) => id === item)?.block ?? null;
  }

  /** @param {View} view */
  show(view) {
    this.root.dataset.size = view.map ?? "small";
    find("#map-toggle", HTMLElement, this.root)?.setAttribute("aria-expanded", String(view.map !== "none"));
    find("#map-large", HTMLElement, this.root)?.setAttribute("aria-pressed", String(view.map === "large"));
    if (view.map === "none") return;
    const said = `${view.map ?? ""} ${view.by ?? ""} ${view.open ?? ""} ${timesOf(this.root) ? "timed" : ""}`;
    if (said !== this.#drawn) this.#draw(view);
    this.#drawn = said;
    this.#mark(this.#itemOf(view.layer ?? INPUT));
    this.#explain();
  }

  /**
   * Say how the map is drawn, and draw it so.
   * @param {View} said
   */
  change(said) {
    const view = { ...current(), ...said };
    note(view);
    this.show(view);
  }

  /**
   * Look at an item: at its last layer, or at the network where it is the picture.
   * @param {string} item
   * @param {boolean} [replace] the last step
   */
  select(item, replace = false) {
    const found = this.#items.find(({ id }) => id === item);
    if (!found) return;
    this.#mark(item);
    this.#cards.get(item)?.focus({ preventScroll: true });
    if (layerOf(found) !== current().layer) go({ ...current(), layer: layerOf(found), channel: undefined }, { replace });
  }

  /**
   * Fold a block, or unfold it.
   * @param {number | null} block
   */
  toggle(block) {
    if (block === null) return;
    const open = openBlocks(current().open, this.network.layers);
    if (!open.delete(block)) open.add(block);
    this.change({ open: sayOpen(open, this.network.layers) });
  }

  /** @param {boolean} open */
  toggleAll(open) {
    const { layers } = this.network;
    this.change({ open: sayOpen(openBlocks(open ? "all" : "none", layers), layers) });
  }

  /**
   * Dim what is not among some layers.
   * @param {ReadonlySet<string> | null} layers
   */
  dim(layers) {
    for (const item of this.#items) {
      const misses = layers !== null && !item.layers.some(({ id }) => layers.has(id));
      this.#cards.get(item.id)?.classList.toggle("missed", misses);
    }
  }

  /** @param {View} view */
  #draw(view) {
    const focused = document.activeElement?.closest(".card");
    const before = this.#items.find(({ id }) => id === focused?.getAttribute("data-item"))?.layers.at(-1)?.id;
    this.player.clear();
    const { layers, blocks } = this.network;
    this.#items = folded(layers, openBlocks(view.open, layers));
    const plan = layout(this.#items.map(nodeOf));
    this.plan = view.map === "large" ? wrapped(plan, this.camera.view) : plan;
    const look = {
      by: colouring(this.root, view.by),
      times: timesOf(this.root) ?? new Map(),
      blocks,
      href: (/** @type {Item} */ item) => address({ ...view, layer: layerOf(item), channel: undefined }),
      label: (/** @type {Item} */ item) => this.#words(item),
    };
    const drawing = drawMap(this.plan, this.#items, look).map(grow);
    for (const card of drawing.flatMap((each) => findAll(".card", SVGElement, each))) card.classList.add("off");
    this.group.replaceChildren(...drawing);
    this.#cards = new Map(findAll(".card", SVGElement, this.group).map((card) => [card.dataset.item ?? "", card]));
    showLegend(this.root, this.#items, look);
    const place = this.#place(this.#itemOf(before ?? view.layer ?? INPUT));
    if (place) this.camera.show(this.plan, place, this.root.dataset.size !== this.#size);
    this.#size = this.root.dataset.size ?? null;
    if (before) this.#cards.get(this.#itemOf(before))?.focus({ preventScroll: true });
  }

  /** @param {Item} item */
  #words({ layers, folded: whole, block }) {
    const last = layers[layers.length - 1];
    const params = layers.reduce((sum, layer) => sum + layer.params, 0);
    const macs = layers.reduce((sum, layer) => sum + layer.macs, 0);
    const figures = [
      params ? text("map_params", { count: figureText("params", params) }) : "",
      macs ? text("map_macs", { count: figureText("macs", macs) }) : "",
    ];
    const name = whole ? this.network.blocks[block ?? 0] : last.name;
    const kind = whole ? text("map_block", { count: layers.length }) : last.op;
    return [name, kind, last.shape.join(" × "), ...figures].filter(Boolean).join(", ");
  }

  /** @param {string} layer */
  #itemOf(layer) {
    return this.#items.find(({ layers }) => layers.some(({ id }) => id === layer))?.id ?? INPUT;
  }

  /** @param {string} item */
  #place(item) {
    return this.plan.places.find(({ id }) => id === item);
  }

  /** @param {string} item */
  #see(item) {
    const place = this.#place(item);
    if (place) this.camera.see(place);
  }

  /** Mark the layer whose maps the explanation on the page is made of, and bring it into sight. */
  #explain() {
    for (const card of findAll(".card.explains", SVGElement, this.group)) {
      card.classList.remove("explains");
      card.removeAttribute("aria-description");
    }
    const { at = "", made = "" } = find("#inspector .explanation-target", HTMLElement)?.dataset ?? {};
    const card = at ? this.#cards.get(this.#itemOf(at)) : undefined;
    card?.classList.add("explains");
    card?.setAttribute("aria-description", made);
    if (card) this.#see(this.#itemOf(at));
  }

  /** @param {string} item */
  #mark(item) {
    const before = this.#cards.get(this.#marked);
    before?.setAttribute("tabindex", "-1");
    before?.removeAttribute("aria-current");
    this.#cards.get(item)?.setAttribute("tabindex", "0");
    this.#cards.get(item)?.setAttribute("aria-current", "true");
    for (const wire of findAll(".wire.near", SVGPathElement, this.group)) wire.classList.remove("near");
    const ends = `.wire[data-from="${CSS.escape(item)}"], .wire[data-to="${CSS.escape(item)}"]`;
    for (const wire of findAll(ends, SVGPathElement, this.group)) wire.classList.add("near");
    this.#marked = item;
    this.#see(item);
  }

  /**
   * Leave out the cards that are far out of view: texts are what costs time.
   * @param {Box} seen
   */
  #cull(seen) {
    const near = grown(seen);
    for (const place of this.plan.places) {
      const card = this.#cards.get(place.id);
      if (card && card.classList.contains("off") === overlap(place, near)) card.classList.toggle("off");
    }
  }

  /**
   * Fetch the maps of the layers in view, where they are large enough to be seen.
   * @param {Box} seen
   * @param {number} scale
   */
  #reveal(seen, scale) {
    if (scale < SHARP) return;
    const images = scale < SMALL ? "image:not(.tile, [href])" : "image:not([href])";
    for (const place of this.plan.places) {
      if (!overlap(place, seen)) continue;
      for (const image of this.#cards.get(place.id)?.querySelectorAll(images) ?? []) {
        image.setAttribute("href", image.getAttribute("data-href") ?? "");
      }
    }
  }

  /** @returns {import("./player.js").Stage} */
  #stage() {
    return {
      items: this.#items.map(({ id }) => id),
      card: (item) => this.#cards.get(item),
      see: (item) => this.#see(item),
      words: (item) => this.#cards.get(item)?.getAttribute("aria-label") ?? "",
      current: this.current,
      rest: (item) => this.select(item),
    };
  }
}

/** @param {Item} item @returns {import("../../lib/layout/layout.js").Node} */
function nodeOf(item) {
  const convolutions = item.layers.filter(({ kind }) => kind === "convolution").length;
  return { id: item.id, inputs: item.inputs, convolutions, height: heightOf(item), frame: item.folded ? null : item.block };
}

/** @param {Item} item */
function layerOf({ layers }) {
  const last = layers[layers.length - 1].id;
  return last === INPUT ? undefined : last;
}
