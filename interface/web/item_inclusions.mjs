/**
 * Check 6 of a bundle of one item: each event where the log has it, its row where the dataset has it
 * (format, 14.4).
 *
 * Not here: what may follow what (`item_history.mjs`), and the log's head (`log_proof.mjs`).
 */

import { bytesOf, decodeCanonical, encode } from "./json.mjs";
import { INCLUSION_MEMBER, MAX_ENVELOPE_BYTES } from "./layout.mjs";
import { MAX_HASHES, readSealProof } from "./log_proof.mjs";
import { base64Of } from "./note.mjs";
import { InvalidInput, Problem, shownBytes } from "./problems.mjs";
import { TREE } from "./report.mjs";
import { placeOf } from "./stream.mjs";
import { areSame, isIndex, isObject } from "./syntax.mjs";
import { leafHash, verifyInclusion } from "./tree.mjs";

/** @typedef {import("./events.mjs").Event} Event */
/** @typedef {import("./item_walk.mjs").ItemWalk} ItemWalk */
/** @typedef {import("./log_proof.mjs").SealProof} SealProof */
/** @typedef {{index: number, hashes: Uint8Array[]}} Inclusion */

/** `inclusion.jsonl`, in step with the events (format, 14.4). */
export class ItemInclusions {
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
