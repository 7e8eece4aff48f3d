/**
 * The headers of a container's members: their bytes, and what differs in others (APPNOTE, 4.3).
 *
 * Numbers are BigInts where their field has 8 bytes. Not here: the end records (`end_record.mjs`).
 */

import { textOrElse } from "./json.mjs";
import { ContainerRejected, hex, shownBytes } from "./problems.mjs";

/**
 * What a central header states.
 * @typedef {object} Stated
 * @property {string} name
 * @property {number} method
 * @property {number} crc
 * @property {bigint} packed bytes of its data in the file
 * @property {bigint} size
 * @property {bigint} offset
 */
/**
 * A header's fixed part: its fields, with 0 bytes for a signature, which has 4.
 * @typedef {[name: string, bytes: number][]} Header
 */

export const FULL_32 = 0xffff_ffff;
export const VERSION = 45;
export const MADE_BY = (3 << 8) | VERSION;
const ATTRIBUTES = 0o100644 * 2 ** 16;

/** @type {Header} */
export const LOCAL = [
  ["signature", 0], ["version needed", 2], ["flags", 2], ["method", 2], ["time", 2], ["date", 2],
  ["CRC", 4], ["compressed size", 4], ["size", 4], ["name length", 2], ["extra length", 2],
];
/** @type {Header} */
export const CENTRAL = [
  ["signature", 0], ["version made by", 2], ["version needed", 2], ["flags", 2], ["method", 2],
  ["time", 2], ["date", 2], ["CRC", 4], ["compressed size", 4], ["size", 4], ["name length", 2],
  ["extra length", 2], ["comment length", 2], ["disk", 2], ["internal attributes", 2],
  ["external attributes", 4], ["offset", 4],
];

const LOCAL_BYTES = 30;
export const CENTRAL_BYTES = 46;
const LOCAL_EXTRA_BYTES = 20;

/** @param {Uint8Array} bytes */
export function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** @param {Uint8Array} ours @param {Uint8Array} theirs */
export function isSame(ours, theirs) {
  return ours.length === theirs.length && ours.every((byte, index) => byte === theirs[index]);
}

/** Bytes from the start of a member's local header to its data. @param {string} name */
export function localBytes(name) {
  return BigInt(LOCAL_BYTES + name.length + LOCAL_EXTRA_BYTES);
}

/** Bytes of a whole central header, by its fixed part. @param {Uint8Array} fixed */
export function centralBytes(fixed) {
  const view = viewOf(fixed);
  const variable = [28, 30, 32].map((at) => view.getUint16(at, true)); // name, extra, comment
  return variable.reduce((sum, length) => sum + length, CENTRAL_BYTES);
}

/**
 * The name in a central header; bytes that are not UTF-8 become lone surrogates.
 * @param {Uint8Array} record
 */
export function nameOf(record) {
  const named = viewOf(record).getUint16(28, true);
  const bytes = record.subarray(CENTRAL_BYTES, CENTRAL_BYTES + named);
  return textOrElse(bytes, (byte) => String.fromCharCode(0xdc00 + byte));
}

/** What a central header states, in whatever way. @param {Uint8Array} record @returns {Stated} */
export function parseCentral(record) {
  const view = viewOf(record);
  const extra = CENTRAL_BYTES + view.getUint16(28, true);
  let at = extra + 4;
  const stop = extra + view.getUint16(30, true);
  const [size, packed, offset] = [24, 20, 42].map((place) => {
    const narrow = view.getUint32(place, true);
    if (narrow !== FULL_32 || at + 8 > stop) return BigInt(narrow);
    at += 8;
    return view.getBigUint64(at - 8, true);
  });
  const method = view.getUint16(10, true);
  return { name: nameOf(record), method, crc: view.getUint32(16, true), packed, size, offset };
}

/** The local header: both sizes always in a ZIP64 extra field. @param {Stated} entry */
export function localHeader({ name, method, crc, size, packed }) {
  const fixed = ["PK\x03\x04", VERSION, 0, method, 0, 33, crc, FULL_32, FULL_32, name.length];
  return header(LOCAL, [...fixed, LOCAL_EXTRA_BYTES], name, [size, packed]);
}

/**
 * The central header: a ZIP64 extra field for what does not fit, and for nothing else.
 * @param {Stated} entry
 */
export function centralHeader({ name, method, crc, size, packed, offset }) {
  const wide = [size, packed, offset].filter((number) => number >= FULL_32);
  const extra = wide.length ? 4 + 8 * wide.length : 0;
  const fixed = [
    "PK\x01\x02", MADE_BY, VERSION, 0, method, 0, 33, crc, fit(packed, FULL_32), fit(size, FULL_32),
    name.length, extra, 0, 0, 0, ATTRIBUTES, fit(offset, FULL_32),
  ];
  return header(CENTRAL, fixed, name, wide);
}

/** @param {bigint} number @param {number | bigint} most */
export function fit(number, most) {
  return number < most ? number : most;
}

/**
 * The bytes of a header: its fixed part, the name, and a ZIP64 extra field where there is one.
 * @param {Header} form
 * @param {(string | number | bigint)[]} values
 * @param {string} name
 * @param {bigint[]} wide
 */
export function header(form, values, name, wide) {
  const fields = form.map(([, width], index) => fieldBytes(values[index], width));
  const extra = [[1, 2], [8 * wide.length, 2], ...wide.map((value) => [value, 8])];
  const behind = wide.length ? extra.map(([value, width]) => fieldBytes(value, Number(width))) : [];
  return Uint8Array.from([...fields, fieldBytes(name, 0), ...behind].flat());
}

/** @param {string | number | bigint} value text in ASCII, or a number @param {number} width */
function fieldBytes(value, width) {
  if (typeof value === "string") return Array.from(value, (char) => char.charCodeAt(0));
  return Array.from({ length: width }, (_, at) => Number((BigInt(value) >> BigInt(8 * at)) & 255n));
}

/**
 * @param {Header} form
 * @param {string} place
 * @param {Uint8Array} ours
 * @param {Uint8Array} theirs
 */
export function requireSame(form, place, ours, theirs) {
  if (isSame(ours, theirs)) return;
  throw new ContainerRejected(place, ...headerDifference(form, ours, theirs));
}

/**
 * Expected and found: the first field in which two headers of one kind differ.
 * @param {Header} form
 * @param {Uint8Array} ours
 * @param {Uint8Array} theirs
 * @returns {[string, string]}
 */
export function headerDifference(form, ours, theirs) {
  let at = 0;
  let named = 0;
  for (const [field, width] of form) {
    const [expected, found] = [ours, theirs].map((bytes) => fieldAt(bytes, at, width));
    if (expected !== found) return [`${field} ${expected}`, found];
    if (field === "name length") named = Number(expected);
    at += width || 4;
  }
  const names = [ours, theirs].map((bytes) => shownBytes(bytes.subarray(at, at + named)));
  if (names[0] !== names[1]) return [`name ${names[0]}`, names[1]];
  const [extra, other] = [ours, theirs].map((bytes) => hex(bytes.subarray(at + named)));
  return [`extra field ${extra}`, other];
}

/** @param {Uint8Array} bytes @param {number} at @param {number} width */
function fieldAt(bytes, at, width) {
  if (width === 0) return shownBytes(bytes.subarray(at, at + 4));
  const field = bytes.subarray(at, at + width);
  return String(field.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n));
}
