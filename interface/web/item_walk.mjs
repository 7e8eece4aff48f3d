/**
 * Checks 4 to 7 of a bundle of one item: a walk over its events and their parts.
 *
 * Not here: what may follow what (`item_history.mjs`), whether the log has it
 * (`item_inclusions.mjs`), and the walk over whole streams (`walk.mjs`).
 */

import { ItemHistory } from "./item_history.mjs";
import { ItemInclusions } from "./item_inclusions.mjs";
import { EVENTS_MEMBER, MAX_ENVELOPE_BYTES } from "./layout.mjs";
import { EVENTS, NOT_SHOWN, PARTS, PASSED, STREAM, TREE } from "./report.mjs";
import { placeOf } from "./stream.mjs";
import { Walk } from "./walk.mjs";

/** @typedef {import("./container.mjs").Bundle} Bundle */
/** @typedef {import("./events.mjs").Event} Event */
/** @typedef {import("./manifest.mjs").Manifest} Manifest */
/** @typedef {import("./report.mjs").Report} Report */

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
