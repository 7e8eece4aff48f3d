/**
 * What may follow what in the streams of a dataset and a run (format, sections 5 and 6).
 *
 * An event that may not stand where it does is a finding; it is counted, and what it does is left
 * undone. Not here: what may follow in one result (`results.mjs`), content, and the order of streams
 * in a bundle (`walk.mjs`).
 */

import { MARKING } from "./events.mjs";
import { bytesOf, encode } from "./json.mjs";
import { Problem, Refused, RootMismatch } from "./problems.mjs";
import { ON_RESULT, Results } from "./results.mjs";
import { Tree, leafHash } from "./tree.mjs";

/** @typedef {import("./events.mjs").Event} Event */

const ANY_BUT_NEW = ["part.erased", "part.withheld", "hold.placed", "hold.released"];

/** Name an event by its stream and version. @param {Event} event */
export function placeOf(event) {
  return `${event.stream}, version ${event.version}`;
}

/** @param {Event} event @param {string} expected @param {string} found */
export function refused(event, expected, found) {
  return new Refused(placeOf(event), expected, found);
}

/**
 * Check a size and a root that an event states.
 * @param {Event} event
 * @param {[number, string]} stated
 * @param {[number, string]} computed
 */
function checkRoot(event, stated, computed) {
  if (stated[0] === computed[0] && stated[1] === computed[1]) return;
  const [expected, found] = [computed, stated].map(([size, root]) => `size ${size}, root ${root}`);
  throw new RootMismatch(placeOf(event), expected, found);
}

/** The end of one stream: one origin, gapless versions, order in time, seals, holds. */
export class Head {
  /** @param {string} stream */
  constructor(stream) {
    this.stream = stream;
    this.origin = "";
    this.version = 0;
    this.at = "";
    this.holds = 0;
    this.sealed = 0;
    this.tree = new Tree();
  }

  /** Check that the event is the next one of this stream. @param {Event} event */
  check(event) {
    if (event.version !== this.version + 1) {
      const expected = `version ${this.version + 1} of ${this.stream}`;
      throw refused(event, expected, `version ${event.version}`);
    }
    if (this.origin && event.origin !== this.origin) {
      throw refused(event, `origin ${this.origin}`, event.origin);
    }
    if (event.at < this.at) throw refused(event, `a time not before ${this.at}`, event.at);
    if (event.type === "stream.sealed") {
      checkRoot(event, [event.facts.size, event.facts.root], [this.tree.size, this.tree.root()]);
    }
    this.#checkHold(event);
  }

  /** @param {Event} event */
  #checkHold(event) {
    if (event.type === "hold.released" && !this.holds) {
      throw refused(event, "a hold to release", "none");
    }
    if (!MARKING.includes(event.type)) return;
    if (this.holds && event.type === "part.erased") throw refused(event, "no hold", `${this.holds} in force`);
    const { target } = event.facts;
    if (target > this.version) throw refused(event, "an earlier version as target", String(target));
  }

  /**
   * Move on to the event; `isAllowed` says whether what it does is done.
   * @param {Event} event
   * @param {Uint8Array} line
   * @param {boolean} isAllowed
   */
  take(event, line, isAllowed) {
    Object.assign(this, { origin: event.origin, version: event.version, at: event.at });
    if (event.type === "stream.sealed") this.sealed = event.version;
    if (isAllowed && event.type === "hold.placed") this.holds += 1;
    if (isAllowed && event.type === "hold.released") this.holds -= 1;
    this.tree.append(leafHash(line));
  }
}

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
      throw refused(event, `what may follow in a dataset that is ${this.state}`, event.type);
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
      throw refused(event, `what may follow in a run that is ${this.state}`, event.type);
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

/** All that is known after some events: the ends of both streams, and what they came to. */
export class History {
  constructor() {
    /** @type {Map<string, Head>} */
    this.heads = new Map();
    this.dataset = new Dataset();
    /** @type {Run | null} */
    this.run = null;
    this.events = 0;
  }

  /**
   * Take in the next event, and return why it may not stand there, or null.
   * @param {Event} event
   * @param {Uint8Array} line
   * @returns {Refused | null}
   */
  take(event, line) {
    let head = this.heads.get(event.stream);
    if (!head) this.heads.set(event.stream, (head = new Head(event.stream)));
    const problem = this.#problemOf(head, event);
    head.take(event, line, problem === null);
    this.events += 1;
    return problem;
  }

  /** @param {Head} head @param {Event} event */
  #problemOf(head, event) {
    try {
      head.check(event);
      this.#subject(event).apply(event);
    } catch (problem) {
      if (problem instanceof Refused) return problem;
      throw problem;
    }
    return null;
  }

  /** @param {Event} event */
  #subject(event) {
    if (event.stream.startsWith("dataset/")) return this.dataset;
    this.run ??= new Run();
    return this.run;
  }
}
