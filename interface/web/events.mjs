/**
 * Events: reads an envelope, strictly (format, section 4).
 *
 * Not here: what events of a type may hold (`event_types.mjs`), what may follow what (`dataset.mjs`,
 * `run.mjs`), and content (`parts.mjs`).
 */

import { FACTS, TYPES, allowed } from "./event_types.mjs";
import { decodeCanonical } from "./json.mjs";
import { MAX_ENVELOPE_BYTES } from "./layout.mjs";
import { InvalidInput, shown } from "./problems.mjs";
import {
  areSame, isActor, isDigest, isObject, isOrdinal, isOrigin, isStream, isTime, isUuid,
} from "./syntax.mjs";

/** @typedef {import("./event_types.mjs").EventType} EventType */
/** @typedef {import("./syntax.mjs").Test} Test */

/**
 * @typedef {object} Event
 * @property {string} actor
 * @property {string} at
 * @property {Record<string, any>} facts
 * @property {string} origin
 * @property {Record<string, string>} parts kind to SHA-256
 * @property {string} stream
 * @property {string} type
 * @property {number} version
 */

/** @type {[string, Test, string][]} */
const MEMBERS = [
  ["actor", isActor, "claimed:<id> or authenticated:<id>"],
  ["at", isTime, "a UTC time of 27 characters"],
  ["facts", isObject, "an object"],
  ["format", (value) => value === 1, "format 1"],
  ["id", isUuid, "a lower-case UUID"],
  ["origin", isOrigin, "an archive's origin"],
  ["parts", isObject, "an object"],
  ["stream", isStream, "archive, dataset/<uuid> or run/<uuid>"],
  ["type", (value) => TYPES.has(/** @type {string} */ (value)), "an event type that we know"],
  ["version", isOrdinal, "a version from 1"],
];
const MEMBER_NAMES = MEMBERS.map(([name]) => name);

/**
 * Read one envelope line, without its LF, strictly.
 * @param {Uint8Array} line
 * @param {string} place
 * @returns {Event}
 */
export function readEvent(line, place) {
  if (line.length > MAX_ENVELOPE_BYTES) {
    throw new InvalidInput(place, `at most ${MAX_ENVELOPE_BYTES} bytes`, `${line.length} bytes`);
  }
  const event = /** @type {any} */ (decodeCanonical(line, place));
  checkMembers(event, place);
  checkContent(event, place);
  return event;
}

/** @param {any} members @param {string} place */
function checkMembers(members, place) {
  if (!isObject(members) || !areSame(Object.keys(members), MEMBER_NAMES)) {
    const expected = `the members ${MEMBER_NAMES.join(", ")}`;
    throw new InvalidInput(place, expected, shown(members));
  }
  for (const [name, allows, expected] of MEMBERS) {
    if (!allows(members[name])) {
      throw new InvalidInput(`${place}, ${name}`, expected, shown(members[name]));
    }
  }
  for (const [kind, digest] of Object.entries(members.parts)) {
    if (!isDigest(digest)) {
      throw new InvalidInput(`${place}, parts, ${kind}`, "a SHA-256 in hex", shown(digest));
    }
  }
}

/**
 * Check facts and kinds of parts against the event's type.
 * @param {Event} event
 * @param {string} place
 */
function checkContent(event, place) {
  const spec = /** @type {EventType} */ (TYPES.get(event.type));
  if (!spec.streams.includes(event.stream.split("/")[0])) {
    throw new InvalidInput(`${place}, stream`, spec.streams.join(" or "), event.stream);
  }
  for (const [name, value] of Object.entries(event.facts)) {
    const isKnown = spec.facts.includes(name);
    if (isKnown && FACTS[name](value)) continue;
    const expected = isKnown ? allowed(name) : "no fact of this name";
    throw new InvalidInput(`${place}, facts`, expected, `${name} ${shown(value)}`);
  }
  const missing = spec.neededFacts.find((name) => !(name in event.facts));
  if (missing) throw new InvalidInput(`${place}, facts`, `${missing} in ${event.type}`, "none");
  const kinds = Object.keys(event.parts);
  const areKnown = kinds.every((kind) => spec.parts.includes(kind));
  if (!areKnown || !spec.neededParts.every((kind) => kind in event.parts)) {
    throw new InvalidInput(`${place}, parts`, partsTold(spec), kinds.join(", ") || "none");
  }
}

/** @param {EventType} spec */
function partsTold(spec) {
  const optional = spec.parts.filter((kind) => !spec.neededParts.includes(kind));
  const told = [...spec.neededParts, ...optional.map((kind) => `${kind} or not`)];
  return told.join(", ") || "no parts";
}

/** Types of events that say of a part that it is not disclosed. */
export const MARKING = ["part.erased", "part.withheld"];

const MARKS = '"type":"part.';
const MARKS_TAIL = '"type":"part.withheld","version":9007199254740991}'.length;

/**
 * The event on a line that erases or withholds a part, else null; what is no event does neither.
 * @param {Uint8Array} line
 */
export function markOn(line) {
  if (!String.fromCharCode(...line.subarray(-MARKS_TAIL)).includes(MARKS)) return null;
  try {
    const event = readEvent(line, "events.jsonl");
    return MARKING.includes(event.type) ? event : null;
  } catch (problem) {
    if (problem instanceof InvalidInput) return null;
    throw problem;
  }
}
