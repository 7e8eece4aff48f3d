/**
 * Checks 4 to 7: one walk over events and parts, in step with each other.
 *
 * Each part that an event names is disclosed, withheld or erased, exactly one of these (format,
 * 8.1). Not here: what a line of parts comes to (`parts_in_step.mjs`), what follows from the events,
 * and what the manifest counts (`inventory.mjs`).
 */

import { MARKING, markOn, readEvent } from "./events.mjs";
import { History } from "./history.mjs";
import { encode } from "./json.mjs";
import { EVENTS_MEMBER, MANIFEST_MEMBER, MAX_ENVELOPE_BYTES } from "./layout.mjs";
import { LineReader } from "./lines.mjs";
import { PartsInStep } from "./parts_in_step.mjs";
import { InvalidInput, RootMismatch } from "./problems.mjs";
import { EVENTS, MANIFEST, PARTS, PASSED, STREAM, TREE } from "./report.mjs";
import { placeOf } from "./stream.mjs";

/** @typedef {import("./container.mjs").Bundle} Bundle */
/** @typedef {import("./events.mjs").Event} Event */
/** @typedef {import("./manifest.mjs").Manifest} Manifest */
/** @typedef {import("./report.mjs").Report} Report */
/** @typedef {import("./report.mjs").Check} Check */

const WITHHELD = "withheld";
export const PART_WITHHELD = "withheld by an event";
const ERASED = "erased";

/** What becomes of the part that an event of such a type names. @type {Record<string, string>} */
const BECOMES = { "part.erased": ERASED, "part.withheld": PART_WITHHELD };

/** What the walk brings: the history, counts of undisclosed parts, the assets that parts list. */
export class Walk {
  /** @param {Bundle} bundle @param {Manifest} manifest @param {Report} report */
  constructor(bundle, manifest, report) {
    this.bundle = bundle;
    this.manifest = manifest;
    this.report = report;
    this.history = new History();
    /** @type {Set<string>} */
    this.assets = new Set();
    /** @type {Record<string, Map<string, number>>} number of parts by status, then kind */
    this.undisclosed = {
      [WITHHELD]: new Map(Object.keys(manifest.withheld).map((kind) => [kind, 0])),
      [PART_WITHHELD]: new Map(),
      [ERASED]: new Map(),
    };
    /** @type {Set<string>} what becomes of which part, as events say */
    this.marks = new Set();
    /** @type {Set<string>} the same of parts that were met, but for what an event has erased */
    this.marked = new Set();
    /** @type {Record<string, any>} the disclosed configs, by the type of their event */
    this.configs = {};
    this.streams = manifest.streams.map((end) => end.stream);
    this.stream = 0;
    /** The last event that is in its place: a seal, in a bundle that is sound. */
    this.last = { origin: "", line: new Uint8Array() };
    this.parts = new PartsInStep(this);
  }

  /** Walk from the first event to the last. */
  async run() {
    await this.findMarks();
    await this.parts.advance();
    const lines = this.lines(EVENTS_MEMBER, MAX_ENVELOPE_BYTES);
    for (let number = 1; ; number += 1) {
      const line = await this.nextLine(lines, EVENTS);
      if (line === null) break;
      const event = this.eventOn(line, number);
      if (event && this.isInPlace(event, number)) await this.take(event, line);
    }
    this.parts.end();
    this.checkEnds();
    this.settle();
  }

  /** An event may be about a part of one that stands far before it: all of them are found first. */
  async findMarks() {
    const lines = this.lines(EVENTS_MEMBER, MAX_ENVELOPE_BYTES);
    for (;;) {
      const line = await this.nextLine(lines, null);
      if (line === null) return;
      const event = markOn(line);
      if (event) this.marks.add(markBy(event));
    }
  }

  /** Whether an event withholds a part. */
  get withholdsParts() {
    return [...this.marks].some((mark) => mark.endsWith(PART_WITHHELD));
  }

  /** @param {string} member @param {number} limit */
  lines(member, limit) {
    return new LineReader(this.bundle.chunks(member), limit, member);
  }

  /**
   * The next line; null at the end, and where the lines end in a finding.
   * @param {LineReader} lines
   * @param {Check | null} check null where another walk tells
   */
  async nextLine(lines, check) {
    try {
      return await lines.next();
    } catch (problem) {
      if (!(problem instanceof InvalidInput)) throw problem;
      if (check) this.report.failWith(check, problem);
      return null;
    }
  }

  /** @param {Uint8Array} line @param {number} number */
  eventOn(line, number) {
    try {
      return readEvent(line, `${EVENTS_MEMBER}, line ${number}`);
    } catch (problem) {
      if (!(problem instanceof InvalidInput)) throw problem;
      this.report.failWith(EVENTS, problem);
      return null;
    }
  }

