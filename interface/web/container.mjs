/**
 * Reads a bundle's container strictly: only what the writer would have written of the same.
 *
 * The bytes of each header follow from what it states (format, 11; APPNOTE, 4.3), so they are made
 * again and compared. Numbers in headers are BigInts where their field has 8 bytes. Not here: what
 * the members mean, and which there must be.
 */

import { inflate } from "./inflate.mjs";
import { textOrElse } from "./json.mjs";
import { MAX_MEMBERS, checkNames } from "./layout.mjs";
import { ContainerRejected, InvalidInput, UnreadableFile, hex, shownBytes } from "./problems.mjs";
import { crc32 } from "./sha2.mjs";

/**
 * @typedef {{size: number, read: (offset: number, length: number) => Promise<Uint8Array>}} Source
 */
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
 * A checked member; `data` is where its bytes begin.
 * @typedef {object} Entry
 * @property {string} name
 * @property {number} method
 * @property {number} crc
 * @property {number} packed
 * @property {number} size
 * @property {number} data
 */
/** @typedef {{members: bigint, size: bigint, offset: bigint}} End */
/**
 * A header's fixed part: its fields, with 0 bytes for a signature, which has 4.
 * @typedef {[name: string, bytes: number][]} Header
 */

const STORED_CHUNK = 2 ** 20;
const PACKED_CHUNK = 2 ** 16;
const FULL_16 = 0xffff;
const FULL_32 = 0xffff_ffff;
const VERSION = 45;
const MADE_BY = (3 << 8) | VERSION;
const ATTRIBUTES = 0o100644 * 2 ** 16;
const DEFLATED = 8;

/** A deflated byte is at most four matches of 258 bytes (RFC 1951, 3.2.5). */
const INFLATES_AT_MOST = 1032n;

/** @type {Header} */
const LOCAL = [
  ["signature", 0], ["version needed", 2], ["flags", 2], ["method", 2], ["time", 2], ["date", 2],
  ["CRC", 4], ["compressed size", 4], ["size", 4], ["name length", 2], ["extra length", 2],
];
/** @type {Header} */
const CENTRAL = [
  ["signature", 0], ["version made by", 2], ["version needed", 2], ["flags", 2], ["method", 2],
  ["time", 2], ["date", 2], ["CRC", 4], ["compressed size", 4], ["size", 4], ["name length", 2],
  ["extra length", 2], ["comment length", 2], ["disk", 2], ["internal attributes", 2],
  ["external attributes", 4], ["offset", 4],
];
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
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const MAX_END_BYTES = 76 + END_BYTES;
const LOCAL_EXTRA_BYTES = 20;

/**
 * Open a bundle and check its container; nothing of its members' data is read.
 * @param {Source} source
 * @param {string} place what the file is called
 */
export async function openBundle(source, place) {
  const directory = new Directory(source, await findDirectory(source, place));
  return new Bundle(source, await directory.entries());
}

/** The members of a checked container. */
export class Bundle {
  #source;
  #entries;

  /** @param {Source} source @param {Entry[]} entries */
  constructor(source, entries) {
    this.#source = source;
    this.#entries = new Map(entries.map((entry) => [entry.name, entry]));
    /** Is told of each chunk that was read. @type {(bytes: number) => void} */
    this.onChunk = () => {};
  }

