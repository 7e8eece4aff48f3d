/**
 * Checks 4 to 7 of a bundle of one item: its events, each where the log has it, and their parts.
 *
 * The events are a few of their streams, so that nothing here shows that there are no others
 * (format, section 14). Not here: the walk over whole streams (`walk.mjs`).
 */

import { areSame, isIndex, isObject } from "./events.mjs";
import { bytesOf, decodeCanonical, encode } from "./json.mjs";
import { EVENTS_MEMBER, INCLUSION_MEMBER, MAX_ENVELOPE_BYTES } from "./layout.mjs";
import { MAX_HASHES, readSealProof } from "./log_proof.mjs";
import { base64Of } from "./note.mjs";
import { InvalidInput, Problem, Refused, shownBytes } from "./problems.mjs";
import { EVENTS, NOT_SHOWN, PARTS, PASSED, STREAM, TREE } from "./report.mjs";
import { ON_RESULT } from "./results.mjs";
import { Head, Run, placeOf, refused } from "./streams.mjs";
import { leafHash, verifyInclusion } from "./tree.mjs";
import { Walk } from "./walk.mjs";

/** @typedef {import("./container.mjs").Bundle} Bundle */
/** @typedef {import("./events.mjs").Event} Event */
/** @typedef {import("./log_proof.mjs").SealProof} SealProof */
/** @typedef {import("./manifest.mjs").Manifest} Manifest */
/** @typedef {import("./report.mjs").Report} Report */
/** @typedef {{index: number, hashes: Uint8Array[]}} Inclusion */

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
class ItemHistory {
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

/** `inclusion.jsonl`, in step with the events (format, 14.4). */
class ItemInclusions {
  /** @type {{event: Event, inclusion: Inclusion} | null} */
  #row = null;
  /** @type {SealProof | null} */
  #head = null;
  #before = -1;

  /** @param {ItemWalk} walk */
  constructor(walk) {
    this.walk = walk;
    this.lines = walk.lines(INCLUSION_MEMBER, MAX_ENVELOPE_BYTES);
    this.hasEnded = false;
  }

  /** The next line; null at the end. */
  async next() {
    const line = this.hasEnded ? null : await this.walk.nextLine(this.lines, TREE);
    this.hasEnded = line === null;
    return line;
  }

  /** Check the next one. @param {Event} event @param {Uint8Array} line */
  async check(event, line) {
    if (event.type === "stream.sealed") return;
    try {
      const inclusion = readInclusion((await this.next()) ?? new Uint8Array());
      if (event.type === "dataset.item_added") {
        this.#row = { event, inclusion };
        return;
      }
      if (event.type === "run.registered") this.#checkRow(event);
      await this.#checkInLog(event, line, inclusion);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      const place = `${placeOf(event)}: ${problem.place}`;
      this.walk.report.fail(TREE, place, problem.expected, problem.found);
    }
  }

  /** No line may be left. */
  async end() {
    if ((await this.next()) === null) return;
    const expected = "one line for each event but the seal";
    this.walk.report.fail(TREE, INCLUSION_MEMBER, expected, "more");
  }

  /** @param {Event} registered */
  #checkRow({ facts: { items, items_root: root } }) {
    if (this.#row === null) return;
    const { event: { facts: { item }, parts }, inclusion: { index, hashes } } = this.#row;
    if (index !== item) {
      throw new InvalidInput(`${INCLUSION_MEMBER}, line 1`, `item ${item}`, String(index));
    }
    verifyInclusion(leafHash(bytesOf(encode(parts))), index, items, hashes, fromHex(root));
  }

  /** @param {Event} event @param {Uint8Array} line @param {Inclusion} inclusion */
  async #checkInLog(event, line, { index, hashes }) {
    this.#head ??= await readSealProof(this.walk.bundle, event.origin);
    const { proof, size, root } = this.#head;
    if (index <= this.#before || index >= proof.index) {
      const expected = `an index between ${this.#before} and the seal's ${proof.index}`;
      throw new InvalidInput(INCLUSION_MEMBER, expected, String(index));
    }
    this.#before = index;
    verifyInclusion(leafHash(line), index, size, hashes, root);
  }
}

