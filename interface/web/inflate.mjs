/**
 * Inflates untrusted data in bounded steps, to exactly the stated size (RFC 1951).
 *
 * Ours, because `DecompressionStream` is not everywhere, and because it tells neither what stands
 * behind the data nor stops where more comes out than was stated. Like zlib, it takes one
 * incomplete code: that of one symbol of one bit. Not here: where the data come from, and their
 * CRC.
 */

import { ContainerRejected } from "./problems.mjs";

const WINDOW = 2 ** 15;
const FULL_CHUNK = 2 ** 18;
const LONGEST_MATCH = 258;

/** Bytes that are more than the header of any block takes: 14 + 19 * 3 + 320 * 14 bits (3.2.7). */
const MARGIN = 1024;

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

/** @param {string} place @param {string} found */
function rejected(place, found) {
  return new ContainerRejected(place, "one deflate stream", found);
}

/** @param {number[]} extraBits @param {number} first */
function bases(extraBits, first) {
  let base = first;
  return extraBits.map((bits) => {
    base += 2 ** bits;
    return base - 2 ** bits;
  });
}

/** Packed data as bits, the least significant first (3.1.1). */
class Bits {
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

/** @param {string} place @param {string} why in zlib's words */
function broken(place, why) {
  return new ContainerRejected(place, "a deflate stream", why);
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

/**
 * A table by the next bits: symbol and length of each code, 0 where there is no such code (3.2.2).
 * @param {Uint8Array} lengths by symbol, 0 where it has no code
 * @param {string} place
 * @param {boolean} mustBeComplete
 */
function tableOf(lengths, place, mustBeComplete) {
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const table = new Uint16Array(1 << longest);
  let code = 0;
  for (let length = 1; length <= longest; length += 1) {
    for (let symbol = 0; symbol < lengths.length; symbol += 1) {
      if (lengths[symbol] !== length) continue;
      if (code >= 1 << length) throw broken(place, "an over-subscribed code");
      const step = 1 << length;
      for (let at = reversed(code, length); at < table.length; at += step) {
        table[at] = (symbol << 4) | length;
      }
      code += 1;
    }
    code <<= 1;
  }
  const isComplete = code === 2 << longest;
  if (!isComplete && (longest > 1 || (mustBeComplete && longest))) {
    throw broken(place, "an incomplete code");
  }
  return table;
}

/**
 * A code's bits in the order in which they come (3.1.1).
 * @param {number} code
 * @param {number} length
 */
function reversed(code, length) {
  let found = 0;
  for (let bit = 0; bit < length; bit += 1) found |= ((code >> bit) & 1) << (length - 1 - bit);
  return found;
}

const FIXED_LENGTHS = Uint8Array.from({ length: 288 }, (_, symbol) => { // 3.2.6
  if (symbol < 144) return 8;
  return symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
});
const FIXED = [FIXED_LENGTHS, new Uint8Array(32).fill(5)].map((each) => tableOf(each, "", true));
