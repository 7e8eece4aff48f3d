/**
 * Inflates untrusted data in bounded steps, to exactly the stated size (RFC 1951).
 *
 * Ours, because `DecompressionStream` is not everywhere, and because it tells neither what stands
 * behind the data nor stops where more comes out than was stated. Not here: its codes
 * (`huffman.mjs`), where the data come from, and their CRC.
 */

import { Bits, broken, rejected } from "./bits.mjs";
import { FIXED, tableOf } from "./huffman.mjs";
import { ContainerRejected } from "./problems.mjs";

const WINDOW = 2 ** 15;
const FULL_CHUNK = 2 ** 18;
const LONGEST_MATCH = 258;

const END_OF_BLOCK = 256;
const LENGTHS_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]; // 3.2.7

/** Extra bits and bases of the codes of 3.2.5, by code less 257, and by distance code. */
const LENGTH_BITS = Array.from({ length: 28 }, (_, code) => Math.max(0, (code >> 2) - 1));
const LENGTH_BASES = [...bases(LENGTH_BITS, 3), LONGEST_MATCH];
const DISTANCE_BITS = Array.from({ length: 30 }, (_, code) => Math.max(0, (code >> 1) - 1));
const DISTANCE_BASES = bases(DISTANCE_BITS, 1);
LENGTH_BITS.push(0);

/**
 * `size` bytes in chunks of about 256 KiB.
 * @param {string} place
 * @param {AsyncIterator<Uint8Array>} pieces
 * @param {number} size
 * @returns {AsyncGenerator<Uint8Array>}
 */
export async function* inflate(place, pieces, size) {
  const inflater = new Inflater(place);
  let done = 0;
  while (!inflater.bits.isLast) {
    const { value: piece } = await pieces.next();
    if (piece && inflater.hasEnded) throw rejected(place, "data behind it");
    inflater.bits.feed(piece);
    while (!inflater.hasEnded && inflater.bits.isFed) {
      const chunk = inflater.step();
      done += chunk.length;
      if (done > size) throw new ContainerRejected(place, `${size} bytes`, "more");
      yield chunk;
    }
  }
  if (inflater.bits.left) throw rejected(place, "data behind it");
  if (done !== size) throw new ContainerRejected(place, `${size} bytes`, String(done));
}

/** @param {number[]} extraBits @param {number} first */
function bases(extraBits, first) {
  let base = first;
  return extraBits.map((bits) => {
    base += 2 ** bits;
    return base - 2 ** bits;
  });
}

/** Block after block (3.2.3), into a buffer that begins with the window. */
class Inflater {
  /** @param {string} place */
  constructor(place) {
    this.place = place;
    this.bits = new Bits(place);
    this.buffer = new Uint8Array(WINDOW + FULL_CHUNK + LONGEST_MATCH);
    this.at = 0;
    this.isFinal = false;
    this.hasEnded = false;
    /** @type {(() => boolean) | null} goes on with the block at hand; whether it has ended */
    this.block = null;
  }

  /** Go on until a chunk is full, the stream ends, or more data are needed. */
  step() {
    const start = this.at;
    do {
      this.block ??= this.header();
      if (this.block()) {
        this.block = null;
        this.hasEnded = this.isFinal;
      }
    } while (!this.hasEnded && this.hasRoom && this.bits.isFed);
    const chunk = this.buffer.slice(start, this.at);
    this.slide();
    return chunk;
  }

  get hasRoom() {
    return this.at < WINDOW + FULL_CHUNK;
  }

  slide() {
    if (this.at <= WINDOW) return;
    this.buffer.copyWithin(0, this.at - WINDOW, this.at);
    this.at = WINDOW;
  }

  /** The three bits before a block, and what goes with its kind. */
  header() {
    this.isFinal = this.bits.take(1) === 1;
    const kind = this.bits.take(2);
    if (kind === 0) return this.stored();
    if (kind === 3) throw broken(this.place, "invalid block type");
    const [lengths, distances] = kind === 1 ? FIXED : this.dynamic();
    return () => this.codes(lengths, distances);
  }

