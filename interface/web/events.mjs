/**
 * Events: what an envelope may say, type by type (format, section 4).
 *
 * Not here: what may follow what (`streams.mjs`), and content (`parts.mjs`).
 */

import { decodeCanonical } from "./json.mjs";
import { MAX_ENVELOPE_BYTES, MAX_SECTIONS } from "./layout.mjs";
import { InvalidInput, shown } from "./problems.mjs";

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

/** @typedef {(value: unknown) => boolean} Test */

export const KINDS = [
  "annotation", "answer", "config", "environment", "error", "item", "original", "question",
  "rationale", "request", "response", "score",
];
const MAX_SCORERS = 40;
const MAX_ATTEMPTS = 2 ** 16 - 1;
const MAX_EPOCHS = 10_000;

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const TIME_FORM =
  "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])" +
  "T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{6}Z";

export const isDigest = textLike("[0-9a-f]{64}");
export const isOrigin = textLike("[a-z0-9][a-z0-9./-]{0,127}");
export const isStream = textLike(`(?:archive|(?:dataset|run)/${UUID})`);
const isActor = textLike("(?:claimed|authenticated):[a-z0-9._-]{1,64}");
const isKey = textLike("[!-~]{1,256}");
const isKeyId = textLike("[0-9a-f]{8}");
export const isTime = textLike(TIME_FORM);
const isUuid = textLike(UUID);
const isWord = textLike("[a-z][a-z0-9_-]{0,31}");
export const isIndex = numberWithin(0, Number.MAX_SAFE_INTEGER);
export const isOrdinal = numberWithin(1, Number.MAX_SAFE_INTEGER);

/** @type {Record<string, Test>} */
const FACTS = {
  archived_from: isWord, attempt: numberWithin(1, MAX_ATTEMPTS), by: isUuid, dataset: isUuid,
  dataset_origin: isOrigin, digest: isDigest, epoch: numberWithin(1, MAX_EPOCHS),
  epochs: numberWithin(1, MAX_EPOCHS), expires: isTime, item: isIndex, items: isIndex,
  items_root: isDigest, key: isKey, kind: (value) => KINDS.includes(/** @type {string} */ (value)),
  latency_ms: isIndex, occurred: isTime, old: isKeyId, plan_source: isWord, project: isWord,
  ranges: isRanges, role: isWord, root: isDigest, same_config: isIndex, scorer: isIndex,
  scorers: numberWithin(0, MAX_SCORERS), section: numberWithin(0, MAX_SECTIONS - 1), since: isTime,
  size: isIndex, source: isOrigin, stream: isStream, target: isOrdinal, token: isUuid, tokens_in: isIndex,
  tokens_out: isIndex, trial: isOrdinal, verdict: isWord,
};

/** @type {Record<string, string>} */
const BOUNDS = {
  attempt: "1 to 65,535", epoch: "1 to 10,000", epochs: "1 to 10,000", scorers: "0 to 40",
  section: "0 to 4,095",
};

/** What a fact is, by what tells that it is none. @type {Map<unknown, string>} */
const FACT_WORDS = new Map(/** @type {[unknown, string][]} */ ([
  [FACTS.kind, `one of ${KINDS.join(" ")}`],
  [isDigest, "a SHA-256 in lower-case hex"],
  [isIndex, "a whole number from 0"],
  [isKey, "a verifier key"],
  [isKeyId, "the id of a key, 8 lower-case hex digits"],
  [isOrdinal, "a whole number from 1"],
  [isOrigin, "the origin of an archive"],
  [isRanges, "ranges [first, last], ascending and apart"],
  [isStream, "archive, dataset/<uuid> or run/<uuid>"],
  [isTime, "a UTC time of 27 characters"],
  [isUuid, "a lower-case UUID"],
  [isWord, "a word in lower case"],
]));

