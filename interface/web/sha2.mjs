/**
 * SHA-256 and SHA-512 (FIPS 180-4), and CRC-32.
 *
 * Ours, because a page that came over plain http or from a file has no `crypto.subtle`, and because
 * that hashes no stream. SHA-256 is written for speed, as every byte of a bundle passes through it;
 * SHA-512 only sees what is signed, and is written as the standard has it. Not here: Ed25519.
 */

/** @param {number} count @returns {bigint[]} the first primes */
function primes(count) {
  /** @type {bigint[]} */
  const found = [];
  for (let number = 2n; found.length < count; number += 1n) {
    if (found.every((prime) => number % prime !== 0n)) found.push(number);
  }
  return found;
}

/**
 * The first 64 bits of the fractional part of a root: the constants of FIPS 180-4, 4.2.2 to 5.3.5.
 * Those of SHA-256 are the first 32 bits of the same.
 * @param {bigint} prime
 * @param {bigint} degree 2 or 3
 */
function fractionOfRoot(prime, degree) {
  const scaled = prime << (64n * degree);
  let low = 0n;
  for (let bit = 1n << 68n; bit > 0n; bit >>= 1n) {
    if ((low | bit) ** degree <= scaled) low |= bit;
  }
  return BigInt.asUintN(64, low);
}

const PRIMES = primes(80);
const ROUNDS_512 = PRIMES.map((prime) => fractionOfRoot(prime, 3n));
const START_512 = PRIMES.slice(0, 8).map((prime) => fractionOfRoot(prime, 2n));
const ROUNDS_256 = Int32Array.from(ROUNDS_512.slice(0, 64), (word) => Number(word >> 32n) | 0);
const START_256 = Int32Array.from(START_512, (word) => Number(word >> 32n) | 0);

const SCHEDULE = new Int32Array(64);

/** SHA-256 of bytes that come in pieces. */
export class Sha256 {
  #state = START_256.slice();
  #block = new Uint8Array(64);
  #held = 0;
  #length = 0;

