/**
 * Huffman codes of deflated data as tables (RFC 1951, 3.2.2 and 3.2.6).
 *
 * Like zlib, it takes one incomplete code: that of one symbol of one bit. Not here: how a block
 * brings its own codes (`inflate.mjs`).
 */

import { broken } from "./bits.mjs";

/**
 * A table by the next bits: symbol and length of each code, 0 where there is no such code (3.2.2).
 * @param {Uint8Array} lengths by symbol, 0 where it has no code
 * @param {string} place
 * @param {boolean} mustBeComplete
 */
export function tableOf(lengths, place, mustBeComplete) {
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

/** The tables of a block that brings none: of literals and lengths, and of distances. */
export const FIXED = [FIXED_LENGTHS, new Uint8Array(32).fill(5)].map((each) => tableOf(each, "", true));
