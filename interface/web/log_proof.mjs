/**
 * Check 10: the bundle's last seal stands in the log of the archive that recorded it (format, 10).
 *
 * The proof is C2SP's tlog-proof, with a tlog-checkpoint in it; both are parsed strictly. Only a key
 * that the verifier has makes that the archive's log. Not here: whether it was ever rewritten.
 */

import { textOf } from "./json.mjs";
import { MAX_PROOF_BYTES, SEAL_PROOF } from "./layout.mjs";
import { LF } from "./lines.mjs";
import { base64Of, parseNote, validSignatures } from "./note.mjs";
import { objectionTo } from "./policy.mjs";
import { InvalidInput, Problem, shownAscii } from "./problems.mjs";
import { INCLUSION, NOT_SHOWN, PASSED } from "./report.mjs";
import { leafHash, verifyInclusion } from "./tree.mjs";

/** @typedef {import("./container.mjs").Bundle} Bundle */
/** @typedef {import("./note.mjs").Note} Note */
/** @typedef {import("./note.mjs").VerifierKey} VerifierKey */
/** @typedef {import("./policy.mjs").TrustedKey} TrustedKey */
/** @typedef {import("./report.mjs").Report} Report */
/** @typedef {{origin: string, size: number, root: Uint8Array, extensions: string[]}} Checkpoint */

/** @typedef {{index: number, hashes: Uint8Array[], extra: string, rest: Uint8Array}} LogProof */

/** @typedef {{proof: LogProof, note: Note, size: number, root: Uint8Array}} SealProof */

export const NO_PROOF = "the bundle carries no such proof";
const LOG_PROOF_TITLE = "c2sp.org/tlog-proof@v1";
const LOG_PROOF_PLACE = "tlog-proof";
const CHECKPOINT_PLACE = "checkpoint";
export const MAX_HASHES = 63;

/**
 * Check 10: the proof of the bundle's last event that came with it, by trusted keys.
 * @param {Bundle} bundle
 * @param {{origin: string, line: Uint8Array}} seal
 * @param {string} sealed when, by the archive's clock
 * @param {Report} report
 * @param {TrustedKey[]} keys those that are trusted
 * @param {VerifierKey | null} carried the one that came along
 * @returns {Promise<Note | null>} the checkpoint with who signed it, where there is one
 */
export async function checkInclusion(bundle, seal, sealed, report, keys, carried) {
  if (!bundle.has(SEAL_PROOF)) {
    report.settle(INCLUSION, NOT_SHOWN, NO_PROOF);
    return null;
  }
  const { origin } = seal;
  try {
    const { proof, note, size, root } = await readSealProof(bundle, origin);
    verifyInclusion(leafHash(seal.line), proof.index, size, proof.hashes, root);
    const trusted = keys.filter(({ key }) => key.name === origin);
    const known = trusted.map(({ key }) => key);
    checkHead(note, carried?.name === origin ? [...known, carried] : known, report);
    const valid = validSignatures(note, known);
    const objections = trusted.filter(({ key }) => valid.includes(key))
      .map((each) => objectionTo(each, sealed));
    const told = `event ${proof.index + 1} of ${size} in the log of ${origin}`;
    settleInclusion(report, told, objections);
    return note;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    report.failWith(INCLUSION, problem);
    return null;
  }
}

/**
 * Read the proof that came with a bundle, whose checkpoint must be of this origin.
 * @param {Bundle} bundle
 * @param {string} origin
 * @returns {Promise<SealProof>}
 */
export async function readSealProof(bundle, origin) {
  if (!bundle.has(SEAL_PROOF)) throw new InvalidInput(SEAL_PROOF, "a proof by the log", "none");
  const proof = parseLogProof(await bundle.whole(SEAL_PROOF, MAX_PROOF_BYTES));
  const note = parseNote(proof.rest);
  return { proof, note, ...checkpointOf(note, origin, proof.extra) };
}

/**
 * Say whether the head counts, by what there is to say against each trusted key that signed it.
 * @param {Report} report
 * @param {string} told
 * @param {string[]} objections
 */
function settleInclusion(report, told, objections) {
  if (objections.includes("")) {
    report.settle(INCLUSION, PASSED, `${told}, whose head a key that you trust has signed`);
    return;
  }
  const because = objections.length ? `, ${objections[0]}` : "";
  const why = `${told}, by a head that no key you trust has signed${because}`;
  report.settle(INCLUSION, NOT_SHOWN, why);
}

/**
 * Read a tlog-proof; the checkpoint is not looked into.
 * @param {Uint8Array} data
 * @returns {LogProof}
 */
