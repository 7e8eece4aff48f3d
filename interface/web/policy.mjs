/**
 * The policy: whom the verifier trusts and what it requires (docs/policy.md), read strictly.
 *
 * It never comes from the bundle. Not here: reading files (`verify_cli.mjs`), and what a signature
 * comes to (`verifier.mjs`).
 */

import { COSIGNATURE, ED25519, fromBase64, parseKey } from "./note.mjs";
import { InvalidInput, hex, shown } from "./problems.mjs";
import {
  CHECKS, NOT_SHOWN, PASSED, POLICY, SIGNATURE, TIME, WITNESS,
} from "./report.mjs";
import { isDigest, isObject, isOrigin, isTime } from "./syntax.mjs";

/** @typedef {import("./note.mjs").VerifierKey} VerifierKey */
/** @typedef {import("./report.mjs").Check} Check */
/** @typedef {import("./report.mjs").Report} Report */

/**
 * What the verifier was told and demands; the document is that of a policy file, as JSON has it.
 * @typedef {object} Policy
 * @property {string} [digest] the bundle digest, told over another channel
 * @property {string[]} [keys] verifier keys that are trusted
 * @property {(string | number)[]} [required] checks that must pass, by name or number
 * @property {unknown} [document] a policy file; the others ask for more than it does, never for less
 */

/** A key, and the times for which it vouches; "" for none.
 * @typedef {{key: VerifierKey, since: string, until: string, compromised: string}} TrustedKey */

/** Of these keys so many must have seen the log. @typedef {{keys: VerifierKey[], quorum: number}} Witnesses */

/** @typedef {{digest: string, keys: TrustedKey[], required: Check[], digests: string[],
 *   witnesses: Witnesses}} Demands */

const PEM =
  /^\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;

/** @param {Policy} policy @returns {Demands} */
export function readPolicy({ digest = "", keys = [], required = [], document = {} }) {
  if (digest && !isDigest(digest)) {
    throw new InvalidInput("digest", "64 lower-case hex digits", shown(digest.slice(0, 80)));
  }
  const demands = readDocument(document);
  for (const key of keys.map((text) => parseKey(text))) {
    if (demands.keys.some((trusted) => trusted.key.text === key.text)) continue;
    demands.keys.push({ key, since: "", until: "", compromised: "" });
  }
  const checks = required.map((name) => readCheck(name, "required"));
  const named = demands.keys.length ? [SIGNATURE] : [];
  return { ...demands, digest, required: [...demands.required, ...checks, ...named] };
}

/**
 * Check 18: all that is required is shown; whoever names a key wants its signature, not silence.
 * @param {Report} report
 * @param {Demands} demands
 */
export function checkPolicy(report, { digest, digests, required }) {
  if (!digest && !digests.length && !required.length) {
    const why = "no policy: nothing was required beyond these checks";
    report.settle(POLICY, NOT_SHOWN, why);
    return;
  }
  if (digests.length && !digests.includes(report.digest)) {
    const expected = `one of ${[...digests].sort().join(", ")}`;
    report.fail(POLICY, "bundle digest", expected, report.digest || "none");
  }
  for (const check of [...new Set(required)].sort((a, b) => a.number - b.number)) {
    const { outcome, detail } = report.line(check);
    if (outcome === PASSED) continue;
    const place = `check ${check.number}, ${check.label}`;
    report.fail(POLICY, place, "passed", `${outcome}: ${detail}`);
  }
  report.settle(POLICY, PASSED, "all that was required is shown");
}

/**
 * Why a valid signature under a bundle that was sealed then counts for nothing, or "".
 * @param {TrustedKey} trusted
 * @param {string} sealed
 */
export function objectionTo({ since, until, compromised }, sealed) {
  if (compromised) {
    return `compromised at ${compromised}: its signatures count no more, of whatever date`;
  }
  if (since && sealed < since) return `trusted from ${since}, and the last seal is of ${sealed}`;
  if (until && sealed >= until) return `trusted until ${until}, and the last seal is of ${sealed}`;
  return "";
}

/** @param {unknown} document @returns {Demands} */
function readDocument(document) {
  const known = ["origins", "require", "digests", "timestamps", "witnesses"];
  const top = tableAt(document, "policy", "", known);
  const keys = listAt(top.origins, "origins").flatMap(readOrigin);
  keys.forEach(({ key }, index) => {
    if (keys.findIndex((other) => other.key.text === key.text) === index) return;
    throw new InvalidInput(placed("origins"), "each key once", `${key.text} again`);
  });
  const required = listAt(top.require, "require").map(([value, at]) => readCheck(value, placed(at)));
  const digests = listAt(top.digests, "digests").map(([value, at]) => {
    if (isDigest(value)) return /** @type {string} */ (value);
    throw new InvalidInput(placed(at), "64 lower-case hex digits", shown(value));
  });
  if (readRoots(top.timestamps)) required.push(TIME);
  const witnesses = readWitnesses(top.witnesses, keys);
  if (witnesses.keys.length) required.push(WITNESS);
  return { digest: "", keys, required, digests: [...new Set(digests)], witnesses };
}

/** @param {[unknown, string]} origin @returns {TrustedKey[]} */
function readOrigin([value, path]) {
  const origin = tableAt(value, path, `${path}.`, ["name", "keys"]);
  const named = placed(`${path}.name`);
  if (!isOrigin(origin.name)) {
    const expected = "an origin, 1 to 128 of a-z 0-9 . - /";
    throw new InvalidInput(named, expected, shown(origin.name));
  }
  const keys = listAt(origin.keys, `${path}.keys`).map((each) => readTrusted(each, origin.name));
  if (keys.length) return keys;
  throw new InvalidInput(placed(`${path}.keys`), `a key of ${origin.name} at least`, "none");
}

