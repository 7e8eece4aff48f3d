/**
 * The errors that name a place and both sides, and how values are shown in them.
 *
 * Values are shown as the Python verifier shows them, so that two reports can be compared as text.
 * Not here: findings, which are what becomes of most of these errors (`report.mjs`).
 */

import { escaped } from "./hidden_characters.mjs";

/** Something is not as it must be: where, what was expected, what was found. */
export class Problem extends Error {
  /**
   * @param {string} place
   * @param {string} expected
   * @param {string} found
   */
  constructor(place, expected, found) {
    super(`${place}: expected ${expected}, found ${found}`);
    this.name = new.target.name;
    this.place = place;
    this.expected = expected;
    this.found = found;
  }
}

/** What came in is not what the format allows. */
export class InvalidInput extends Problem {}

/** No bundle at all, or one that cannot be read: never a finding, whenever it happens. */
export class UnreadableFile extends Problem {}

/** A ZIP file, but none that the format allows: nothing in it is read any further. */
export class ContainerRejected extends InvalidInput {}

/** Well-formed, but not allowed where it stands. */
export class Refused extends Problem {}

/** A stated root or size is not that of the events before it. */
export class RootMismatch extends Refused {}

/** A proof that is none for these numbers, or that leads to another root. */
export class BadProof extends Problem {}

const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
const NOT_ASCII = /[\u007f-\uffff]/g;

/**
 * A value as a message shows what was found, in the words of JSON, cut to 80 characters with dots;
 * a text stands in quotes of its own. @param {unknown} value @returns {string}
 */
export function shown(value) {
  const told = typeof value === "string" ? shownText(value, UNPRINTABLE) : asJson(value);
  return brief(told);
}

/** Text in quotes and ASCII, as Python's `ascii` prints it. @param {string} text */
export function shownAscii(text) {
  return shownText(text, /[^ -~]/u);
}

/** Bytes as text, with escapes for all that is not ASCII. @param {Uint8Array} bytes */
export function shownBytes(bytes) {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return brief(shownText(text, /[^ -~]/));
}

/** @param {string} told */
function brief(told) {
  const chars = Array.from(told);
  return chars.length <= 80 ? told : `${chars.slice(0, 77).join("")}...`;
}

/** JSON in ASCII: no character that a terminal would obey. @param {string} json */
export function inAscii(json) {
  return json.replace(NOT_ASCII, unit);
}

/** A value as Python's `json.dumps` prints it. @param {unknown} value @returns {string} */
function asJson(value) {
  if (value === undefined || value === null) return "null";
  if (typeof value === "string") return inAscii(JSON.stringify(value));
  if (Array.isArray(value)) return `[${value.map(asJson).join(", ")}]`;
  if (typeof value !== "object") return String(value);
  const members = /** @type {Record<string, unknown>} */ (value);
  const pairs = Object.keys(members).sort().map((key) => `${asJson(key)}: ${asJson(members[key])}`);
  return `{${pairs.join(", ")}}`;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Bytes in lower-case hex. @param {Uint8Array} bytes */
export function hex(bytes) {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** @param {string} char one unit of UTF-16 */
function unit(char) {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** @param {string} text @param {RegExp} hidden what is not shown as it is */
function shownText(text, hidden) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const chars = Array.from(text, (char) => {
    if (char === quote || char === "\\") return `\\${char}`;
    return hidden.test(char) ? escaped(char) : char;
  });
  return `${quote}${chars.join("")}${quote}`;
}
