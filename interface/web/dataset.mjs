/**
 * What may follow what in the stream of a dataset (format, section 6).
 *
 * An event that may not stand where it does is refused, and what it does is left undone. Not here:
 * content, and what holds of every stream (`stream.mjs`).
 */

import { bytesOf, encode } from "./json.mjs";
import { ANY_BUT_NEW, checkRoot, outOfTurn, refused } from "./stream.mjs";
import { Tree, leafHash } from "./tree.mjs";

/** @typedef {import("./events.mjs").Event} Event */

/** @type {Record<string, Record<string, string>>} */
const NEXT_OF_DATASET = {
  new: { "dataset.registered": "open" },
  open: { "dataset.item_added": "open", "dataset.frozen": "frozen", "stream.sealed": "sealed" },
  frozen: { "stream.sealed": "sealed" },
  sealed: { "stream.sealed": "sealed" },
};

/** The state of one dataset, and the number of items of each section. */
export class Dataset {
  constructor() {
    this.state = "new";
    this.items = 0;
    this.root = "";
    /** @type {number[]} */
    this.sections = [];
    this.tree = new Tree();
  }

  /** Take in the next event; if it may not follow, the state is as it was. @param {Event} event */
  apply(event) {
    if (ANY_BUT_NEW.includes(event.type) && this.state !== "new") return;
    const state = NEXT_OF_DATASET[this.state][event.type];
    if (state === undefined) {
      const always = this.state === "new" ? [] : ANY_BUT_NEW;
      const types = [...Object.keys(NEXT_OF_DATASET[this.state]), ...always];
      throw outOfTurn(event, `a dataset that is ${this.state}`, types);
    }
    if (event.type === "dataset.item_added") this.#add(event);
    if (event.type === "dataset.frozen") this.#freeze(event);
    this.state = state;
  }

  /** @param {Event} event */
  #add(event) {
    const { item, section } = event.facts;
    if (item !== this.items) throw refused(event, `item ${this.items}`, `item ${item}`);
    if (section > this.sections.length) {
      throw refused(event, `a section up to ${this.sections.length}`, `section ${section}`);
    }
    this.items += 1;
    this.sections[section] = (this.sections[section] ?? 0) + 1;
    this.tree.append(leafHash(bytesOf(encode(event.parts)))); // format, 6.3
  }

  /** @param {Event} event */
  #freeze(event) {
    const { items, items_root: root } = event.facts;
    checkRoot(event, [items, root], [this.items, this.tree.root()]);
    this.root = root;
  }
}
