/**
 * The end of a container: where it says that its directory stands, in the only form that is ours.
 *
 * Not here: the directory (`container.mjs`).
 */

import {
  FULL_32, MADE_BY, VERSION, fit, header, headerDifference, isSame, viewOf,
} from "./headers.mjs";
import { ContainerRejected, UnreadableFile, hex } from "./problems.mjs";
import { readExactly } from "./source.mjs";

/** @typedef {import("./headers.mjs").Header} Header */
/** @typedef {import("./source.mjs").Source} Source */
/** @typedef {{members: bigint, size: bigint, offset: bigint}} End */

const FULL_16 = 0xffff;

/** @type {Header} */
const END = [
  ["signature", 0], ["disk", 2], ["disk of the directory", 2], ["members on the disk", 2],
  ["members", 2], ["directory size", 4], ["directory offset", 4], ["comment length", 2],
];
/** The ZIP64 end record with the locator right behind it. @type {Header} */
const ZIP64_END = [
  ["signature", 0], ["record size", 8], ["version made by", 2], ["version needed", 2], ["disk", 4],
  ["disk of the directory", 4], ["members on the disk", 8], ["members", 8], ["directory size", 8],
  ["directory offset", 8], ["locator signature", 0], ["disk of the record", 4],
  ["offset of the record", 8], ["disks", 4],
];

const END_BYTES = 22;
const MAX_END_BYTES = 76 + END_BYTES;

/**
 * Where the central directory stands, by the end records, which must be the last bytes.
 * @param {Source} source
 * @param {string} place
 * @returns {Promise<End>}
 */
export async function findDirectory(source, place) {
  const length = Math.min(source.size, MAX_END_BYTES);
  const tail = await readExactly(source, source.size - length, length);
  const last = tail.subarray(-END_BYTES);
  if (last.length < END_BYTES || viewOf(last).getUint32(0, true) !== 0x06054b50) {
    throw await endless(source, place);
  }
  const stated = parseEnd(tail, last);
  const ours = endRecords(stated);
  if (!isSame(ours, tail.subarray(-ours.length))) throw differingEnd(ours, tail);
  const reached = stated.offset + stated.size;
  const left = BigInt(source.size - ours.length);
  if (reached === left) return stated;
  const expected = `members and directory of ${left} bytes`;
  throw new ContainerRejected("end record", expected, String(reached));
}

/** @param {Uint8Array} ours @param {Uint8Array} tail */
function differingEnd(ours, tail) {
  const [last, theirs] = [ours, tail].map((bytes) => bytes.subarray(-END_BYTES));
  if (!isSame(last, theirs)) {
    return new ContainerRejected("end record", ...headerDifference(END, last, theirs));
  }
  if (tail.length < MAX_END_BYTES) return new ContainerRejected("ZIP64 end record", "one", "none");
  return new ContainerRejected("ZIP64 end record", ...headerDifference(ZIP64_END, ours, tail));
}

/** Why there is no end record at the end. @param {Source} source @param {string} place */
async function endless(source, place) {
  const start = Math.max(source.size - FULL_16 - 1 - END_BYTES, 0);
  const searched = viewOf(await readExactly(source, start, source.size - start));
  for (let at = searched.byteLength - 4; at >= 0; at -= 1) {
    if (searched.getUint32(at, true) !== 0x06054b50) continue;
    const behind = searched.byteLength - at - END_BYTES;
    if (behind < 0) break;
    const found = `${behind} bytes more`;
    return new ContainerRejected("end record", "the end of the file behind it", found);
  }
  const head = await readExactly(source, 0, Math.min(source.size, 4));
  return new UnreadableFile(place, "a bundle", kindOf(hex(head)));
}

/** @param {string} head */
function kindOf(head) {
  if (head === "") return "an empty file";
  if (head === "504b0304") return "a ZIP file that ends early";
  return head.startsWith("1f8b") ? "a gzip file" : "no ZIP file";
}

/** The end record, behind the ZIP64 records where a number does not fit. @param {End} stated */
function endRecords({ members, size, offset }) {
  const narrow = [fit(members, FULL_16), fit(size, FULL_32), fit(offset, FULL_32)];
  const last = header(END, ["PK\x05\x06", 0, 0, narrow[0], ...narrow, 0], "", []);
  if (!isFull(narrow)) return last;
  const wide = header(ZIP64_END, [
    "PK\x06\x06", 44n, MADE_BY, VERSION, 0, 0, members, members, size, offset,
    "PK\x06\x07", 0, fit(offset + size, 2n ** 64n - 1n), 1,
  ], "", []);
  return Uint8Array.from([...wide, ...last]);
}

/**
 * What the end records state.
 * @param {Uint8Array} tail
 * @param {Uint8Array} last
 * @returns {End}
 */
function parseEnd(tail, last) {
  const view = viewOf(last);
  const narrow = [view.getUint16(10, true), view.getUint32(12, true), view.getUint32(16, true)];
  const isWide = isFull(narrow) && tail.length === MAX_END_BYTES;
  if (isWide && viewOf(tail).getUint32(0, true) === 0x06064b50) {
    const [members, size, offset] = [32, 40, 48].map((at) => viewOf(tail).getBigUint64(at, true));
    return { members, size, offset };
  }
  const [members, size, offset] = narrow.map(BigInt);
  return { members, size, offset };
}

/** @param {(number | bigint)[]} narrow */
function isFull([members, size, offset]) {
  return Number(members) === FULL_16 || Number(size) === FULL_32 || Number(offset) === FULL_32;
}
