/**
 * Ed25519 verification (RFC 8032, 5.1), with the decisions of OpenSSL where the RFC leaves room.
 *
 * A signature's S must be canonical (5.1.7); the equation is the one without cofactor, and R is
 * compared as bytes, so that another encoding of R never passes. A public key is taken as OpenSSL
 * takes it: reduced modulo p, of any order. Nothing here is secret, so nothing takes constant time.
 *
 * Not here: whose key it is (`note.mjs`), and signing.
 */

import { sha512 } from "./sha2.mjs";

const P = 2n ** 255n - 19n;
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = modulo(-121665n * inverse(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

/** @typedef {{x: bigint, y: bigint, z: bigint, t: bigint}} Point extended coordinates, 5.1.4 */

/** @type {Point} */
const NEUTRAL = { x: 0n, y: 1n, z: 1n, t: 0n };
const BASE = /** @type {Point} */ (decodePoint(encodeInteger(modulo(4n * inverse(5n)))));

/**
 * Whether `signature` is that of the key's owner over `message`; false for odd lengths.
 * @param {Uint8Array} publicKey
 * @param {Uint8Array} signature
 * @param {Uint8Array} message
 */
export function verifyEd25519(publicKey, signature, message) {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const key = decodePoint(publicKey);
  const s = decodeInteger(signature.subarray(32));
  if (key === null || s >= GROUP_ORDER) return false;
  const r = signature.subarray(0, 32);
  const k = decodeInteger(sha512(r, publicKey, message)) % GROUP_ORDER;
  const found = encodePoint(combination(s, k, negated(key))); // R = [S]B - [k]A
  return found.every((byte, index) => byte === r[index]);
}

/** @param {bigint} value */
function modulo(value) {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

/** @param {bigint} base @param {bigint} exponent */
function power(base, exponent) {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}

/** @param {bigint} value */
function inverse(value) {
  return power(modulo(value), P - 2n);
}

/** Little-endian (5.1.2). @param {Uint8Array} bytes */
function decodeInteger(bytes) {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** @param {bigint} value */
function encodeInteger(value) {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 255n));
}

/** The point of these bytes (5.1.3), or null where there is none. @param {Uint8Array} bytes */
function decodePoint(bytes) {
  const encoded = decodeInteger(bytes);
  const y = modulo(encoded & (2n ** 255n - 1n)); // RFC 8032 refuses y >= p, OpenSSL does not
  const x = rootOfX(y);
  if (x === null) return null;
  const isOdd = encoded >> 255n; // with x = 0, RFC 8032 refuses it, OpenSSL does not
  const signed = (x & 1n) === isOdd ? x : modulo(-x);
  return { x: signed, y, z: 1n, t: modulo(signed * y) };
}

/** Either root of (y² - 1) / (dy² + 1) (5.1.3, steps 2 and 3). @param {bigint} y */
function rootOfX(y) {
  const [u, v] = [modulo(y * y - 1n), modulo(D * y * y + 1n)];
  const candidate = modulo(u * power(v, 3n) * power(modulo(u * power(v, 7n)), (P - 5n) / 8n));
  const square = modulo(v * candidate * candidate);
  if (square === u) return candidate;
  return square === modulo(-u) ? modulo(candidate * ROOT_OF_MINUS_ONE) : null;
}

/** @param {Point} point @returns {Uint8Array} */
function encodePoint({ x, y, z }) {
  const unit = inverse(z);
  return encodeInteger(modulo(y * unit) | ((modulo(x * unit) & 1n) << 255n));
}

/** @param {Point} point @returns {Point} */
function negated({ x, y, z, t }) {
  return { x: modulo(-x), y, z, t: modulo(-t) };
}

/**
 * The addition that holds for any two points (5.1.4).
 * @param {Point} p
 * @param {Point} q
 * @returns {Point}
 */
function add(p, q) {
  const a = modulo((p.y - p.x) * (q.y - q.x));
  const b = modulo((p.y + p.x) * (q.y + q.x));
  const c = modulo(2n * D * p.t * q.t);
  const d = 2n * p.z * q.z;
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return { x: modulo(e * f), y: modulo(g * h), z: modulo(f * g), t: modulo(e * h) };
}

/**
 * [s]B + [k]A, both at once (Shamir's trick).
 * @param {bigint} s
 * @param {bigint} k
 * @param {Point} point
 */
function combination(s, k, point) {
  const both = add(BASE, point);
  let sum = NEUTRAL;
  for (let bit = 255n; bit >= 0n; bit -= 1n) {
    sum = add(sum, sum);
    const [ofBase, ofPoint] = [(s >> bit) & 1n, (k >> bit) & 1n];
    if (ofBase && ofPoint) sum = add(sum, both);
    else if (ofBase) sum = add(sum, BASE);
    else if (ofPoint) sum = add(sum, point);
  }
  return sum;
}
