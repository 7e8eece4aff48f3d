/**
 * Reads a bundle's container strictly: only what the writer would have written of the same.
 *
 * The bytes of each header follow from what it states (format, 11; APPNOTE, 4.3), so they are made
 * again and compared. Not here: these bytes (`headers.mjs`, `end_record.mjs`), what the members
 * mean, and which there must be.
 */

import { findDirectory } from "./end_record.mjs";
import {
  CENTRAL, CENTRAL_BYTES, LOCAL, centralBytes, centralHeader, localBytes, localHeader, nameOf,
  parseCentral, requireSame, viewOf,
} from "./headers.mjs";
import { inflate } from "./inflate.mjs";
import { MAX_MEMBERS, checkNames } from "./layout.mjs";
import { ContainerRejected, InvalidInput, shownBytes } from "./problems.mjs";
import { crc32 } from "./sha2.mjs";
import { Window, readExactly } from "./source.mjs";

/** @typedef {import("./source.mjs").Source} Source */
/** @typedef {import("./headers.mjs").Stated} Stated */
/** @typedef {import("./end_record.mjs").End} End */
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

const STORED_CHUNK = 2 ** 20;
const PACKED_CHUNK = 2 ** 16;
const DEFLATED = 8;

/** A deflated byte is at most four matches of 258 bytes (RFC 1951, 3.2.5). */
const INFLATES_AT_MOST = 1032n;

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
