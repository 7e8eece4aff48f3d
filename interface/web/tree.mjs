/**
 * The Merkle tree of RFC 9162, 2.1 with SHA-256, built from leaf hashes as a stream; its proofs.
 *
 * A proof is the roots of the subtrees that its verifier lacks. Which these are follows from index
 * and sizes alone, so a proof of any other length is refused. Not here: what a leaf is (format,
 * section 6), and whether a root is to be trusted.
 */

import { BadProof, hex } from "./problems.mjs";
import { sha256 } from "./sha2.mjs";

/**
 * The subtree over the leaves from the first number to before the second.
 * @typedef {[start: number, end: number]} Span
 */

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The root of a tree without leaves (RFC 9162, 2.1.1). */
export const EMPTY_ROOT = sha256();

/** @param {Uint8Array} data */
export function leafHash(data) {
  return sha256(LEAF, data);
}

/** @param {Uint8Array} left @param {Uint8Array} right */
function nodeHash(left, right) {
  return sha256(NODE, left, right);
}

/** A growing tree of which only the full subtrees are kept: one hash for each 1 bit of its size. */
export class Tree {
  /** @type {Uint8Array[]} the largest subtree first */
  #nodes = [];

  size = 0;

  /** Add one leaf hash. @param {Uint8Array} leaf */
  append(leaf) {
    let node = leaf;
    for (let level = this.size; level % 2 === 1; level = (level - 1) / 2) {
      node = nodeHash(/** @type {Uint8Array} */ (this.#nodes.pop()), node);
    }
    this.#nodes.push(node);
    this.size += 1;
  }

  /** The root of the tree as it is now, in hex. */
  root() {
    if (!this.#nodes.length) return hex(EMPTY_ROOT);
    return hex(this.#nodes.reduceRight((right, left) => nodeHash(left, right)));
  }
}

/**
 * Check that a leaf hash is number `index` in the tree of this size and root (RFC 9162, 2.1.3).
 * @param {Uint8Array} leaf
 * @param {number} index
 * @param {number} size
 * @param {Uint8Array[]} proof
 * @param {Uint8Array} root
 */
export function verifyInclusion(leaf, index, size, proof, root) {
  const place = `inclusion proof of leaf ${index} in a tree of ${size}`;
  if (!areSizes(index, size) || index === size) {
    throw new BadProof("inclusion proof", `an index below the size ${size}`, String(index));
  }
  const spans = spansBeside([0, size], index, (span) => span[1] - span[0] === 1);
  requireHashes(place, proof, spans.length, [leaf, root]);
  const found = spans.reduce(
    (hash, [start], at) => (start > index ? nodeHash(hash, proof[at]) : nodeHash(proof[at], hash)),
    leaf,
  );
  requireEqual(`root by ${place}`, root, found);
}

/**
 * Check that the tree of the new size and root extends the old one (RFC 9162, 2.1.4).
 * @param {number} oldSize
 * @param {number} newSize
 * @param {Uint8Array[]} proof
 * @param {Uint8Array} oldRoot
 * @param {Uint8Array} newRoot
 */
export function verifyConsistency(oldSize, newSize, proof, oldRoot, newRoot) {
  const place = `consistency proof from ${oldSize} to ${newSize} leaves`;
  if (!areSizes(oldSize, newSize) || (oldSize === 0 && newSize !== 0)) {
    throw new BadProof("consistency proof", `an old size from 1 to ${newSize}`, String(oldSize));
  }
  const spans = consistencySpans(oldSize, newSize);
  requireHashes(place, proof, spans.length, [oldRoot, newRoot]);
  const whole = isWhole(spans, oldSize) ? [oldSize ? oldRoot : EMPTY_ROOT] : [];
  const [first, ...nodes] = [...whole, ...proof];
  let [older, newer] = [first, first];
  spans.slice(spans.length - nodes.length).forEach(([, end], at) => {
    if (end <= oldSize) older = nodeHash(nodes[at], older);
    newer = end <= oldSize ? nodeHash(nodes[at], newer) : nodeHash(newer, nodes[at]);
  });
  requireEqual(`old root by ${place}`, oldRoot, older);
  requireEqual(`new root by ${place}`, newRoot, newer);
}

/**
 * The subtrees that prove the first leaves unchanged (2.1.4.1).
 * @param {number} oldSize
 * @param {number} newSize
 */
function consistencySpans(oldSize, newSize) {
  /** @type {Span[]} */
  const own = [];
  const others = spansBeside([0, newSize], oldSize - 1, (span) => {
    if (span[1] === oldSize && span[0]) own.push(span);
    return span[1] === oldSize;
  });
  return [...own, ...others];
}

/**
 * Whether the old tree is itself a subtree, which a proof leaves out (2.1.4.2, step 2).
 * @param {Span[]} spans
 * @param {number} oldSize
 */
function isWhole(spans, oldSize) {
  return !spans.length || spans[0][1] !== oldSize;
}

/**
 * The subtrees beside the way down to a leaf, the lowest first.
 * @param {Span} whole
 * @param {number} leaf
 * @param {(span: Span) => boolean} isEnd
 */
function spansBeside(whole, leaf, isEnd) {
  /** @type {Span[]} */
  const others = [];
  for (let span = whole; !isEnd(span); ) {
    const [start, end] = span;
    const middle = start + largestPowerBelow(end - start);
    const [left, right] = /** @type {[Span, Span]} */ ([[start, middle], [middle, end]]);
    span = leaf < middle ? left : right;
    others.unshift(leaf < middle ? right : left);
  }
  return others;
}

/** @param {number} count from 2 on */
function largestPowerBelow(count) {
  let power = 1;
  while (2 * power < count) power *= 2;
  return power;
}

/** @param {number} smaller @param {number} larger */
function areSizes(smaller, larger) {
  return [smaller, larger].every(Number.isSafeInteger) && smaller >= 0 && smaller <= larger;
}

/**
 * @param {string} place
 * @param {Uint8Array[]} proof
 * @param {number} length
 * @param {Uint8Array[]} others
 */
function requireHashes(place, proof, length, others) {
  if (proof.length !== length) throw new BadProof(place, `${length} hashes`, String(proof.length));
  const odd = [...proof, ...others].find((hash) => hash.length !== 32);
  if (odd) throw new BadProof(place, "hashes of 32 bytes", `one of ${odd.length}`);
}

/** @param {string} place @param {Uint8Array} expected @param {Uint8Array} found */
function requireEqual(place, expected, found) {
  if (hex(expected) !== hex(found)) throw new BadProof(place, hex(expected), hex(found));
}
