/**
 * The closed list of a bundle's members, their order and limits (format, 3, 4, 7, 8, 11, 14).
 *
 * Not here: what stands in a member, which members a bundle must have, and ZIP.
 */

import { ContainerRejected, shownAscii } from "./problems.mjs";

export const README = "README.txt";
export const EVENTS_MEMBER = "events.jsonl";
export const PARTS_MEMBER = "parts.jsonl";
export const INCLUSION_MEMBER = "inclusion.jsonl";
export const ASSETS_FOLDER = "assets/";
export const META = "meta.json";
export const RUN_CONFIG = "run_config.json";
const SECTIONS_FOLDER = "sections/";
export const RESULTS = "results.jsonl";
export const SUMMARY = "summary.json";
export const MANIFEST_MEMBER = "manifest.json";
export const SUMS = "SHA256SUMS";
export const PROOF_FOLDER = "proof/";
export const ATTESTATION = "proof/attestation.json";
export const NOTE = "proof/bundle.note";
export const KEYS = "proof/keys";
export const SEAL_PROOF = "proof/seal.tlog-proof";

/** In their order; how many there can be. */
export const TIMESTAMPS = Array.from({ length: 16 }, (_, at) => `proof/timestamp-${at + 1}.tsr`);

/** Every member, as it stands in a bundle; a folder stands for all of its members. */
const ORDER = [
  README, EVENTS_MEMBER, PARTS_MEMBER, INCLUSION_MEMBER, ASSETS_FOLDER, META, RUN_CONFIG,
  SECTIONS_FOLDER, RESULTS, SUMMARY, MANIFEST_MEMBER, SUMS, ATTESTATION, NOTE, KEYS, SEAL_PROOF,
  ...TIMESTAMPS,
];

export const MAX_ENVELOPE_BYTES = 8 * 2 ** 10;
export const MAX_PART_BYTES = 8 * 2 ** 20;
export const MAX_MANIFEST_BYTES = 8 * 2 ** 20;
export const MAX_PROOF_BYTES = 64 * 2 ** 10;
export const MAX_MEMBERS = 10_000_000;
export const MAX_SECTIONS = 2 ** 12;

/** The SHA-256 of `README.txt`, whose text is that of section 11. */
export const README_DIGEST = "a85c8f2aec0dbdd54f0c33c34635b8c4a3a1bd23a49bd06896cf8707c8b863e7";

/** The same of a bundle of one item, section 14. */
export const ITEM_README_DIGEST =
  "1853287254d803004e53efbc5657924d5ce2e460e0228d7082ca5792481d83f1";

const ASSET = /^assets\/[0-9a-f]{64}\.[a-z0-9]{1,8}$/;
const SECTION = /^sections\/(0|[1-9][0-9]{0,3})\.jsonl$/;

/** The member that holds the items of a section, counted from 0. @param {number} ordinal */
export function sectionMember(ordinal) {
  return `${SECTIONS_FOLDER}${ordinal}.jsonl`;
}

/**
 * All kinds that are withheld where these are (format, 8.2).
 * @param {string[]} kinds
 * @returns {string[]}
 */
export function closure(kinds, withholdsParts = false) {
  const all = new Set(kinds);
  if (all.has("question")) all.add("request");
  if (all.size || withholdsParts) all.add("original");
  return [...all].sort();
}

/**
 * Where a member stands: by its place in the order, by number, by name; null if it is not listed.
 * @param {string} name
 * @returns {[number, number, string] | null}
 */
function position(name) {
  if (ASSET.test(name)) return [ORDER.indexOf(ASSETS_FOLDER), 0, name];
  const ordinal = SECTION.exec(name)?.[1];
  if (ordinal && Number(ordinal) < MAX_SECTIONS) {
    return [ORDER.indexOf(SECTIONS_FOLDER), Number(ordinal), ""];
  }
  return name.endsWith("/") || !ORDER.includes(name) ? null : [ORDER.indexOf(name), 0, ""];
}

/** Check all names of a bundle, in container order. @param {string[]} names */
export function checkNames(names) {
  /** @type {[number, number, string]} */
  let before = [-1, 0, ""];
  names.forEach((name, index) => {
    const place = `member ${index + 1}`;
    const here = position(name);
    if (here === null) {
      throw new ContainerRejected(place, "a name of the closed list", faultOf(name));
    }
    const step = compare(here, before);
    if (step === 0) throw new ContainerRejected(place, "each name once", `${name} again`);
    if (step < 0) {
      const expected = `a name behind ${names[index - 1]}`;
      throw new ContainerRejected(place, expected, `${name}, out of order`);
    }
    before = here;
  });
}

/** @param {[number, number, string]} a @param {[number, number, string]} b */
function compare(a, b) {
  if (a[0] !== b[0]) return a[0] - b[0];
  if (a[1] !== b[1]) return a[1] - b[1];
  return a[2] === b[2] ? 0 : a[2] < b[2] ? -1 : 1;
}

/** @type {[(name: string) => boolean, string][]} */
const FAULTS = [
  [(name) => name === "", "an empty name"],
  [(name) => name.includes("\0"), "a NUL in the name"],
  [(name) => /[^\0-\x7f]/.test(name), "not ASCII"],
  [(name) => name.includes("\\"), "a backslash in the name"],
  [(name) => /^[A-Za-z]:/.test(name), "a drive letter"],
  [(name) => name.startsWith("/"), "an absolute path"],
  [(name) => name.split("/").includes(".."), "a path that climbs out of its folder"],
  [(name) => name.endsWith("/"), "a directory"],
  [(name) => /(^|\/)\.?(\/|$)/.test(name), "another spelling of a path"],
  [isMiscased, "another case of a member's name"],
];

/** @param {string} name */
function isMiscased(name) {
  const lower = name.toLowerCase();
  return ORDER.some((known) => known.toLowerCase() === lower) || position(lower) !== null;
}

/** @param {string} name */
function faultOf(name) {
  const fault = FAULTS.find(([applies]) => applies(name))?.[1] ?? "an unknown member";
  const chars = Array.from(name.slice(0, 202));
  const short = chars.length <= 100 ? name : `${chars.slice(0, 100).join("")}…`;
  return `${shownAscii(short)}: ${fault}`;
}