  /** Take in more bytes. @param {Uint8Array} bytes @returns {this} */
  update(bytes) {
    this.#length += bytes.length;
    let at = 0;
    if (this.#held) {
      at = Math.min(64 - this.#held, bytes.length);
      this.#hold(bytes.subarray(0, at));
      if (this.#held < 64) return this;
      compress(this.#state, this.#block, 0);
      this.#held = 0;
    }
    for (; at + 64 <= bytes.length; at += 64) compress(this.#state, bytes, at);
    this.#hold(bytes.subarray(at));
    return this;
  }

  /** The digest of all bytes so far; nothing can be taken in afterwards. @returns {Uint8Array} */
  digest() {
    const padding = new Uint8Array(this.#held < 56 ? 64 - this.#held : 128 - this.#held);
    const bits = new DataView(padding.buffer);
    padding[0] = 0x80; // FIPS 180-4, 5.1.1
    bits.setBigUint64(padding.length - 8, BigInt(this.#length) * 8n);
    this.update(padding);
    const digest = new DataView(new ArrayBuffer(32));
    this.#state.forEach((word, index) => digest.setInt32(4 * index, word));
    return new Uint8Array(digest.buffer);
  }

  /** @param {Uint8Array} rest fewer bytes than a block lacks, or as many */
  #hold(rest) {
    this.#block.set(rest, this.#held);
    this.#held += rest.length;
  }
}

/**
 * The SHA-256 of these bytes, one after another.
 * @param {...Uint8Array} pieces
 * @returns {Uint8Array}
 */
export function sha256(...pieces) {
  const hash = new Sha256();
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}

/**
 * One block of SHA-256 (FIPS 180-4, 6.2.2).
 * @param {Int32Array} state
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function compress(state, bytes, at) {
  expand(bytes, at);
  let a = state[0]; // destructuring would go through an iterator: half the speed
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let round = 0; round < 64; round += 1) {
    const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const choice = g ^ (e & (f ^ g));
    const first = (h + big1 + choice + ROUNDS_256[round] + SCHEDULE[round]) | 0;
    const big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const majority = (a & b) ^ (c & (a ^ b));
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + big0 + majority) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** The message schedule of a block. @param {Uint8Array} bytes @param {number} at */
function expand(bytes, at) {
  const words = SCHEDULE;
  for (let index = 0, from = at; index < 16; index += 1, from += 4) {
    words[index] =
      (bytes[from] << 24) | (bytes[from + 1] << 16) | (bytes[from + 2] << 8) | bytes[from + 3];
  }
  for (let index = 16; index < 64; index += 1) {
    const x = words[index - 15];
    const y = words[index - 2];
    const small0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const small1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[index] = (words[index - 16] + small0 + words[index - 7] + small1) | 0;
  }
}

const MASK_64 = (1n << 64n) - 1n;

/** @param {bigint} word @param {bigint} by */
function rotate(word, by) {
  return ((word >> by) | (word << (64n - by))) & MASK_64;
}

/**
 * The SHA-512 of these bytes, of which there are few (FIPS 180-4, 6.4).
 * @param {...Uint8Array} pieces
 */
export function sha512(...pieces) {
  const message = padded512(pieces);
  const view = new DataView(message.buffer);
  let state = START_512;
  for (let at = 0; at < message.length; at += 128) state = block512(state, view, at);
  const digest = new DataView(new ArrayBuffer(64));
  state.forEach((word, index) => digest.setBigUint64(8 * index, word));
  return new Uint8Array(digest.buffer);
}

/** @param {Uint8Array[]} pieces @returns {Uint8Array} padded to whole blocks (FIPS 180-4, 5.1.2) */
function padded512(pieces) {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const message = new Uint8Array(Math.ceil((length + 17) / 128) * 128);
  let at = 0;
  for (const piece of pieces) {
    message.set(piece, at);
    at += piece.length;
  }
  message[length] = 0x80;
  new DataView(message.buffer).setBigUint64(message.length - 8, BigInt(length) * 8n);
  return message;
}

/** @param {bigint[]} state @param {DataView} view @param {number} at @returns {bigint[]} */
function block512(state, view, at) {
  const words = Array.from({ length: 16 }, (_, index) => view.getBigUint64(at + 8 * index));
  for (let index = 16; index < 80; index += 1) {
    const [x, y] = [words[index - 15], words[index - 2]];
    const small0 = rotate(x, 1n) ^ rotate(x, 8n) ^ (x >> 7n);
    const small1 = rotate(y, 19n) ^ rotate(y, 61n) ^ (y >> 6n);
    words.push((words[index - 16] + small0 + words[index - 7] + small1) & MASK_64);
  }
  let [a, b, c, d, e, f, g, h] = state;
  words.forEach((word, round) => {
    const big1 = rotate(e, 14n) ^ rotate(e, 18n) ^ rotate(e, 41n);
    const first = h + big1 + (g ^ (e & (f ^ g))) + ROUNDS_512[round] + word;
    const big0 = rotate(a, 28n) ^ rotate(a, 34n) ^ rotate(a, 39n);
    const second = big0 + ((a & b) ^ (c & (a ^ b)));
    [h, g, f, e] = [g, f, e, (d + first) & MASK_64];
    [d, c, b, a] = [c, b, a, (first + second) & MASK_64];
  });
  return [a, b, c, d, e, f, g, h].map((word, index) => (word + state[index]) & MASK_64);
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/**
 * Go on with the CRC-32 of ZIP (APPNOTE, 4.4.7).
 * @param {Uint8Array} bytes
 * @param {number} crc the one so far
 */
export function crc32(bytes, crc = 0) {
  let rest = ~crc;
  for (let at = 0; at < bytes.length; at += 1) {
    rest = CRC_TABLE[(rest ^ bytes[at]) & 0xff] ^ (rest >>> 8);
  }
  return ~rest >>> 0;
}