  /**
   * Whether the event is of the stream at hand or of the next; no other is taken in.
   * @param {Event} event
   * @param {number} number
   */
  isInPlace(event, number) {
    if (this.history.events && event.stream === this.streams[this.stream]) return true;
    const expected = this.streams.slice(this.stream, this.stream + 2);
    const ahead = expected.indexOf(event.stream);
    if (ahead >= 0) {
      this.stream += ahead;
      return true;
    }
    const place = `${EVENTS_MEMBER}, line ${number}, stream`;
    this.report.fail(STREAM, place, expected.join(" or "), event.stream);
    return false;
  }

  /** @param {Event} event @param {Uint8Array} line */
  async take(event, line) {
    this.last = { origin: event.origin, line };
    const problem = this.history.take(event, line);
    if (problem) {
      this.report.failWith(problem instanceof RootMismatch ? TREE : STREAM, problem);
    } else if (MARKING.includes(event.type)) {
      this.checkMark(event);
    }
    for (const [kind, digest] of Object.entries(event.parts)) { // by kind, as RFC 8785 sorts them
      const status = this.statusOf(event, kind);
      if (status) await this.leaveOut(event, kind, digest, status);
      else await this.parts.expect(event, kind, digest);
    }
  }

  /** Why a part is not disclosed; null where it is. @param {Event} event @param {string} kind */
  statusOf({ stream, version }, kind) {
    if (this.marks.has(markOf(stream, version, kind, ERASED))) return ERASED;
    if (kind in this.manifest.withheld) return WITHHELD;
    return this.marks.has(markOf(stream, version, kind, PART_WITHHELD)) ? PART_WITHHELD : null;
  }

  /** @param {Event} event @param {string} kind @param {string} digest @param {string} status */
  async leaveOut(event, kind, digest, status) {
    const counts = this.undisclosed[status];
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    await this.parts.expectNone(digest, `${placeOf(event)}, ${kind}`, status);
    for (const becomes of Object.values(BECOMES)) {
      const mark = markOf(event.stream, event.version, kind, becomes);
      if (this.marks.has(mark)) this.marked.add(mark);
    }
  }

  /**
   * The part was met, since its event stands before; and no other event has erased it.
   * @param {Event} event
   */
  checkMark(event) {
    const { target, kind } = event.facts;
    const erases = BECOMES[event.type] === ERASED;
    const mark = markBy(event);
    if (erases ? this.marked.delete(mark) : this.marked.has(mark)) return;
    const expected = `a part of version ${target}${erases ? ", not erased before" : ""}`;
    this.report.fail(STREAM, placeOf(event), expected, `its ${kind}`);
  }

  checkEnds() {
    for (const end of this.manifest.streams) {
      const head = this.history.heads.get(end.stream);
      if (!head) {
        this.report.fail(STREAM, end.stream, "its events", "none");
        continue;
      }
      if (head.sealed !== head.version) {
        const expected = "a seal as the last event";
        this.report.fail(TREE, end.stream, expected, "events after the last seal");
      }
      const { origin, version: size, stream } = head;
      const computed = encode({ origin, root: head.tree.root(), size, stream });
      if (computed === encode(end)) continue;
      this.report.fail(MANIFEST, `${MANIFEST_MEMBER}, streams`, computed, encode(end));
    }
    this.checkDataset();
  }

  /** The run names the dataset of this bundle (format, 6.3). */
  checkDataset() {
    const { run, dataset, heads } = this.history;
    if (run === null) return;
    const [head] = heads.values();
    const { dataset: id, dataset_origin: origin, items, items_root: root } = run.registered;
    const own = [head.stream, head.origin, dataset.items, dataset.root].join(", ");
    const found = [`dataset/${id}`, origin, items, root].join(", ");
    if (own !== found) this.report.fail(TREE, "run.registered, dataset", own, found);
  }

  settle() {
    const heads = [...this.history.heads.values()];
    const versions = heads.map((head) => head.version).join(" + ");
    const roots = heads.map(({ stream, tree }) =>
      `${stream.split("/")[0]} ${tree.root().slice(0, 16)}…`);
    const parts = [`${this.parts.count} disclosed`, ...this.leftOutTold()];
    this.report.settle(EVENTS, PASSED, `${this.history.events} events`);
    this.report.settle(STREAM, PASSED, `versions without a gap: ${versions}`);
    this.report.settle(TREE, PASSED, `roots: ${roots.join(", ")}`);
    this.report.settle(PARTS, PASSED, parts.join(", "));
  }

  leftOutTold() {
    return Object.entries(this.undisclosed).flatMap(([status, counts]) =>
      [...counts].filter(([, count]) => count).sort()
        .map(([kind, count]) => `${count} ${kind} ${status}`));
  }
}

/**
 * What becomes of a part, as one text.
 * @param {string} stream
 * @param {number} version
 * @param {string} kind
 * @param {string} becomes
 */
function markOf(stream, version, kind, becomes) {
  return `${stream} ${version} ${kind} ${becomes}`;
}

/** What an event says of a part. @param {Event} event */
function markBy({ stream, type, facts }) {
  return markOf(stream, facts.target, facts.kind, BECOMES[type]);
}
