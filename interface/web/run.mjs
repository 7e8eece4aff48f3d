/**
 * What may follow what in the stream of a run, and its plan (format, section 6).
 *
 * An event that may not stand where it does is refused, and what it does is left undone. Not here:
 * what may follow in one result (`results.mjs`), and what holds of every stream (`stream.mjs`).
 */

import { Problem } from "./problems.mjs";
import { ON_RESULT, Results } from "./results.mjs";
import { ANY_BUT_NEW, outOfTurn, refused } from "./stream.mjs";

/** @typedef {import("./events.mjs").Event} Event */

/** The plan: inclusive ranges of items, ascending and apart, each item planned for every epoch. */
export class Plan {
  epochs = 0;

  /** @type {[number, number][]} */
  ranges = [];

  /** How many results are planned. */
  get results() {
    return this.epochs * this.ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  }

  /** @param {number} item @param {number} epoch */
  includes(item, epoch) {
    let [low, high] = [0, this.ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ranges[middle][0] <= item) low = middle + 1;
      else high = middle;
    }
    return low > 0 && item <= this.ranges[low - 1][1] && epoch <= this.epochs;
  }

  /** The planned results, by item, then epoch. @returns {Generator<[number, number]>} */
  *places() {
    for (const [first, last] of this.ranges) {
      for (let item = first; item <= last; item += 1) {
        for (let epoch = 1; epoch <= this.epochs; epoch += 1) yield [item, epoch];
      }
    }
  }
}

const ENDED = { "item.scored": "", "score.revised": "", "stream.sealed": "sealed" };
const STOPPING = { "run.failed": "failed", "run.canceled": "canceled", "stream.sealed": "sealed" };

/** "" stays in the state. @type {Record<string, Record<string, string>>} */
const NEXT_OF_RUN = {
  new: { "run.registered": "pending" },
  pending: { "run.planned": "", "run.started": "running", ...STOPPING },
  running: {
    "item.attempt_failed": "", "item.answered": "", "item.scored": "", "item.failed": "",
    "run.resumed": "", "run.completed": "completed", ...STOPPING,
  },
  completed: ENDED,
  failed: { ...ENDED, "run.resumed": "running" },
  canceled: ENDED,
  sealed: { "score.revised": "", "stream.sealed": "" },
};
const ALWAYS_OF_RUN = [...ANY_BUT_NEW, "run.annotated", "run.superseded"];

/** The state of one run; `status` is what it was before it was sealed. */
export class Run {
  constructor() {
    this.state = "new";
    this.status = "new";
    /** @type {Record<string, any>} the facts of `run.registered` */
    this.registered = { dataset: "", dataset_origin: "", items: 0, items_root: "", scorers: 0 };
    /** The digest of the config. */
    this.config = "";
    this.plan = new Plan();
    this.results = new Results();
  }

  /** Take in the next event; if it may not follow, the state is as it was. @param {Event} event */
  apply(event) {
    if (ALWAYS_OF_RUN.includes(event.type) && this.state !== "new") return;
    const state = NEXT_OF_RUN[this.state][event.type];
    if (state === undefined) {
      const always = this.state === "new" ? [] : ALWAYS_OF_RUN;
      const types = [...Object.keys(NEXT_OF_RUN[this.state]), ...always];
      throw outOfTurn(event, `a run that is ${this.state}`, types);
    }
    if (event.type in ON_RESULT) this.takeResult(event);
    if (event.type === "run.registered") this.register(event);
    if (event.type === "run.planned") this.#plan(event);
    if (state) this.state = state;
    if (state && state !== "sealed") this.status = state;
  }

  /** Take in what the run is about. @param {Event} event */
  register({ facts, parts }) {
    this.registered = facts;
    this.config = parts.config;
  }

  /** @param {Event} event */
  #plan(event) {
    const { epochs, ranges } = event.facts;
    if (this.plan.epochs && epochs !== this.plan.epochs) {
      throw refused(event, `${this.plan.epochs} epochs, as planned before`, String(epochs));
    }
    const next = (this.plan.ranges.at(-1)?.[1] ?? -1) + 1;
    const [first, last] = [ranges[0][0], ranges.at(-1)[1]];
    if (first < next || last >= this.registered.items) {
      const expected = `items from ${next} to ${this.registered.items - 1}`;
      throw refused(event, expected, `${first} to ${last}`);
    }
    this.plan.epochs = epochs;
    for (const range of ranges) this.plan.ranges.push(range);
  }

  /** Take in an event of one result, if it may follow in it. @param {Event} event */
  takeResult(event) {
    const { item, epoch, scorer = -1 } = event.facts;
    const { items, scorers } = this.registered;
    if (item >= items) throw refused(event, `an item below ${items}`, `item ${item}`);
    if (scorer >= scorers) throw refused(event, `a scorer below ${scorers}`, `scorer ${scorer}`);
    try {
      ON_RESULT[event.type](this.results, event.facts);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      const place = `item ${item}, epoch ${epoch}: ${problem.place}`;
      throw refused(event, `${place}: ${problem.expected}`, problem.found);
    }
  }
}
