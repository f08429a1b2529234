/** The map of one network on the page: drawn from the address, with the current layer marked. */

import { createSvg, find, findAll } from "../../dom.js";
import { boxesOverlap, enlargeBox } from "../../draw/camera.js";
import { figureText } from "../../draw/map-colours.js";
import { drawMap, heightOf } from "../../draw/network-map.js";
import { foldBlocks, formatOpenBlocks, openBlocks } from "../../lib/layout/folding.js";
import { layout } from "../../lib/layout/layout.js";
import { wrapPlan } from "../../lib/layout/wrapping.js";
import { addressOf, currentView, navigate, replaceAddress } from "../../state.js";
import { text } from "../../texts.js";
import { MapCamera } from "./camera.js";
import { colouringOf, showLegend, timesOf } from "./legend.js";
import { MIDDLE } from "./labels.js";
import { MapPlayer } from "./player.js";
import { INPUT, readNetwork } from "./source.js";

/** @typedef {import("../../lib/layout/folding.js").Item} Item */
/** @typedef {import("../../draw/camera.js").Box} Box */
/** @typedef {import("../../state.js").View} View */

const MAPS_SCALE = 0.2; // from this scale on, the strongest map of each layer is loaded
const TILES_SCALE = 0.5; // from this scale on, the other maps are loaded too

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
      (visible) => this.#cull(visible),
      (visible, scale) => {
        this.#loadImages(visible, scale);
        if (scale < MIDDLE && this.#items.some(({ block, folded }) => block !== null && !folded)) this.#foldAndFit();
      },
    );
    this.player = new MapPlayer(root, svg, () => this.#stage());
  }

  /** @param {string} item */
  blockOf(item) {
    return this.#items.find(({ id }) => id === item)?.block ?? null;
  }

  /** @param {View} view */
  show(view) {
    this.root.dataset.size = view.map ?? "none";
    if (view.map !== "large") return;
    const state = `${view.by ?? ""} ${view.open ?? ""} ${timesOf(this.root) ? "timed" : ""}`;
    if (state !== this.#drawn) this.#draw(view);
    this.#drawn = state;
    this.#mark(this.#itemOf(view.layer ?? INPUT));
    this.#markExplained();
  }

  /**
   * Change parameters of the map in the address and show them.
   * @param {View} parameters
   */
  change(parameters) {
    const view = { ...currentView(), ...parameters };
    replaceAddress(view);
    this.show(view);
  }

  /**
   * Select an item: its last layer, or the network where the item is the input.
   * @param {string} id
   * @param {boolean} [replace] the last step of the history
   */
  select(id, replace = false) {
    const item = this.#items.find((each) => each.id === id);
    if (!item) return;
    this.#mark(id);
    this.#cards.get(id)?.focus({ preventScroll: true });
    const layer = layerOf(item);
    if (layer !== currentView().layer) navigate({ ...currentView(), layer, channel: undefined }, { replace });
  }

  /**
   * Fold or unfold a block.
   * @param {number | null} block
   */
  toggle(block) {
    if (block === null) return;
    const open = openBlocks(currentView().open, this.network.layers);
    if (!open.delete(block)) open.add(block);
    this.change({ open: formatOpenBlocks(open, this.network.layers) });
  }

  /** @param {boolean} open */
  toggleAll(open) {
    const { layers } = this.network;
    this.change({ open: formatOpenBlocks(openBlocks(open ? "all" : "none", layers), layers) });
  }

  /** Show the whole network with its blocks folded, whose names can be read where those of their layers cannot. */
  #foldAndFit() {
    this.toggleAll(false);
    this.camera.fit();
  }

  /**
   * Dim the items that contain none of some layers.
   * @param {ReadonlySet<string> | null} layers null to dim nothing
   */
  dim(layers) {
    for (const item of this.#items) {
      const isDimmed = layers !== null && !item.layers.some(({ id }) => layers.has(id));
      this.#cards.get(item.id)?.classList.toggle("missed", isDimmed);
    }
  }

  /** @param {View} view */
  #draw(view) {
    const focused = document.activeElement?.closest(".card")?.getAttribute("data-item");
    const before = this.#items.find(({ id }) => id === focused)?.layers.at(-1)?.id;
    this.player.clear();
    const { layers } = this.network;
    this.#items = foldBlocks(layers, openBlocks(view.open, layers));
    const plan = layout(this.#items.map(nodeOf));
    this.plan = wrapPlan(plan, this.camera.view);
    const style = this.#style(view);
    const drawing = drawMap(this.plan, this.#items, style).map(createSvg);
    for (const card of drawing.flatMap((each) => findAll(".card", SVGElement, each))) card.classList.add("off");
    this.group.replaceChildren(...drawing);
    this.#cards = new Map(findAll(".card", SVGElement, this.group).map((card) => [card.dataset.item ?? "", card]));
    showLegend(this.root, this.#items, style);
    const place = this.#placeOf(this.#itemOf(before ?? view.layer ?? INPUT));
    if (place) this.camera.show(this.plan, place, this.root.dataset.size !== this.#size);
    this.#size = this.root.dataset.size ?? null;
    if (before) this.#cards.get(this.#itemOf(before))?.focus({ preventScroll: true });
  }

  /**
   * @param {View} view
   * @returns {import("../../draw/network-map.js").MapStyle}
   */
  #style(view) {
    return {
      by: colouringOf(this.root, view.by),
      times: timesOf(this.root) ?? new Map(),
      blocks: this.network.blocks,
      href: (item) => addressOf({ ...view, layer: layerOf(item), channel: undefined }),
      label: (item) => this.#labelOf(item),
      layerCount: (count) => (count === 1 ? text("map_layer") : text("map_layers", { count })),
    };
  }

  /** @param {Item} item */
  #labelOf({ layers, folded, block }) {
    const last = layers[layers.length - 1];
    const params = layers.reduce((sum, layer) => sum + layer.params, 0);
    const macs = layers.reduce((sum, layer) => sum + layer.macs, 0);
    const size = params === 1 ? text("map_param") : text("map_params", { count: figureText("params", params) });
    const parts = [
      folded ? this.network.blocks[block ?? 0] : last.name,
      folded ? text("map_block", { count: layers.length }) : last.op,
      last.shape.join(" × "),
      params ? size : "",
      macs ? text("map_macs", { count: figureText("macs", macs) }) : "",
    ];
    return parts.filter(Boolean).join(", ");
  }

  /** @param {string} layer */
  #itemOf(layer) {
    return this.#items.find(({ layers }) => layers.some(({ id }) => id === layer))?.id ?? INPUT;
  }

  /** @param {string} item */
  #placeOf(item) {
    return this.plan.places.find(({ id }) => id === item);
  }

  /** @param {string} item */
  #reveal(item) {
    const place = this.#placeOf(item);
    if (place) this.camera.reveal(place);
  }

  /** Mark the layer whose maps the explanation on the page uses and move it into the view. */
  #markExplained() {
    for (const card of findAll(".card.explains", SVGElement, this.group)) {
      card.classList.remove("explains");
      card.removeAttribute("aria-description");
    }
    const { at = "", made = "" } = find("#inspector .explanation-target", HTMLElement)?.dataset ?? {};
    const card = at ? this.#cards.get(this.#itemOf(at)) : undefined;
    card?.classList.add("explains");
    card?.setAttribute("aria-description", made);
    if (card) this.#reveal(this.#itemOf(at));
  }

  /** @param {string} item */
  #mark(item) {
    const before = this.#cards.get(this.#marked);
    before?.setAttribute("tabindex", "-1");
    before?.removeAttribute("aria-current");
    this.#cards.get(item)?.setAttribute("tabindex", "0");
    this.#cards.get(item)?.setAttribute("aria-current", "true");
    for (const edge of findAll(".edge.near", SVGPathElement, this.group)) edge.classList.remove("near");
    const ends = `.edge[data-from="${CSS.escape(item)}"], .edge[data-to="${CSS.escape(item)}"]`;
    for (const edge of findAll(ends, SVGPathElement, this.group)) edge.classList.add("near");
    this.#marked = item;
    this.#reveal(item);
  }

  /**
   * Hide the cards that are far outside the view: their texts take most of the time of painting.
   * @param {Box} visible
   */
  #cull(visible) {
    const near = enlargeBox(visible);
    for (const place of this.plan.places) {
      this.#cards.get(place.id)?.classList.toggle("off", !boxesOverlap(place, near));
    }
  }

  /**
   * Load the maps of the layers in the view where the scale is large enough to see them.
   * @param {Box} visible
   * @param {number} scale
   */
  #loadImages(visible, scale) {
    if (scale < MAPS_SCALE) return;
    const images = scale < TILES_SCALE ? "image:not(.tile, [href])" : "image:not([href])";
    for (const place of this.plan.places) {
      if (!boxesOverlap(place, visible)) continue;
      for (const image of this.#cards.get(place.id)?.querySelectorAll(images) ?? []) {
        image.setAttribute("href", image.getAttribute("data-href") ?? "");
      }
    }
  }

  /** @returns {import("./player.js").Stage} */
  #stage() {
    return {
      items: this.#items.map(({ id }) => id),
      current: this.#itemOf(currentView().layer ?? INPUT),
      card: (item) => this.#cards.get(item),
      label: (item) => this.#cards.get(item)?.querySelector("title")?.textContent ?? "",
      reveal: (item) => this.#reveal(item),
      select: (item) => this.select(item),
    };
  }
}

/** @param {Item} item @returns {import("../../lib/layout/layout.js").Node} */
function nodeOf(item) {
  const convolutions = item.layers.filter(({ kind }) => kind === "convolution").length;
  const frame = item.folded ? null : item.block;
  return { id: item.id, inputs: item.inputs, convolutions, height: heightOf(item), frame };
}

/** @param {Item} item */
function layerOf({ layers }) {
  const last = layers[layers.length - 1].id;
  return last === INPUT ? undefined : last;
}
