/**
 * The strict door through which JSON comes in, and the one form in which it is printed.
 *
 * Reading is I-JSON (RFC 7493): what two parsers could understand differently is refused. Printing
 * is RFC 8785, whose numbers and strings are those of ECMAScript. Objects have no prototype, so
 * that no key is special. Not here: what a line means.
 */

import { InvalidInput, shownAscii, shownBytes } from "./problems.mjs";

/** @typedef {null | boolean | number | string | JsonArray | {[key: string]: Json}} Json */
/** @typedef {Array<any>} JsonArray of Json; a type of JSDoc cannot say so */

/** Containers within containers (format, section 2.3). */
const MAX_DEPTH = 128;

const LONE_SURROGATE = /\p{Surrogate}/u;
const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
/** @type {[string, Json][]} */
const WORDS = [["null", null], ["true", true], ["false", false]];
const DELICATE = /[\\\u0000-\u001f]/;

/** Strict, and it keeps a byte order mark, which is then refused. */
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const TO_UTF8 = new TextEncoder();

/** @param {string} text @returns {Uint8Array} */
export function bytesOf(text) {
  return TO_UTF8.encode(text);
}

/** Text of UTF-8. @param {Uint8Array} bytes @param {string} place @returns {string} */
export function textOf(bytes, place) {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new InvalidInput(place, "UTF-8", "other bytes");
  }
}

/**
 * Text of UTF-8, or else of ASCII with something in place of every other byte.
 * @param {Uint8Array} bytes
 * @param {(byte: number) => string} instead
 */
export function textOrElse(bytes, instead) {
  try {
    return UTF8.decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : instead(byte)))
      .join("");
  }
}

/** Read one I-JSON document. @param {Uint8Array} bytes @param {string} place @returns {Json} */
export function decode(bytes, place) {
  return new Reader(textOf(bytes, place), place).document();
}

/**
 * Read it, and only if `encode` prints exactly these bytes.
 * @param {Uint8Array} bytes
 * @param {string} place
 */
export function decodeCanonical(bytes, place) {
  return readCanonical(textOf(bytes, place), place);
}

/** As `decodeCanonical`, of text. @param {string} text @param {string} place @returns {Json} */
export function readCanonical(text, place) {
  const value = new Reader(text, place).document();
  const printed = encode(value);
  if (printed !== text) throw difference(printed, text, place);
  return value;
}

/** Print a value in its RFC 8785 form. @param {Json} value @returns {string} */
export function encode(value, room = MAX_DEPTH) {
  if (typeof value === "string") return printText(value);
  if (typeof value === "number") return printNumber(value);
  if (value === null || typeof value !== "object") return String(value);
  if (room === 0) {
    const expected = `at most ${MAX_DEPTH} levels of nesting`;
    throw new InvalidInput("value to encode", expected, "one deeper");
  }
  if (Array.isArray(value)) return `[${value.map((member) => encode(member, room - 1)).join(",")}]`;
  // RFC 8785, 3.2.3: by UTF-16 code units, which is how ECMAScript compares strings.
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${printText(key)}:${encode(value[key], room - 1)}`).join(",")}}`;
}

/** @param {string} text */
function printText(text) {
  if (LONE_SURROGATE.test(text)) {
    throw new InvalidInput("value to encode", "Unicode characters", "a lone surrogate");
  }
  return JSON.stringify(text); // RFC 8785, 3.2.2.2 is taken from ECMAScript
}

/** @param {number} value */
function printNumber(value) {
  if (!Number.isFinite(value)) {
    throw new InvalidInput("value to encode", "a finite number", String(value));
  }
  return String(value); // RFC 8785, 3.2.2.3 is taken from ECMAScript
}

/** @param {string} printed @param {string} text @param {string} place */
function difference(printed, text, place) {
  const [ours, theirs] = [bytesOf(printed), bytesOf(text)];
  const differs = ours.findIndex((byte, index) => byte !== theirs[index]);
  const at = differs < 0 ? ours.length : differs;
  const [expected, found] = [ours, theirs].map((bytes) => shownBytes(bytes.subarray(at, at + 24)));
  return new InvalidInput(place, `RFC 8785 bytes, ${expected} at byte ${at}`, found);
}

/** Recursive descent over one document; `at` is the place of the next character. */
class Reader {
  /** @param {string} text @param {string} place */
  constructor(text, place) {
    this.text = text;
    this.place = place;
    this.at = 0;
  }