function parseLogProof(data) {
  const blank = data.findIndex((byte, at) => byte === LF && data[at + 1] === LF);
  const head = data.subarray(0, Math.max(blank, 0));
  const isAscii = head.every((byte) => byte < 0x80);
  const [title, ...lines] = isAscii ? textOf(head, LOG_PROOF_PLACE).split("\n") : [""];
  if (title !== LOG_PROOF_TITLE) {
    const expected = `${LOG_PROOF_TITLE}, lines, a blank line`;
    throw new InvalidInput(LOG_PROOF_PLACE, expected, "another beginning");
  }
  const extra = lines[0]?.startsWith("extra ") ? /** @type {string} */ (lines.shift()).slice(6) : "";
  if (extra) base64Of(LOG_PROOF_PLACE, extra);
  const index = /^index (0|[1-9][0-9]{0,18})$/.exec(lines.shift() ?? "")?.[1];
  if (index === undefined) {
    const expected = "index and a number without leading zeros";
    throw new InvalidInput(LOG_PROOF_PLACE, expected, "no such line");
  }
  return { index: Number(index), hashes: hashesOf(lines), extra, rest: data.subarray(blank + 2) };
}

/** @param {string[]} lines */
function hashesOf(lines) {
  const hashes = lines.slice(0, MAX_HASHES + 1).map((line) => base64Of(LOG_PROOF_PLACE, line));
  if (hashes.length > MAX_HASHES || hashes.some((hash) => hash.length !== 32)) {
    const expected = `at most ${MAX_HASHES} hashes of 32 bytes`;
    const found = `${hashes.length}, or one of another length`;
    throw new InvalidInput(LOG_PROOF_PLACE, expected, found);
  }
  return hashes;
}

/**
 * What the checkpoint says, which must be of the seal's archive and have nothing more to say.
 * @param {Note} note
 * @param {string} expected the origin
 * @param {string} extra
 */
function checkpointOf(note, expected, extra) {
  const { origin, size, root, extensions } = parseCheckpoint(note.text);
  if (origin !== expected) {
    const found = shownAscii(origin.slice(0, 140));
    throw new InvalidInput(SEAL_PROOF, `a checkpoint of ${expected}`, found);
  }
  if (size > Number.MAX_SAFE_INTEGER) {
    const upTo = `a size up to ${Number.MAX_SAFE_INTEGER}`;
    throw new InvalidInput(SEAL_PROOF, upTo, "a larger one");
  }
  if (extra || extensions.length) {
    const neither = "neither extra data nor extension lines";
    throw new InvalidInput(SEAL_PROOF, neither, "some that nobody looks at");
  }
  return { size, root };
}

/** @param {string} text @returns {Checkpoint} */
function parseCheckpoint(text) {
  const lines = text.slice(0, -1).split("\n"); // a note's text ends in LF
  if (lines.length < 3) {
    const expected = "origin, size and root, a line each";
    throw new InvalidInput(CHECKPOINT_PLACE, expected, shownAscii(text.slice(0, 80)));
  }
  const [origin, size, encoded, ...extensions] = lines;
  if (!/^(0|[1-9][0-9]{0,18})$/.test(size)) {
    const expected = "a size in decimal without leading zeros";
    throw new InvalidInput(CHECKPOINT_PLACE, expected, shownAscii(size.slice(0, 40)));
  }
  const root = base64Of(CHECKPOINT_PLACE, encoded);
  const empty = [origin, ...extensions].find((line) => line === "");
  if (empty !== undefined) {
    throw new InvalidInput(CHECKPOINT_PLACE, "lines that are not empty", shownAscii(empty));
  }
  if (BigInt(size) >= 2n ** 63n) {
    throw new InvalidInput(CHECKPOINT_PLACE, `a size below ${2n ** 63n}`, size);
  }
  if (root.length !== 32) {
    throw new InvalidInput(CHECKPOINT_PLACE, "a root of 32 bytes", String(root.length));
  }
  return { origin, size: Number(size), root, extensions };
}

/**
 * A key that is known must have signed where the checkpoint says so.
 * @param {Note} note
 * @param {VerifierKey[]} keys
 * @param {Report} report
 */
function checkHead(note, keys, report) {
  const known = [...new Map(keys.map((key) => [key.text, key])).values()];
  const valid = validSignatures(note, known);
  for (const key of known) {
    const isStated = note.signatures.some(({ name, id }) => name === key.name && id === key.id);
    if (isStated && !valid.includes(key)) {
      report.fail(INCLUSION, SEAL_PROOF, `a signature by ${key.text}`, "none that is valid");
    }
  }
}
