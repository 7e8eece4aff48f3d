/**
 * The types of events: which facts and parts each may hold (format, section 4).
 *
 * Not here: reading an event (`events.mjs`).
 */

import { MAX_SECTIONS } from "./layout.mjs";
import {
  isDigest, isIndex, isKey, isKeyId, isOrdinal, isOrigin, isRanges, isStream, isTime, isUuid, isWord,
  numberWithin,
} from "./syntax.mjs";

/** @typedef {import("./syntax.mjs").Test} Test */

export const KINDS = [
  "annotation", "answer", "config", "environment", "error", "item", "original", "question",
  "rationale", "request", "response", "score",
];
const MAX_SCORERS = 40;
const MAX_ATTEMPTS = 2 ** 16 - 1;
const MAX_EPOCHS = 10_000;

/** @type {Record<string, Test>} */
export const FACTS = {
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
export const TYPES = new Map(TABLE.trim().split("\n").map(readRow));

/** What a fact may be, in the words of an error. @param {string} fact */
export function allowed(fact) {
  return fact in BOUNDS ? `${fact} from ${BOUNDS[fact]}` : `${fact}: ${FACT_WORDS.get(FACTS[fact])}`;
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