  /** @returns {Json} */
  document() {
    if (this.text.startsWith("\ufeff")) throw this.unfit("JSON", "a byte order mark");
    const value = this.value(MAX_DEPTH);
    if (this.next() !== undefined) throw this.noJson("something behind the value");
    return value;
  }

  /** @param {string} expected @param {string} found */
  unfit(expected, found) {
    return new InvalidInput(this.place, expected, found);
  }

  /** @param {string} found */
  noJson(found) {
    return this.unfit("JSON", `${found} at character ${this.at}`);
  }

  /** The next character that is no blank, and stay before it. @returns {string | undefined} */
  next() {
    const code = this.text.charCodeAt(this.at);
    if (code <= 32) {
      BLANKS.lastIndex = this.at;
      BLANKS.test(this.text);
      this.at = BLANKS.lastIndex;
    }
    return this.text[this.at];
  }

  /** @param {string} char */
  skip(char) {
    const found = this.next() === char;
    if (found) this.at += 1;
    return found;
  }

  /** @param {number} room @returns {Json} */
  value(room) {
    const char = this.next();
    if (char === '"') return this.string();
    if (char === "{" || char === "[") {
      if (room === 0) throw this.unfit(`at most ${MAX_DEPTH} levels of nesting`, "more");
      this.at += 1;
      return char === "{" ? this.object(room - 1) : this.array(room - 1);
    }
    const word = WORDS.find(([text]) => text[0] === char && this.text.startsWith(text, this.at));
    if (!word) return this.number();
    this.at += word[0].length;
    return word[1];
  }

  /** @param {number} room */
  array(room) {
    /** @type {Json[]} */
    const members = [];
    if (this.skip("]")) return members;
    do members.push(this.value(room));
    while (this.skip(","));
    if (!this.skip("]")) throw this.noJson("no comma or end of an array");
    return members;
  }

  /** @param {number} room */
  object(room) {
    /** @type {{[key: string]: Json}} */
    const members = Object.create(null);
    if (this.skip("}")) return members;
    do this.member(members, room);
    while (this.skip(","));
    if (!this.skip("}")) throw this.noJson("no comma or end of an object");
    return members;
  }

  /** @param {{[key: string]: Json}} members @param {number} room */
  member(members, room) {
    if (this.next() !== '"') throw this.noJson("no key in quotes");
    const key = this.string();
    if (key in members) {
      const told = shownAscii(key.slice(0, 80));
      throw this.unfit("unique keys", `the key ${told} twice in one object`);
    }
    if (!this.skip(":")) throw this.noJson("no colon behind a key");
    members[key] = this.value(room);
  }

  /** A string: what stands between two quotes is read by the engine, if it is not plain. */
  string() {
    const token = this.text.slice(this.at, this.endOfString());
    if (!DELICATE.test(token)) {
      this.at += token.length;
      return token.slice(1, -1);
    }
    const value = this.unescaped(token);
    const lone = LONE_SURROGATE.exec(value);
    if (lone) {
      const code = lone[0].charCodeAt(0).toString(16).toUpperCase();
      throw this.unfit("Unicode characters", `the lone surrogate U+${code}`);
    }
    this.at += token.length;
    return value;
  }

  /** @param {string} token @returns {string} */
  unescaped(token) {
    try {
      return JSON.parse(token);
    } catch {
      throw this.noJson("a control character or an unknown escape in a string");
    }
  }

  /** The place behind the first quote that has no odd number of backslashes before it. */
  endOfString() {
    for (let end = this.at; ; ) {
      end = this.text.indexOf('"', end + 1);
      if (end < 0) throw this.noJson("a string without an end");
      let before = end;
      while (this.text.charCodeAt(before - 1) === 92) before -= 1;
      if ((end - before) % 2 === 0) return end + 1;
    }
  }

  number() {
    NUMBER.lastIndex = this.at;
    const [token, fraction, exponent] = NUMBER.exec(this.text) ?? [];
    if (token === undefined) throw this.noJson("no value");
    const value = Number(token);
    const shown = `${token.slice(0, 32)} (${token.length} long)`;
    if (!fraction && !exponent && !isInteger(token, value)) {
      throw this.unfit("integers that a double prints identically", shown);
    }
    if (!Number.isFinite(value)) throw this.unfit("numbers within the range of a double", shown);
    this.at += token.length;
    return value;
  }
}

/**
 * Whether an integer is one that a double prints as it was (RFC 7493, 2.2).
 * @param {string} token
 * @param {number} value
 */
function isInteger(token, value) {
  return Number.isSafeInteger(value) || String(value) === token;
}
