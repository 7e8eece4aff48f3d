/**
 * Check 13: witnesses of the verifier have seen the log's head that has the seal (format, 10).
 *
 * Distinct keys of the policy are counted; the log's own never counts. Cosignatures are those of
 * C2SP's tlog-cosignature, `cosignature/v1`. Not here: whether the seal stands in that log.
 */

import { verifyEd25519 } from "./ed25519.mjs";
import { bytesOf } from "./json.mjs";
import { SEAL_PROOF } from "./layout.mjs";
import { NO_PROOF } from "./log_proof.mjs";
import { keyIdOf } from "./note.mjs";
import { hex } from "./problems.mjs";
import { INCLUSION, NOT_SHOWN, PASSED, WITNESS } from "./report.mjs";

/** @typedef {import("./note.mjs").Note} Note */
/** @typedef {import("./note.mjs").NoteSignature} NoteSignature */
/** @typedef {import("./note.mjs").VerifierKey} VerifierKey */
/** @typedef {import("./policy.mjs").Witnesses} Witnesses */
/** @typedef {import("./report.mjs").Report} Report */

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/**
 * After check 10.
 * @param {Note | null} note the checkpoint with who signed it, if there is one
 * @param {Report} report
 * @param {Witnesses} witnesses those that are trusted, and how many must have seen it
 */
export function checkWitnesses(note, report, { keys, quorum }) {
  if (report.failed(INCLUSION)) {
    report.settle(WITNESS, NOT_SHOWN, "what witnesses may have seen does not have the seal");
  } else if (note === null) {
    report.settle(WITNESS, NOT_SHOWN, NO_PROOF);
  } else if (!keys.length) {
    report.settle(WITNESS, NOT_SHOWN, "you trust no witness");
  } else {
    const counted = independent(keys, note);
    const seenBy = counted.filter((key) => hasCosigned(key, note));
    for (const key of counted) {
      if (seenBy.includes(key) || !linesBy(note, key.name, key.id).length) continue;
      report.fail(WITNESS, SEAL_PROOF, `a cosignature by ${key.text}`, "none that is valid");
    }
    const names = seenBy.map(({ name }) => name).join(", ") || "none of your witnesses";
    const told = `the log's head was seen by ${names}; you require ${quorum}`;
    report.settle(WITNESS, seenBy.length >= quorum ? PASSED : NOT_SHOWN, told);
  }
}

/** Those that are not the log by another name. @param {VerifierKey[]} keys @param {Note} note */
function independent(keys, note) {
  const origin = note.text.slice(0, note.text.indexOf("\n"));
  return keys.filter(({ publicKey }) =>
    !linesBy(note, origin, keyIdOf(origin, Uint8Array.of(1, ...publicKey))).length);
}

/** @param {Note} note @param {string} named @param {string} keyId @returns {NoteSignature[]} */
function linesBy({ signatures }, named, keyId) {
  return signatures.filter(({ name, id }) => name === named && id === keyId);
}

/**
 * Whether there is a line by this key, and all of its lines verify.
 * @param {VerifierKey} key
 * @param {Note} note
 */
function hasCosigned(key, note) {
  const mine = linesBy(note, key.name, key.id);
  return mine.length > 0 && mine.every(({ signature }) => isValid(signature, note.text, key));
}

/** @param {Uint8Array} signature @param {string} text @param {VerifierKey} key */
function isValid(signature, text, { publicKey }) {
  if (signature.length !== TIME_BYTES + SIGNATURE_BYTES || signature[0] & 0x80) return false;
  const time = BigInt(`0x${hex(signature.subarray(0, TIME_BYTES))}`);
  const message = bytesOf(`cosignature/v1\ntime ${time}\n${text}`);
  return verifyEd25519(publicKey, signature.subarray(TIME_BYTES), message);
}
