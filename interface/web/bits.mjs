/**
 * Deflated data as bits, the least significant first (RFC 1951, 3.1.1), and what is wrong with them.
 *
 * Not here: what the bits mean (`inflate.mjs`).
 */

import { ContainerRejected } from "./problems.mjs";

/** Bytes that are more than the header of any block takes: 14 + 19 * 3 + 320 * 14 bits (3.2.7). */
const MARGIN = 1024;

/** @param {string} place @param {string} found */
export function rejected(place, found) {
  return new ContainerRejected(place, "one deflate stream", found);
}

/** @param {string} place @param {string} why in zlib's words */
export function broken(place, why) {
  return new ContainerRejected(place, "a deflate stream", why);
}

/** Data that come in pieces, as bits. */
export class Bits {
  /** @param {string} place */
  constructor(place) {
    this.place = place;
    this.bytes = new Uint8Array(0);
    this.at = 0;
    this.held = 0;
    this.count = 0;
    this.isLast = false;
  }

  /**
   * Take in the next piece; undefined where there is none.
   * @param {Uint8Array | undefined} piece
   */
  feed(piece) {
    const rest = this.bytes.subarray(this.at);
    this.isLast = piece === undefined;
    this.bytes = new Uint8Array(rest.length + (piece?.length ?? 0));
    this.bytes.set(rest);
    if (piece) this.bytes.set(piece, rest.length);
    this.at = 0;
  }

  /** Whether there is enough for any header, or nothing more to wait for. */
  get isFed() {
    return this.isLast || this.bytes.length - this.at > MARGIN;
  }

  /** Whole bytes that were not used. */
  get left() {
    return this.bytes.length - this.at + (this.count >> 3);
  }

  /** Hold at least 16 bits, or all that are left. */
  fill() {
    while (this.count < 16 && this.at < this.bytes.length) {
      this.held |= this.bytes[this.at] << this.count;
      this.at += 1;
      this.count += 8;
    }
  }

  /** @param {number} count at most 16 */
  take(count) {
    if (this.count < count) this.fill();
    const value = this.held & ((1 << count) - 1);
    this.drop(count);
    return value;
  }

  /** @param {number} count */
  drop(count) {
    if (this.count < count) throw rejected(this.place, "one that ends early");
    this.held >>>= count;
    this.count -= count;
  }

  /** The next symbol of a code. @param {Uint16Array} table @returns {number} */
  symbol(table) {
    if (this.count < 15) this.fill();
    const entry = table[this.held & (table.length - 1)];
    if (entry === 0) throw broken(this.place, "invalid code");
    this.drop(entry & 15);
    return entry >> 4;
  }

  /** Up to `count` bytes from a byte's border on. @param {number} count @returns {Uint8Array} */
  bytesUpTo(count) {
    while (this.count >= 8) { // what was held goes back
      this.at -= 1;
      this.count -= 8;
    }
    this.held = this.count = 0;
    const found = this.bytes.subarray(this.at, this.at + count);
    this.at += found.length;
    return found;
  }
}