/** Type, streams, facts and parts, as in section 4.7; `?` marks what may be absent. */
const TABLE = `
dataset.registered  | dataset     | archived_from? occurred? | config original?
dataset.item_added  | dataset     | item section occurred? | answer item question
dataset.frozen      | dataset     | items items_root |
run.registered      | run         | dataset dataset_origin items items_root same_config scorers trial archived_from? occurred? | config environment? original?
run.planned         | run         | epochs plan_source ranges |
run.started         | run         | occurred? |
run.completed       | run         | occurred? |
run.canceled        | run         | occurred? |
run.resumed         | run         | occurred? | error?
run.failed          | run         | occurred? | error?
item.attempt_failed | run         | attempt epoch item latency_ms? occurred? | error request? response?
item.answered       | run         | attempt epoch item latency_ms? tokens_in? tokens_out? occurred? | request? response
item.scored         | run         | epoch item scorer occurred? | rationale? score
score.revised       | run         | epoch item scorer occurred? | rationale? score
item.failed         | run         | epoch item occurred? | error
run.annotated       | run         | epoch? item? | annotation
run.superseded      | run         | by | annotation?
part.erased         | dataset run | kind target | annotation?
part.withheld       | dataset run | kind target | annotation?
hold.placed         | dataset run | | annotation?
hold.released       | dataset run | | annotation?
stream.sealed       | dataset run | root size |
archive.created     | archive     | key |
archive.exported    | archive     | digest root size source stream |
archive.imported    | archive     | digest root size source stream |
archive.verified    | archive     | digest verdict |
archive.disclosed   | archive     | source stream epoch? item? |
archive.assigned    | archive     | project source stream |
project.added       | archive     | project |
token.issued        | archive     | digest role token expires? project? | annotation?
token.revoked       | archive     | token |
key.rotated         | archive     | key old |
key.compromised     | archive     | old key? since? |
`;

/**
 * What an event of one type may hold.
 * @typedef {object} EventType
 * @property {string[]} streams
 * @property {string[]} facts
 * @property {string[]} neededFacts
 * @property {string[]} parts
 * @property {string[]} neededParts
 */

/** @type {Map<string, EventType>} */
const TYPES = new Map(TABLE.trim().split("\n").map(readRow));

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

/** Whether a value is an object of JSON. @param {unknown} value */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Whether two lists of names are the same, both in order.
 * @param {string[]} names
 * @param {string[]} others
 */
export function areSame(names, others) {
  return names.length === others.length && names.every((name, index) => name === others[index]);
}

/** @param {string} pattern @returns {Test} */
function textLike(pattern) {
  const form = new RegExp(`^${pattern}$`);
  return (value) => typeof value === "string" && form.test(value);
}

/** @param {number} least @param {number} most @returns {Test} */
function numberWithin(least, most) {
  return (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
}

/**
 * Whether this is a list of `[first,last]`, not empty, ascending, each apart.
 * @param {unknown} value
 */
function isRanges(value) {
  if (!Array.isArray(value) || !value.length) return false;
  let before = -2;
  return value.every((pair) => {
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(isIndex)) return false;
    const isBehind = pair[0] > before + 1 && pair[0] <= pair[1];
    [, before] = pair;
    return isBehind;
  });
}

/** @param {string} row @returns {[string, EventType]} */
function readRow(row) {
  const [name, streams, facts, parts] = row.split("|").map((cell) => cell.match(/[^ ]+/g) ?? []);
  return [name[0], {
    streams,
    facts: withoutMark(facts),
    neededFacts: unmarked(facts),
    parts: withoutMark(parts),
    neededParts: unmarked(parts),
  }];
}

/** @param {string[]} names */
function withoutMark(names) {
  return names.map((name) => name.replace("?", "")).sort();
}

/** @param {string[]} names */
function unmarked(names) {
  return names.filter((name) => !name.endsWith("?")).sort();
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

/** What a fact may be, in the words of an error. @param {string} fact */
function allowed(fact) {
  return fact in BOUNDS ? `${fact} from ${BOUNDS[fact]}` : `${fact}: ${FACT_WORDS.get(FACTS[fact])}`;
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
