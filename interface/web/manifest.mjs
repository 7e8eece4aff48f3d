/**
 * The manifest: what a bundle is, what it holds and what it leaves out (format, section 8).
 *
 * Not here: whether it is true (`inventory.mjs`).
 */

import { KINDS } from "./event_types.mjs";
import { decodeCanonical } from "./json.mjs";
import { LF } from "./lines.mjs";
import { InvalidInput, shown } from "./problems.mjs";
import {
  areSame, isDigest, isIndex, isObject, isOrdinal, isOrigin, isStream,
} from "./syntax.mjs";

/** @typedef {{origin: string, root: string, size: number, stream: string}} StreamEnd */

/**
 * @typedef {object} Manifest
 * @property {"run" | "dataset" | "item"} kind
 * @property {StreamEnd[]} streams
 * @property {Record<string, number>} counts
 * @property {{items: number, member: string}[]} sections
 * @property {Record<string, number>} withheld
 * @property {Record<string, number>} erased
 * @property {Record<string, number>} [withheld_parts] not empty
 */

const FORMAT = "eval752-bundle";
const PLACE = "manifest.json";

/** The streams of a bundle, by its kind. @type {Map<unknown, string[]>} */
const STREAMS = new Map([
  ["dataset", ["dataset"]], ["run", ["dataset", "run"]], ["item", ["dataset", "run"]],
]);

const MEMBERS_OF_MANIFEST = [
  "counts", "erased", "format", "kind", "sections", "streams", "version", "withheld",
];
/** Left out where it would be empty. */
const MAY_BE_LEFT_OUT = "withheld_parts";
const COUNTED = ["assets", "events", "items", "parts", "results"];
const END_MEMBERS = ["origin", "root", "size", "stream"];

/** Read `manifest.json` strictly. @param {Uint8Array} data @returns {Manifest} */
export function readManifest(data) {
  const isEnded = data[data.length - 1] === LF;
  const line = isEnded ? data.subarray(0, -1) : data;
  const document = /** @type {any} */ (decodeCanonical(line, PLACE));
  if (!isObject(document) || document.format !== FORMAT) {
    throw new InvalidInput(PLACE, `format "${FORMAT}"`, shown(document));
  }
  if (document.version !== 1) {
    const found = shown(document.version);
    throw new InvalidInput(`${PLACE}, version`, "version 1", found);
  }
  if (!hasForm(document)) {
    throw new InvalidInput(PLACE, "the members of format section 8", "other members or values");
  }
  checkStreams(document);
  if (!isEnded || !isExact(document)) {
    throw new InvalidInput(PLACE, "exactly the members of format section 8", "other bytes");
  }
  return document;
}

/** Whether all that a manifest needs is there, in its form. @param {any} document */
function hasForm({ kind, streams, counts, sections, withheld, erased, withheld_parts }) {
  return STREAMS.has(kind)
    && Array.isArray(streams) && streams.every(isStreamEnd)
    && isObject(counts) && areSame(Object.keys(counts), COUNTED)
    && Object.values(counts).every(isIndex)
    && Array.isArray(sections) && sections.every(isSection)
    && isCountByKind(withheld) && isCountByKind(erased)
    && (withheld_parts === undefined || isCountByKind(withheld_parts));
}

/** @param {any} end */
function isStreamEnd(end) {
  return isObject(end) && areSame(Object.keys(end), END_MEMBERS)
    && isOrigin(end.origin) && isDigest(end.root) && isOrdinal(end.size) && isStream(end.stream);
}

/** @param {any} section */
function isSection(section) {
  return isObject(section) && isIndex(section.items) && "member" in section;
}

/** @param {any} counts */
function isCountByKind(counts) {
  return isObject(counts) && Object.keys(counts).every((kind) => KINDS.includes(kind))
    && Object.values(counts).every(isIndex);
}

/** @param {Manifest} manifest */
function checkStreams({ kind, streams }) {
  const needed = /** @type {string[]} */ (STREAMS.get(kind));
  const found = streams.map(({ stream }) => stream.split("/")[0]);
  if (areSame(found, needed)) return;
  const expected = `of a ${kind}, the streams ${needed.join(", ")}`;
  throw new InvalidInput(`${PLACE}, streams`, expected, found.join(", ").slice(0, 80) || "none");
}

/** Whether there are no other members. @param {any} document */
function isExact(document) {
  const { [MAY_BE_LEFT_OUT]: parts = { any: 1 }, ...rest } = document;
  return areSame(Object.keys(rest), MEMBERS_OF_MANIFEST) && Object.keys(parts).length > 0
    && document.sections.every((/** @type {any} */ section) =>
      areSame(Object.keys(section), ["items", "member"]) && typeof section.member === "string");
}
