/**
 * Lines of a member, in bounded memory, one after another.
 *
 * Not here: what a line means.
 */

import { InvalidInput } from "./problems.mjs";

export const LF = 10;

/** Reads lines from chunks; a line may be a view of a chunk, and is not to be changed. */
export class LineReader {
  #chunks;
  #chunk = new Uint8Array(0);
  #at = 0;

  /** @type {Uint8Array[]} what earlier chunks have of the line at hand */
  #held = [];
  #heldBytes = 0;

  /**
   * @param {AsyncIterator<Uint8Array>} chunks
   * @param {number} limit bytes of a line
   * @param {string} place
   */
  constructor(chunks, limit, place) {
    this.#chunks = chunks;
    this.limit = limit;
    this.place = place;
    this.offset = 0;
  }

  /** The next line without its LF; null at the end. @returns {Promise<Uint8Array | null>} */
  async next() {
    for (;;) {
      const end = this.#chunk.indexOf(LF, this.#at);
      if (end >= 0) return this.#lineUpTo(end);
      this.#hold(this.#chunk.subarray(this.#at));
      const { value, done } = await this.#chunks.next();
      this.#chunk = value ?? new Uint8Array(0);
      this.#at = 0;
      if (done) return this.#end();
    }
  }

  /** @param {number} end */
  #lineUpTo(end) {
    this.#hold(this.#chunk.subarray(this.#at, end));
    const line = this.#held.length === 1 ? this.#held[0] : joined(this.#held, this.#heldBytes);
    this.#at = end + 1;
    this.offset += this.#heldBytes + 1;
    this.#held = [];
    this.#heldBytes = 0;
    return line;
  }

  /** @param {Uint8Array} piece */
  #hold(piece) {
    this.#held.push(piece);
    this.#heldBytes += piece.length;
    if (this.#heldBytes > this.limit) {
      throw this.#unfit(`a line of at most ${this.limit} bytes`, "a longer one");
    }
  }

  #end() {
    if (this.#heldBytes) throw this.#unfit("a line ended by LF", "the end of the member");
    return null;
  }

  /** @param {string} expected @param {string} found */
  #unfit(expected, found) {
    return new InvalidInput(`${this.place}, byte ${this.offset}`, expected, found);
  }
}

/** @param {Uint8Array[]} pieces @param {number} length */
function joined(pieces, length) {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