  /** A block without compression (3.2.4). */
  stored() {
    this.bits.drop(this.bits.count & 7);
    let left = this.bits.take(16);
    if ((left ^ this.bits.take(16)) !== 0xffff) {
      throw broken(this.place, "invalid stored block lengths");
    }
    return () => {
      const found = this.bits.bytesUpTo(Math.min(left, WINDOW + FULL_CHUNK - this.at));
      this.buffer.set(found, this.at);
      this.at += found.length;
      left -= found.length;
      const isCut = left && this.bits.isLast && this.hasRoom;
      if (isCut) throw rejected(this.place, "one that ends early");
      return left === 0;
    };
  }

  /**
   * Symbols until the block ends, the chunk is full, or more data are needed.
   * @param {Uint16Array} lengths
   * @param {Uint16Array} distances
   */
  codes(lengths, distances) {
    const { bits, buffer } = this;
    while (this.hasRoom && bits.isFed) {
      const symbol = bits.symbol(lengths);
      if (symbol < END_OF_BLOCK) {
        buffer[this.at] = symbol;
        this.at += 1;
      } else if (symbol === END_OF_BLOCK) {
        return true;
      } else {
        this.copy(symbol - END_OF_BLOCK - 1, distances);
      }
    }
    return false;
  }

  /**
   * Repeat what stands some distance back, which may overlap with what it brings.
   * @param {number} code
   * @param {Uint16Array} distances
   */
  copy(code, distances) {
    if (code >= LENGTH_BASES.length) throw broken(this.place, "invalid literal/length code");
    const end = this.at + LENGTH_BASES[code] + this.bits.take(LENGTH_BITS[code]);
    const back = this.bits.symbol(distances);
    if (back >= DISTANCE_BASES.length) throw broken(this.place, "invalid distance code");
    const distance = DISTANCE_BASES[back] + this.bits.take(DISTANCE_BITS[back]);
    if (distance > this.at) throw broken(this.place, "invalid distance too far back");
    const { buffer } = this;
    let at = this.at;
    for (; at < end; at += 1) buffer[at] = buffer[at - distance];
    this.at = at;
  }

  /** The codes of a block that brings its own (3.2.7). */
  dynamic() {
    const counts = [this.bits.take(5) + 257, this.bits.take(5) + 1];
    const ordered = this.bits.take(4) + 4;
    if (counts[0] > 286 || counts[1] > 30) {
      throw broken(this.place, "too many length or distance symbols");
    }
    const ofLengths = new Uint8Array(LENGTHS_ORDER.length);
    for (const symbol of LENGTHS_ORDER.slice(0, ordered)) ofLengths[symbol] = this.bits.take(3);
    const all = this.codeLengths(tableOf(ofLengths, this.place, true), counts[0] + counts[1]);
    if (all[END_OF_BLOCK] === 0) throw broken(this.place, "invalid code -- missing end-of-block");
    const tables = [all.subarray(0, counts[0]), all.subarray(counts[0])];
    return tables.map((lengths) => tableOf(lengths, this.place, false));
  }

  /** @param {Uint16Array} table @param {number} count */
  codeLengths(table, count) {
    const lengths = new Uint8Array(count);
    for (let at = 0; at < count; ) {
      const symbol = this.bits.symbol(table);
      const [repeated, times] = this.repetition(symbol, lengths[at - 1]);
      if (repeated === undefined || at + times > count) {
        throw broken(this.place, "invalid bit length repeat");
      }
      lengths.fill(repeated, at, at + times);
      at += times;
    }
    return lengths;
  }

  /**
   * @param {number} symbol
   * @param {number | undefined} before
   * @returns {[number | undefined, number]}
   */
  repetition(symbol, before) {
    if (symbol < 16) return [symbol, 1];
    if (symbol === 16) return [before, 3 + this.bits.take(2)];
    return [0, symbol === 17 ? 3 + this.bits.take(3) : 11 + this.bits.take(7)];
  }
}