/** @param {[unknown, string]} given @param {string} origin @returns {TrustedKey} */
function readTrusted([value, path], origin) {
  const table = tableAt(value, path, `${path}.`, ["key", "from", "until", "compromised"]);
  const key = keyAt(table.key, `${path}.key`, ED25519);
  if (key.name !== origin) {
    throw new InvalidInput(placed(`${path}.key`), `a key of ${origin}`, `one of ${key.name}`);
  }
  const [since, until, compromised] = ["from", "until", "compromised"].map((name) => {
    if (!(name in table) || isTime(table[name])) return table[name] ?? "";
    const expected =
      "a time with its offset, as text 2026-11-23T09:00:00.000000Z (27 characters)";
    const found = shown(table[name]);
    throw new InvalidInput(placed(`${path}.${name}`), expected, found);
  });
  if (since && until && until <= since) {
    throw new InvalidInput(placed(`${path}.until`), `a time behind from, ${since}`, until);
  }
  return { key, since, until, compromised };
}

/** Whether roots are named, each one certificate. @param {unknown} value */
function readRoots(value) {
  const roots = listAt(value, "timestamps");
  for (const [each, path] of roots) {
    const { name, root } = tableAt(each, path, `${path}.`, ["name", "root"]);
    textAt(name, `${path}.name`);
    const place = placed(`${path}.root`);
    const found = PEM.exec(textAt(root, `${path}.root`));
    if (!found) throw new InvalidInput(place, "one certificate, in PEM", "something else");
    const der = fromBase64(place, found[1].replace(/\s/g, ""));
    const size = der[0] === 0x30 && der[1] > 0x80 ? der[1] & 0x7f : 0;
    const length = parseInt(hex(der.subarray(2, 2 + size)) || "-1", 16);
    if (der.length !== 2 + size + length) {
      throw new InvalidInput(place, "one certificate, in PEM", "another structure");
    }
  }
  return roots.length > 0;
}

/**
 * The witnesses, if any are named: distinct keys, and no more of them wanted than there are.
 * @param {unknown} value
 * @param {TrustedKey[]} trusted
 * @returns {Witnesses}
 */
function readWitnesses(value, trusted) {
  if (value === undefined) return { keys: [], quorum: 0 };
  const table = tableAt(value, "witnesses", "witnesses.", ["keys", "quorum"]);
  const others = new Set(trusted.map(({ key }) => hex(key.publicKey)));
  const witnesses = listAt(table.keys, "witnesses.keys")
    .map(([each, path]) => keyAt(each, path, COSIGNATURE));
  for (const { publicKey, text } of witnesses) {
    if (others.has(hex(publicKey))) {
      const expected = "a key for each witness, which is no other witness's and no origin's";
      throw new InvalidInput(placed("witnesses.keys"), expected, `${text} again`);
    }
    others.add(hex(publicKey));
  }
  if (!witnesses.length) {
    throw new InvalidInput(placed("witnesses.keys"), "a witness at least", "none");
  }
  const { quorum } = table;
  if (Number.isInteger(quorum) && quorum >= 1 && quorum <= witnesses.length) {
    return { keys: witnesses, quorum };
  }
  const expected = `1 to ${witnesses.length}, the number of witnesses`;
  throw new InvalidInput(placed("witnesses.quorum"), expected, shown(quorum));
}

/** @param {unknown} name @param {string} place @returns {Check} */
function readCheck(name, place) {
  const others = CHECKS.filter((each) => each !== POLICY); // which is what the others come to
  const check = others.find(({ number, label }) => [label, number, `${number}`].includes(name));
  if (check) return check;
  const expected = `one of ${others.map(({ label }) => label).join(", ")}`;
  throw new InvalidInput(place, expected, shown(String(name).slice(0, 80)));
}

/**
 * A table with no other keys than these.
 * @param {unknown} value
 * @param {string} place
 * @param {string} before
 * @param {string[]} known
 * @returns {any}
 */
function tableAt(value, place, before, known) {
  if (!isObject(value)) throw new InvalidInput(placed(place), "a table", shown(value));
  for (const name of Object.keys(/** @type {object} */ (value))) {
    if (known.includes(name)) continue;
    const found = "another key";
    throw new InvalidInput(placed(before + name.slice(0, 80)), `one of ${known.join(", ")}`, found);
  }
  return value;
}

/** The values of a list, each with its place. @param {unknown} value @param {string} path */
function listAt(value, path) {
  if (value !== undefined && !Array.isArray(value)) {
    throw new InvalidInput(placed(path), "a list", shown(value));
  }
  return (value ?? []).map((each, index) =>
    /** @type {[unknown, string]} */ ([each, `${path}[${index}]`]));
}

/** @param {unknown} value @param {string} path @returns {string} */
function textAt(value, path) {
  if (typeof value === "string" && value) return value;
  throw new InvalidInput(placed(path), "a text", shown(value));
}

/** @param {unknown} value @param {string} path @param {number} kind */
function keyAt(value, path, kind) {
  try {
    return parseKey(textAt(value, path), kind);
  } catch (problem) {
    if (!(problem instanceof InvalidInput) || problem.place !== "verifier key") throw problem;
    throw new InvalidInput(placed(path), problem.expected, problem.found);
  }
}

/** @param {string} path */
function placed(path) {
  return path === "policy" ? path : `policy: ${path}`;
}