  /** All names, in container order. @returns {string[]} */
  get names() {
    return [...this.#entries.keys()];
  }

  /** @param {string} name */
  has(name) {
    return this.#entries.has(name);
  }

  /** Uncompressed bytes of a member. @param {string} name */
  size(name) {
    return this.#entry(name).size;
  }

  /**
   * The member's bytes in chunks of at most 1 MiB; size and CRC are checked at the end.
   * @param {string} name
   */
  async *chunks(name) {
    const entry = this.#entry(name);
    const step = entry.method ? PACKED_CHUNK : STORED_CHUNK;
    const data = pieces(this.#source, entry.data, entry.packed, step);
    let crc = 0;
    for await (const chunk of entry.method ? inflate(`${name}: data`, data, entry.size) : data) {
      crc = crc32(chunk, crc);
      this.onChunk(chunk.length);
      yield chunk;
    }
    if (crc !== entry.crc) {
      throw new ContainerRejected(`${name}: data`, `CRC ${entry.crc}`, String(crc));
    }
  }

  /** All bytes of a member that is small. @param {string} name @param {number} limit */
  async whole(name, limit) {
    const { size } = this.#entry(name);
    if (size > limit) throw new InvalidInput(name, `at most ${limit} bytes`, String(size));
    const whole = new Uint8Array(size);
    let at = 0;
    for await (const chunk of this.chunks(name)) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return whole;
  }

  /** @param {string} name */
  #entry(name) {
    return /** @type {Entry} */ (this.#entries.get(name));
  }
}

/** @param {Source} source @param {number} offset @param {number} length @param {number} step */
async function* pieces(source, offset, length, step) {
  for (let at = 0; at < length; at += step) {
    yield await readExactly(source, offset + at, Math.min(step, length - at));
  }
}

/** @param {Source} source @param {number} offset @param {number} length */
async function readExactly(source, offset, length) {
  const data = await source.read(offset, length);
  if (data.length === length) return data;
  throw new ContainerRejected(`offset ${offset}`, `${length} bytes`, String(data.length));
}

/** Makes many small reads cheap where they go forward: the bytes that were read last. */
class Window {
  /** @param {Source} source @param {number} step */
  constructor(source, step) {
    this.source = source;
    this.step = step;
    this.start = 0;
    /** @type {Uint8Array} */
    this.bytes = new Uint8Array(0);
  }

  /** @param {number} offset @param {number} length @returns {Promise<Uint8Array>} */
  async read(offset, length) {
    const within = offset >= this.start && offset + length <= this.start + this.bytes.length;
    if (!within) {
      const most = Math.max(length, Math.min(this.step, this.source.size - offset));
      this.bytes = await readExactly(this.source, offset, most);
      this.start = offset;
    }
    return this.bytes.subarray(offset - this.start, offset - this.start + length);
  }
}

/** The central directory; every header in it, and before the data, must be as we would write it. */
class Directory {
  /** @param {Source} source @param {End} stated */
  constructor(source, stated) {
    this.source = source;
    this.stated = stated;
    this.offset = Number(stated.offset);
    this.window = new Window(source, STORED_CHUNK);
    this.locals = new Window(source, PACKED_CHUNK);
  }

  /**
   * The members, whose data must be gapless from 0 up to the directory.
   * @returns {Promise<Entry[]>}
   */
  async entries() {
    const starts = await this.starts();
    /** @type {Entry[]} */
    const entries = [];
    let at = 0n;
    let method = null;
    for (const { start, length } of starts) {
      const entry = await this.entry(start, length, method);
      await this.checkData(entry, at);
      entries.push(usable(entry));
      at += localBytes(entry.name) + entry.packed;
      ({ method } = entry);
    }
    if (at !== this.stated.offset) {
      const gap = `${this.stated.offset - at} bytes before it`;
      throw new ContainerRejected(`offset ${at}`, "the central directory", gap);
    }
    return entries;
  }

  /** Where each header begins and how long it is; the names are checked before anything else is. */
  async starts() {
    const starts = [];
    const names = [];
    const { members, size } = this.stated;
    if (members > BigInt(MAX_MEMBERS)) {
      throw new ContainerRejected("end record", `at most ${MAX_MEMBERS} members`, "more");
    }
    let start = 0;
    for (let number = 1; number <= members; number += 1) {
      const length = await this.length(start, number);
      names.push(nameOf(await this.window.read(this.offset + start, length)));
      starts.push({ start, length });
      start += length;
    }
    if (BigInt(start) !== size) {
      const expected = `${size} bytes of ${members} members`;
      throw new ContainerRejected("central directory", expected, `${start} bytes`);
    }
    checkNames(names);
    return starts;
  }

  /** @param {number} start @param {number} number */
  async length(start, number) {
    const left = Number(this.stated.size) - start;
    const fixed = await this.window.read(this.offset + start, Math.min(left, CENTRAL_BYTES));
    if (fixed.length === CENTRAL_BYTES && viewOf(fixed).getUint32(0, true) === 0x02014b50) {
      const length = centralBytes(fixed);
      if (length <= left) return length;
    }
    const place = `member ${number}`;
    throw new ContainerRejected(place, "a central header", shownBytes(fixed.subarray(0, 4)));
  }

  /** @param {number} start @param {number} length @param {number | null} method of those before */
  async entry(start, length, method) {
    const record = await this.window.read(this.offset + start, length);
    const entry = parseCentral(record);
    const place = `${entry.name}: central header`;
    requireSame(CENTRAL, place, centralHeader(entry), record);
    const allowed = method === null ? [0, DEFLATED] : [method];
    if (!allowed.includes(entry.method)) {
      const expected = allowed.map((each) => `method ${each}`).join(" or ");
      throw new ContainerRejected(place, expected, String(entry.method));
    }
    const most = entry.method ? entry.packed * INFLATES_AT_MOST : entry.packed;
    if (entry.size > most || (entry.size < most && !entry.method)) {
      const expected = `${entry.method ? "at most " : ""}${most} bytes from ${entry.packed}`;
      throw new ContainerRejected(place, expected, String(entry.size));
    }
    return entry;
  }

  /** @param {Stated} entry @param {bigint} at */
  async checkData(entry, at) {
    if (entry.offset !== at) {
      const place = `${entry.name}: central header`;
      throw new ContainerRejected(place, `offset ${at}`, String(entry.offset));
    }
    const stop = at + localBytes(entry.name) + entry.packed;
    if (stop > this.stated.offset) {
      const expected = `data that end by offset ${this.stated.offset}`;
      throw new ContainerRejected(entry.name, expected, String(stop));
    }
    const found = await this.locals.read(Number(at), Number(localBytes(entry.name)));
    requireSame(LOCAL, `${entry.name}: local header`, localHeader(entry), found);
  }
}

/**
 * What is kept of a checked entry, none of whose numbers is beyond the file.
 * @param {Stated} entry
 */
function usable({ name, method, crc, packed, size, offset }) {
  const data = Number(offset + localBytes(name));
  return { name, method, crc, packed: Number(packed), size: Number(size), data };
}

/**
 * Where the central directory stands, by the end records, which must be the last bytes.
 * @param {Source} source
 * @param {string} place
 * @returns {Promise<End>}
 */
async function findDirectory(source, place) {
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

/** @param {Uint8Array} bytes */
function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** @param {Uint8Array} ours @param {Uint8Array} theirs */
function isSame(ours, theirs) {
  return ours.length === theirs.length && ours.every((byte, index) => byte === theirs[index]);
}

/** Bytes from the start of a member's local header to its data. @param {string} name */
function localBytes(name) {
  return BigInt(LOCAL_BYTES + name.length + LOCAL_EXTRA_BYTES);
}

/** Bytes of a whole central header, by its fixed part. @param {Uint8Array} fixed */
function centralBytes(fixed) {
  const view = viewOf(fixed);
  const variable = [28, 30, 32].map((at) => view.getUint16(at, true)); // name, extra, comment
  return variable.reduce((sum, length) => sum + length, CENTRAL_BYTES);
}

/**
 * The name in a central header; bytes that are not UTF-8 become lone surrogates.
 * @param {Uint8Array} record
 */
function nameOf(record) {
  const named = viewOf(record).getUint16(28, true);
  const bytes = record.subarray(CENTRAL_BYTES, CENTRAL_BYTES + named);
  return textOrElse(bytes, (byte) => String.fromCharCode(0xdc00 + byte));
}

/** What a central header states, in whatever way. @param {Uint8Array} record @returns {Stated} */
function parseCentral(record) {
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
function localHeader({ name, method, crc, size, packed }) {
  const fixed = ["PK\x03\x04", VERSION, 0, method, 0, 33, crc, FULL_32, FULL_32, name.length];
  return header(LOCAL, [...fixed, LOCAL_EXTRA_BYTES], name, [size, packed]);
}

/**
 * The central header: a ZIP64 extra field for what does not fit, and for nothing else.
 * @param {Stated} entry
 */
function centralHeader({ name, method, crc, size, packed, offset }) {
  const wide = [size, packed, offset].filter((number) => number >= FULL_32);
  const extra = wide.length ? 4 + 8 * wide.length : 0;
  const fixed = [
    "PK\x01\x02", MADE_BY, VERSION, 0, method, 0, 33, crc, fit(packed, FULL_32), fit(size, FULL_32),
    name.length, extra, 0, 0, 0, ATTRIBUTES, fit(offset, FULL_32),
  ];
  return header(CENTRAL, fixed, name, wide);
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

/** @param {bigint} number @param {number | bigint} most */
function fit(number, most) {
  return number < most ? number : most;
}

/**
 * The bytes of a header: its fixed part, the name, and a ZIP64 extra field where there is one.
 * @param {Header} form
 * @param {(string | number | bigint)[]} values
 * @param {string} name
 * @param {bigint[]} wide
 */
function header(form, values, name, wide) {
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
function requireSame(form, place, ours, theirs) {
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
function headerDifference(form, ours, theirs) {
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
