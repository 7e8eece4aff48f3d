/**
 * Check 9: who signed the bundle digest, and whether that is a key that the verifier has.
 *
 * Not here: what they attest (`attestation.mjs`), and the form of a note (`note.mjs`).
 */

import { checkAttestation } from "./attestation.mjs";
import { KEYS, MAX_PROOF_BYTES, NOTE } from "./layout.mjs";
import { parseKey, parseNote, validSignatures } from "./note.mjs";
import { objectionTo } from "./policy.mjs";
import { InvalidInput, shown, shownAscii } from "./problems.mjs";
import { NOT_SHOWN, PASSED, SIGNATURE } from "./report.mjs";
import { isOrigin } from "./syntax.mjs";

/** @typedef {import("./container.mjs").Bundle} Bundle */
/** @typedef {import("./manifest.mjs").Manifest} Manifest */
/** @typedef {import("./note.mjs").VerifierKey} VerifierKey */
/** @typedef {import("./note.mjs").Note} Note */
/** @typedef {import("./policy.mjs").TrustedKey} TrustedKey */
/** @typedef {import("./report.mjs").Report} Report */
/** @typedef {import("./walk.mjs").Walk} Walk */

/**
 * Check 9: who signed the bundle digest, and what they attest (format, section 10). A key that
 * travels with a bundle proves nothing about whose it is; only one that the verifier already has
 * makes this check pass.
 * @param {Bundle} bundle
 * @param {Manifest} manifest
 * @param {Walk} walk
 * @param {Report} report
 * @param {TrustedKey[]} keys
 * @returns {Promise<VerifierKey | null>} the key that came along, if it is one
 */
export async function checkSignature(bundle, manifest, walk, report, keys) {
  /** @type {VerifierKey | null} */
  let carried = null;
  try {
    carried = await carriedKey(bundle);
    const note = bundle.has(NOTE) ? parseNote(await bundle.whole(NOTE, MAX_PROOF_BYTES)) : null;
    const signer = note ? signerOf(note, carried, manifest, report.sums) : "";
    const trusted = keys.filter(({ key }) => key.name === signer);
    const known = [...trusted.map(({ key }) => key), ...(carried ? [carried] : [])];
    const ofNote = note ? checkKeys(note, carried, known, report) : [];
    const objections = trusted.filter(({ key }) => ofNote.includes(key.text)).map((each) =>
      /** @type {[TrustedKey, string]} */ ([each, objectionTo(each, lastSeal(walk))]));
    const isStranger = keys.length > 0 && !trusted.length;
    const unknown = note ? whyUnknown(signer, carried, isStranger) : "the bundle is not signed";
    settleSignature(report, signer, objections, unknown);
    await checkAttestation(bundle, walk, report, { known, ofNote });
  } catch (problem) {
    if (!(problem instanceof InvalidInput)) throw problem;
    report.failWith(SIGNATURE, problem);
  }
  return carried;
}

/** @param {Bundle} bundle @returns {Promise<VerifierKey | null>} */
async function carriedKey(bundle) {
  if (!bundle.has(KEYS)) return null;
  const data = await bundle.whole(KEYS, MAX_PROOF_BYTES);
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(data);
  if (text.indexOf("\n") === text.length - 1 && text) return parseKey(text.slice(0, -1));
  throw new InvalidInput(KEYS, "one line", shown(text.slice(0, 80)));
}

/**
 * The signer whom the text names, and under whose name alone a signature counts.
 * @param {Note} note
 * @param {VerifierKey | null} carried
 * @param {Manifest} manifest
 * @param {string} digest
 */
function signerOf({ text }, carried, { streams }, digest) {
  const signer = text.split("\n")[1] ?? "";
  const ends = streams.map(({ stream, size, root }) => `${stream} ${size} ${root}`);
  const expected = ["eval752 bundle", signer, digest, ...ends, ""].join("\n");
  if (text !== expected || !isOrigin(signer)) {
    throw new InvalidInput(NOTE, shownAscii(expected), shownAscii(text));
  }
  if (carried && carried.name !== signer) {
    throw new InvalidInput(KEYS, `a key of ${signer}`, carried.text);
  }
  return signer;
}

/**
 * Who signed. The carried key must have; a trusted one where the note says so.
 * @param {Note} note
 * @param {VerifierKey | null} carried
 * @param {VerifierKey[]} known
 * @param {Report} report
 * @returns {string[]} the keys, as they are written
 */
function checkKeys(note, carried, known, report) {
  const distinct = new Map(known.map((key) => [key.text, key]));
  const valid = validSignatures(note, [...distinct.values()]).map(({ text }) => text);
  for (const { text, name, id } of distinct.values()) {
    const isStated = note.signatures.some((line) => line.name === name && line.id === id);
    if (!valid.includes(text) && (text === carried?.text || isStated)) {
      report.fail(SIGNATURE, NOTE, `a signature by ${text}`, "none that is valid");
    }
  }
  return valid;
}

/**
 * Say whose signature counts, or else why none does.
 * @param {Report} report
 * @param {string} signer
 * @param {[TrustedKey, string][]} objections
 * @param {string} unknown why, where no trusted key has signed
 */
function settleSignature(report, signer, objections, unknown) {
  if (objections.some(([, why]) => !why)) {
    report.settle(SIGNATURE, PASSED, `signed by ${signer}, a key that you trust`);
  } else if (objections.length) {
    const [[{ key }, objection]] = objections;
    const why = `signed by ${signer}, with the key ${key.id}: ${objection}`;
    report.settle(SIGNATURE, NOT_SHOWN, why);
  } else {
    report.settle(SIGNATURE, NOT_SHOWN, unknown);
  }
}

/** @param {string} signer @param {VerifierKey | null} carried @param {boolean} isStranger */
function whyUnknown(signer, carried, isStranger) {
  if (isStranger) return `signed in the name of ${signer}, an origin that you do not trust`;
  const told = carried ? `signed by a key of ${signer}` : "signed, and no key to check it";
  return `${told}, not shown to be anyone's: compare ${KEYS} with a key that you trust`;
}

/** The time of the last seal by its archive's clock, or "". @param {Walk} walk */
export function lastSeal({ history }) {
  return [...history.heads.values()].reduce((last, { at }) => (at > last ? at : last), "");
}
