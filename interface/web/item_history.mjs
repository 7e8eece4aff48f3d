/**
 * The events of one item: its row in the dataset, the run's beginning, its result, the run's seal
 * (format, section 14).
 *
 * They are a few of their streams, so that nothing here shows that there are no others. Not here:
 * whether the log has them (`item_inclusions.mjs`).
 */

import { Refused } from "./problems.mjs";
import { ON_RESULT } from "./results.mjs";
import { Run } from "./run.mjs";
import { Head, refused } from "./stream.mjs";

/** @typedef {import("./events.mjs").Event} Event */

const RESULT_TYPES = Object.keys(ON_RESULT);

/** What may follow what. @type {Record<string, Record<string, string>>} */
const NEXT = {
  new: { "dataset.item_added": "asked" },
  asked: { "run.registered": "begun" },
  begun: {
    ...Object.fromEntries(RESULT_TYPES.map((type) => [type, "begun"])),
    "stream.sealed": "sealed",
  },
  sealed: {},
};

/** The events of one item, its row in the dataset first. */
export class ItemHistory {
  /** @type {Map<string, Head>} */
  heads = new Map();
  events = 0;
  state = "new";
  /** @type {Run | null} */
  run = null;
  /** @type {Event | null} */
  row = null;
  /** @type {Event | null} */
  registered = null;
  /** @type {Event | null} the one before the next */
  last = null;

  /**
   * Take in the next event, and return why it may not stand there, or null.
   * @param {Event} event
   * @returns {Refused | null}
   */
  take(event) {
    this.events += 1;
    try {
      const state = this.#stateAfter(event);
      if (RESULT_TYPES.includes(event.type)) this.run?.takeResult(event);
      Object.assign(this, { state, last: event });
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      return problem;
    }
    if (event.type === "dataset.item_added") this.row = event;
    if (event.type === "run.registered") {
      this.registered = event;
      this.run = new Run();
      this.run.register(event);
    }
    if (["dataset.item_added", "stream.sealed"].includes(event.type)) this.#end(event);
    return null;
  }

  /** The dataset as the run names it, and the run as its seal does; none without a seal. */
  streams() {
    const { row, registered, last } = this;
    if (this.state !== "sealed" || !row || !registered || !last) return [];
    const { items: size, items_root: root } = registered.facts;
    return [
      { origin: row.origin, root, size, stream: row.stream },
      { origin: last.origin, root: last.facts.root, size: last.facts.size, stream: last.stream },
    ];
  }

  /** @param {Event} event */
  #end({ stream, origin, at, version }) {
    this.heads.set(stream, Object.assign(new Head(stream), { origin, at, version }));
  }

  /** @param {Event} event */
  #stateAfter(event) {
    const next = NEXT[this.state];
    if (!Object.hasOwn(next, event.type)) {
      const types = Object.keys(next);
      const expected = types.length ? `one of ${types.join(", ")}` : "no event";
      throw refused(event, expected, event.type);
    }
    if (event.type === "run.registered" && this.row) this.#checkDataset(event, this.row);
    else if (this.row && this.registered && this.last) {
      this.#checkFollows(event, this.row, this.registered, this.last);
    }
    return next[event.type];
  }

  /** @param {Event} event @param {Event} row */
  #checkDataset(event, row) {
    const { dataset, dataset_origin: origin, items } = event.facts;
    if (`dataset/${dataset}` !== row.stream || origin !== row.origin) {
      const expected = `${row.stream} of ${row.origin}`;
      throw refused(event, expected, `dataset/${dataset} of ${origin}`);
    }
    if (row.facts.item >= items) {
      throw refused(event, `more than ${row.facts.item} items`, String(items));
    }
    if (event.version !== 1) throw refused(event, "version 1", `version ${event.version}`);
  }

  /** @param {Event} event @param {Event} row @param {Event} registered @param {Event} last */
  #checkFollows(event, row, registered, last) {
    if (event.origin !== registered.origin || event.stream !== registered.stream) {
      throw refused(event, `${registered.stream} of ${registered.origin}`, event.origin);
    }
    if (event.version <= last.version || event.at < last.at) {
      throw refused(event, `an event behind version ${last.version}`, `one of ${event.at}`);
    }
    const { size, item } = event.facts;
    if (event.type === "stream.sealed" && size !== event.version - 1) {
      throw refused(event, `size ${event.version - 1}`, `size ${size}`);
    }
    if (RESULT_TYPES.includes(event.type) && item !== row.facts.item) {
      throw refused(event, `item ${row.facts.item}`, `item ${item}`);
    }
  }
}
