/**
 * Check 7, line by line: each part against the event that names it.
 *
 * Not here: which parts must be there (`walk.mjs`, `item_walk.mjs`), and what a part may hold
 * (`parts.mjs`).
 */

import { bytesOf } from "./json.mjs";
import { MAX_PART_BYTES, PARTS_MEMBER } from "./layout.mjs";
import { checkConfig, checkShape, readPart } from "./parts.mjs";
import { InvalidInput, hex } from "./problems.mjs";
import { PARTS } from "./report.mjs";
import { sha256 } from "./sha2.mjs";
import { placeOf } from "./stream.mjs";

/** @typedef {import("./events.mjs").Event} Event */
/** @typedef {import("./walk.mjs").Walk} Walk */

/** `parts.jsonl`, one line ahead of the event that it is compared with. */
export class PartsInStep {
  /** @type {Uint8Array | null} */
  #line = null;
  #digest = "";
  #ids = new ShortHashes();

  /** @param {Walk} walk */
  constructor(walk) {
    this.walk = walk;
    this.lines = walk.lines(PARTS_MEMBER, MAX_PART_BYTES);
    this.hasEnded = false;
    this.count = 0;
  }

  /** Go on to the next line. */
  async advance() {
    this.#line = this.hasEnded ? null : await this.walk.nextLine(this.lines, PARTS);
    this.hasEnded = this.#line === null;
    this.#digest = this.#line === null ? "" : hex(sha256(this.#line));
  }

  /**
   * The next line must be this part; one that is not stands for another or was altered.
   * @param {Event} event
   * @param {string} kind
   * @param {string} digest
   */
  async expect(event, kind, digest) {
    this.count += 1;
    if (this.#line !== null && this.#digest === digest) {
      this.#check(event, kind, this.#line);
    } else {
      const found = this.#digest ? `${PARTS_MEMBER}: ${this.#digest}` : "the end of parts.jsonl";
      this.#fail(`${placeOf(event)}, ${kind}`, `part ${digest}`, found);
    }
    await this.advance();
  }

  /** Whether the next line is this part. @param {string} digest */
  isNext(digest) {
    return this.#digest === digest;
  }

  /**
   * The next line must not be this part, which is withheld or erased.
   * @param {string} digest
   * @param {string} place
   * @param {string} status
   */
  async expectNone(digest, place, status) {
    if (this.#digest !== digest) return;
    this.#fail(place, `no such part, since it is ${status}`, "its content");
    await this.advance();
  }

  /** All lines must have been expected; and no outside id may stand twice. */
  end() {
    if (this.#line !== null) this.#fail(PARTS_MEMBER, "no part that no event names", this.#digest);
    if (this.#ids.haveTwins()) {
      this.#fail("items", "outside ids that are unique", "one that stands twice");
    }
  }

  /** @param {Event} event @param {string} kind @param {Uint8Array} line */
  #check(event, kind, line) {
    const place = `${placeOf(event)}, ${kind}`;
    try {
      const { value, assets } = readPart(line, "part");
      checkShape(kind, value, "part");
      checkConfig(event, kind, value, "part");
      if (kind === "config") this.walk.configs[event.type] = value;
      for (const asset of assets) this.walk.assets.add(asset);
      if (kind === "item") this.#ids.add(/** @type {any} */ (value).id);
    } catch (problem) {
      if (!(problem instanceof InvalidInput)) throw problem;
      this.#fail(`${place}${problem.place.replace(/^part/, "")}`, problem.expected, problem.found);
    }
  }

  /** @param {string} place @param {string} expected @param {string} found */
  #fail(place, expected, found) {
    this.walk.report.fail(PARTS, place, expected, found);
  }
}

/** The first 8 bytes of the SHA-256 of texts: enough to find twins among the ids of a dataset. */
class ShortHashes {
  #hashes = new BigUint64Array(64);
  #count = 0;

  /** @param {string} text */
  add(text) {
    if (this.#count === this.#hashes.length) {
      const larger = new BigUint64Array(2 * this.#count);
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    this.#hashes[this.#count] = new DataView(sha256(bytesOf(text)).buffer).getBigUint64(0);
    this.#count += 1;
  }

  haveTwins() {
    const sorted = this.#hashes.subarray(0, this.#count).sort();
    return sorted.some((hash, index) => index > 0 && hash === sorted[index - 1]);
  }
}
