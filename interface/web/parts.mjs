/**
 * Parts: the content that envelopes commit to, one canonical line each (format, section 3).
 *
 * Not here: which part belongs to which event, and whether it is disclosed (`walk.mjs`).
 */

import { readCanonical, textOf } from "./json.mjs";
import { InvalidInput, shown, shownBytes } from "./problems.mjs";
import { areSame, isObject } from "./syntax.mjs";

/** @typedef {import("./json.mjs").Json} Json */
/** @typedef {import("./events.mjs").Event} Event */
/** @typedef {(value: any) => boolean} Allows */

const HEAD = /^\{(?:"assets":\["([0-9a-z.",]+)"\],)?"salt":"[0-9a-f]{32}","value":/;
const ASSET_NAME = /^[0-9a-f]{64}\.[a-z0-9]{1,8}$/;

/**
 * Read a part line strictly.
 * @param {Uint8Array} line
 * @param {string} place
 * @returns {{value: Json, assets: string[]}}
 */
export function readPart(line, place) {
  const text = textOf(line, place);
  const head = HEAD.exec(text);
  if (head === null || !text.endsWith("}")) {
    const found = shownBytes(line.subarray(0, 60));
    throw new InvalidInput(place, 'a part, {"salt":…,"value":…}', found);
  }
  // In views a value stands two levels down, so it has two levels less (format, 2.3).
  const value = text.slice(head[0].length, -1);
  const nested = /** @type {Json[][]} */ (readCanonical(`[[${value}]]`, place));
  if (nested.length !== 1 || nested[0].length !== 1) {
    throw new InvalidInput(place, "one value", shownBytes(line.subarray(-60)));
  }
  return { value: nested[0][0], assets: head[1] ? assetNames(head[1], place) : [] };
}

/** @param {string} listed @param {string} place */
function assetNames(listed, place) {
  const names = listed.split('","');
  const isAscending = areSame(names, [...new Set(names)].sort());
  if (isAscending && names.every((name) => ASSET_NAME.test(name))) return names;
  const expected = "names of assets, ascending and distinct";
  throw new InvalidInput(`${place}, assets`, expected, shown(names));
}

/** @type {Allows} */
const isText = (value) => typeof value === "string";
/** @type {Allows} */
const isAbsent = (value) => value === undefined;
/** @type {Allows} */
const isNumber = (value) => typeof value === "number";
/** @type {Allows} */
const isTexts = (value) => Array.isArray(value) && value.every(isText);
/** @type {(allows: Allows) => Allows} */
const orAbsent = (allows) => (value) => isAbsent(value) || allows(value);
const NONE = [isAbsent, "no member of this name here"];

/**
 * Members by kind, each with what it may be (format, section 3.4).
 * @type {Record<string, Record<string, any[]>>}
 */
const SHAPES = {
  item: {
    id: [isText, "a string"],
    type: [isText, "a string"],
    section: [orAbsent(isText), "a string"],
    answer: NONE,
    inputs: NONE,
    choices: NONE,
  },
  question: {
    inputs: [(/** @type {Json} */ value) => !isAbsent(value), "the inputs"],
    choices: [orAbsent(isTexts), "a list of strings"],
  },
  environment: {},
  response: {
    text: [(/** @type {Json} */ value) => value === null || isText(value), "a string or null"],
  },
  score: { value: [isNumber, "a number"] },
  original: { name: [isText, "a string"], media_type: [isText, "a string"] },
};

/**
 * Check a value against the shape of its kind.
 * @param {string} kind
 * @param {any} value
 * @param {string} place
 */
export function checkShape(kind, value, place) {
  const shape = SHAPES[kind];
  if (!shape) return;
  if (!isObject(value)) {
    throw new InvalidInput(`${place}, ${kind}`, "an object", shown(value));
  }
  for (const [name, [allows, expected]] of Object.entries(shape)) {
    if (allows(value[name])) continue;
    const found = name in value ? shown(value[name]) : "none";
    throw new InvalidInput(`${place}, ${kind}, ${name}`, expected, found);
  }
  const more = Object.keys(value).filter((name) => !Object.hasOwn(shape, name)).sort();
  if (kind === "question" && more.length) {
    // It would stand in the view as if it were the item's, or the answer.
    const expected = `${Object.keys(shape).join(" and ")} alone`;
    throw new InvalidInput(`${place}, ${kind}`, expected, shown(more));
  }
}

/**
 * Check the config of a registration; any other part passes.
 * @param {Event} event
 * @param {string} kind
 * @param {any} value
 * @param {string} place
 */
export function checkConfig(event, kind, value, place) {
  if (kind !== "config") return;
  const inConfig = `${place}, config`;
  if (event.type !== "run.registered") {
    requireTexts(value, ["name"], inConfig);
    return;
  }
  requireTexts(value, ["provider", "model"], inConfig);
  const { parameters = Object.create(null), scorers = [] } = value;
  if (!isObject(parameters)) {
    throw new InvalidInput(`${inConfig}, parameters`, "an object", shown(parameters));
  }
  const { scorers: count } = event.facts;
  if (!Array.isArray(scorers) || scorers.length !== count) {
    const found = shown(scorers);
    throw new InvalidInput(`${inConfig}, scorers`, `a list of ${count}`, found);
  }
  scorers.forEach((scorer, number) => checkScorer(scorer, `${inConfig}, scorers, ${number}`));
}

/** @param {any} value @param {string[]} names @param {string} place */
function requireTexts(value, names, place) {
  if (!isObject(value)) throw new InvalidInput(place, "an object", shown(value));
  for (const name of names) {
    if (!isText(value[name])) {
      throw new InvalidInput(`${place}, ${name}`, "a string", shown(value[name]));
    }
  }
}

const FLAG = {
  allows: (/** @type {Json} */ value) => typeof value === "boolean",
  expected: "true or false",
};
const TOLERANCE = {
  allows: (/** @type {any} */ value) => isNumber(value) && value >= 0,
  expected: "a number from 0",
};
const isFilled = (/** @type {any} */ value) => isText(value) && value !== "";
const NORMALISATION = {
  nfkc: FLAG, casefold: FLAG, punctuation: FLAG, articles: FLAG, whitespace: FLAG,
};

/** @typedef {Record<string, {allows: Allows, expected: string, isNeeded?: boolean}>} Parameters */

/**
 * The parameters of each method (scoring, section 2); null where there may be any.
 * @type {[unknown, Parameters | null][]}
 */
const PARAMETERS = [
  ["multiple_choice", {
    credit: {
      allows: (/** @type {any} */ value) => value === "exact" || value === "partial",
      expected: '"exact" or "partial"',
    },
  }],
  ["exact_match", NORMALISATION],
  ["set_f1", {
    ...NORMALISATION,
    separator: { allows: isFilled, expected: "a text that is not empty" },
  }],
  ["regex", {
    pattern: { allows: isFilled, expected: "a pattern", isNeeded: true },
    ignorecase: FLAG,
  }],
  ["numeric", { tolerance: TOLERANCE, relative_tolerance: TOLERANCE }],
  ["judge", null],
  ["external", null],
];
const METHODS = new Map(PARAMETERS);

/**
 * Check a scorer's definition, `{"method","name","parameters"}`.
 * @param {any} definition
 * @param {string} place
 */
function checkScorer(definition, place) {
  const members = ["method", "name", "parameters"];
  if (!isObject(definition) || !areSame(Object.keys(definition).sort(), members)) {
    const expected = "an object of method, name and parameters";
    throw new InvalidInput(place, expected, shown(definition));
  }
  const { method, name, parameters } = definition;
  if (!isText(name) || !name || Array.from(name).length > 128) {
    throw new InvalidInput(`${place}, name`, "a text of 1 to 128 characters", shown(name));
  }
  if (!METHODS.has(method)) {
    const expected = `one of ${[...METHODS.keys()].join(", ")}`;
    throw new InvalidInput(`${place}, method`, expected, shown(method));
  }
  if (!isObject(parameters)) {
    throw new InvalidInput(`${place}, parameters`, "an object", shown(parameters));
  }
  const known = METHODS.get(method);
  if (known) checkParameters(method, known, parameters, `${place}, parameters`);
}

/**
 * @param {string} method
 * @param {Record<string, any>} known
 * @param {Record<string, any>} parameters
 * @param {string} place
 */
function checkParameters(method, known, parameters, place) {
  for (const [name, value] of Object.entries(parameters)) {
    if (!Object.hasOwn(known, name)) {
      const expected = `no other parameters of ${method} than ${Object.keys(known).join(", ")}`;
      throw new InvalidInput(place, expected, shown(name));
    }
    if (!known[name].allows(value)) {
      throw new InvalidInput(`${place}, ${name}`, known[name].expected, shown(value));
    }
  }
  const missing = Object.keys(known).find((name) => known[name].isNeeded && !(name in parameters));
  if (missing) throw new InvalidInput(place, `the parameter ${missing}`, "none");
}