/** What the walk brings: the item's history, counts of parts, the assets that parts list. */
export class ItemWalk extends Walk {
  /** @type {Map<string, number>} by kind */
  withheld = new Map();

  /** @param {Bundle} bundle @param {Manifest} manifest @param {Report} report */
  constructor(bundle, manifest, report) {
    super(bundle, manifest, report);
    this.item = new ItemHistory();
    /** @type {any} */
    this.history = this.item;
    this.inclusions = new ItemInclusions(this);
  }

  /** Walk from the first event to the last. */
  async run() {
    await this.parts.advance();
    const lines = this.lines(EVENTS_MEMBER, MAX_ENVELOPE_BYTES);
    for (let number = 1; ; number += 1) {
      const line = await this.nextLine(lines, EVENTS);
      if (line === null) break;
      const event = this.eventOn(line, number);
      if (event) await this.take(event, line);
    }
    this.parts.end();
    await this.inclusions.end();
    if (this.item.state !== "sealed") {
      this.report.fail(TREE, EVENTS_MEMBER, "a seal as the last event", "none");
    }
    this.settle();
  }

  /** @param {Event} event @param {Uint8Array} line */
  async take(event, line) {
    this.last = { origin: event.origin, line };
    const problem = this.item.take(event);
    if (problem) this.report.failWith(STREAM, problem);
    await this.inclusions.check(event, line);
    for (const [kind, digest] of Object.entries(event.parts)) {
      if (this.parts.isNext(digest)) await this.#disclose(event, kind, digest);
      else this.withheld.set(kind, (this.withheld.get(kind) ?? 0) + 1);
    }
  }

  /** @param {Event} event @param {string} kind @param {string} digest */
  async #disclose(event, kind, digest) {
    await this.parts.expect(event, kind, digest);
    if (kind !== "original") return;
    const place = `${placeOf(event)}, ${kind}`;
    this.report.fail(PARTS, place, "it withheld: it holds all items", "it");
  }

  settle() {
    const { report, item: { run, events } } = this;
    const withheld = [...this.withheld.values()].reduce((sum, count) => sum + count, 0);
    report.settle(EVENTS, PASSED, `${events} events`);
    const why = "one item's events: that there are no others of it takes the whole bundle";
    report.settle(STREAM, NOT_SHOWN, why);
    const items = run ? run.registered.items : 0;
    const told = `the question is one of the run's ${items}, and each event is in the log of check 10`;
    report.settle(TREE, PASSED, told);
    const rest = withheld ? `, ${withheld} withheld` : "";
    report.settle(PARTS, PASSED, `${this.parts.count} disclosed${rest}`);
  }
}

/** @param {Uint8Array} line @returns {Inclusion} */
function readInclusion(line) {
  const document = /** @type {any} */ (decodeCanonical(line, INCLUSION_MEMBER));
  const isOne = isObject(document) && areSame(Object.keys(document), ["hashes", "index"])
    && isIndex(document.index) && Array.isArray(document.hashes)
    && document.hashes.length <= MAX_HASHES;
  if (!isOne) {
    const expected = `an index, and at most ${MAX_HASHES} hashes, in canonical form`;
    throw new InvalidInput(INCLUSION_MEMBER, expected, shownBytes(line.subarray(0, 80)));
  }
  return { index: document.index, hashes: document.hashes.map(hashOf) };
}

/** @param {any} text */
function hashOf(text) {
  const place = `${INCLUSION_MEMBER}, hashes`;
  if (typeof text !== "string") throw new InvalidInput(place, "base64", String(text).slice(0, 80));
  return base64Of(place, text);
}

/** @param {string} text */
function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}
