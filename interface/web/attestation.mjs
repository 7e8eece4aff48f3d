/**
 * What an archive attests of a run: an in-toto statement in a DSSE envelope (format, section 10).
 *
 * The statement follows from the events and the bundle digest: it is made anew and compared, and
 * nothing that was signed is ever parsed. Not here: whose key it is (`signature.mjs`).
 */

import { verifyEd25519 } from "./ed25519.mjs";
import { bytesOf, decodeCanonical, encode } from "./json.mjs";
import { ATTESTATION, MAX_PROOF_BYTES, NOTE, SUMS } from "./layout.mjs";
import { LF } from "./lines.mjs";
import { fromBase64, toBase64 } from "./note.mjs";
import { InvalidInput, shown } from "./problems.mjs";
import { EVENTS, SIGNATURE, STREAM, TREE } from "./report.mjs";
import { ANSWERED, ENDED_WITH_ERROR } from "./results.mjs";
import { areSame, isObject } from "./syntax.mjs";

/** @typedef {import("./container.mjs").Bundle} Bundle */
/** @typedef {import("./note.mjs").VerifierKey} VerifierKey */
/** @typedef {import("./report.mjs").Report} Report */
/** @typedef {import("./walk.mjs").Walk} Walk */
/** @typedef {{payload: Uint8Array, keyid: string, signature: Uint8Array}} Envelope */

/** The keys that are at hand, and those of them that signed the note.
 * @typedef {{known: VerifierKey[], ofNote: string[]}} Signers */

const PAYLOAD_TYPE = "application/vnd.in-toto+json";
const TREE_DIGEST = "rfc9162Sha256";

/**
 * Of check 9: an attestation need not be there; one that is must be signed by whoever signed the
 * note, and say what follows from the events.
 * @param {Bundle} bundle
 * @param {Walk} walk
 * @param {Report} report
 * @param {Signers} signers
 */
export async function checkAttestation(bundle, walk, report, signers) {
  if (!bundle.has(ATTESTATION)) return;
  const envelope = readEnvelope(await bundle.whole(ATTESTATION, MAX_PROOF_BYTES));
  checkSigner(envelope, report, signers);
  if (report.failed(EVENTS, STREAM, TREE)) return;
  const place = `${ATTESTATION}, payload`;
  const expected = statementOn(report.sums, walk);
  if (expected === null) {
    report.fail(SIGNATURE, place, "none, as there is no whole run", "one");
  } else if (!areSame([...bytesOf(expected)], [...envelope.payload])) {
    report.fail(SIGNATURE, place, expected, new TextDecoder("utf-8", { ignoreBOM: true })
      .decode(envelope.payload));
  }
}

/** Read an envelope strictly; what is signed stays bytes. @param {Uint8Array} data */
function readEnvelope(data) {
  const isEnded = data[data.length - 1] === LF;
  const document = /** @type {any} */ (
    decodeCanonical(isEnded ? data.subarray(0, -1) : data, ATTESTATION));
  const found = isObject(document) ? document.payloadType : null;
  if (found !== PAYLOAD_TYPE) {
    const place = `${ATTESTATION}, payloadType`;
    throw new InvalidInput(place, shown(PAYLOAD_TYPE), shown(found));
  }
  const envelope = isEnded ? envelopeOf(document) : null;
  if (envelope) return envelope;
  const expected = "exactly the envelope of format section 10";
  throw new InvalidInput(ATTESTATION, expected, "another document");
}

/** @param {any} document @returns {Envelope | null} */
function envelopeOf({ payload, payloadType, signatures, ...more }) {
  const [signed, ...others] = Array.isArray(signatures) ? signatures : [];
  if (Object.keys(more).length || others.length || !isObject(signed)) return null;
  const { keyid, sig } = signed;
  const texts = [payload, keyid, sig];
  if (Object.keys(signed).length !== 2 || !texts.every((text) => typeof text === "string")) {
    return null;
  }
  try {
    const [said, signature] = [payload, sig].map((text) => fromBase64(ATTESTATION, text));
    const isOnly = toBase64(said) === payload && toBase64(signature) === sig;
    return isOnly ? { payload: said, keyid, signature } : null;
  } catch (problem) {
    if (problem instanceof InvalidInput) return null;
    throw problem;
  }
}

/**
 * The hint picks a key among those at hand; only the signature tells that it is that one.
 * @param {Envelope} envelope
 * @param {Report} report
 * @param {Signers} signers
 */
function checkSigner({ payload, keyid, signature }, report, { known, ofNote }) {
  const before = bytesOf(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `);
  const message = new Uint8Array([...before, ...payload]);
  const named = known.filter(({ name, id }) => `${name}+${id}` === keyid);
  for (const { text, publicKey } of new Map(named.map((key) => [key.text, key])).values()) {
    if (!verifyEd25519(publicKey, signature, message)) {
      report.fail(SIGNATURE, ATTESTATION, `a signature by ${text}`, "none that is valid");
    }
  }
  if (ofNote.length && !named.length) {
    const expected = `a signature by a key that signed ${NOTE}`;
    report.fail(SIGNATURE, ATTESTATION, expected, `one by ${shown(keyid)}`);
  }
}

/**
 * The statement on a bundle of this digest; null where there is no run to speak of.
 * @param {string} digest
 * @param {Walk} walk
 */
function statementOn(digest, { history, manifest }) {
  const { run } = history;
  const head = [...history.heads.values()].at(-1);
  if (manifest.kind === "item" || run === null || !head) return null;
  const { items_root, dataset } = run.registered;
  const { annotations, result } = outcomeOf(run);
  const root = head.tree.root();
  return encode({
    _type: "https://in-toto.io/Statement/v1",
    predicate: {
      configuration: [
        { digest: { [TREE_DIGEST]: items_root }, name: `dataset/${dataset}` },
        { digest: { sha256: run.config }, name: "config" },
      ],
      result,
    },
    predicateType: "https://in-toto.io/attestation/test-result/v0.1",
    subject: [
      { digest: { sha256: digest }, name: SUMS },
      { annotations, digest: { [TREE_DIGEST]: root }, name: head.stream },
    ],
  });
}

/** The counts, and what they come to. @param {import("./run.mjs").Run} run */
function outcomeOf({ plan, results, status }) {
  const answered = results.countOf(ANSWERED, () => true);
  const failed = results.countOf(ENDED_WITH_ERROR, () => true);
  const planned = plan.epochs ? { planned: plan.results } : {};
  const annotations = { answered, failed, ...planned };
  if (status !== "completed") return { annotations, result: "FAILED" };
  const asPlanned = results.countOf(ANSWERED, (item, epoch) => plan.includes(item, epoch));
  const isWhole = plan.epochs && asPlanned === plan.results && !failed;
  return { annotations, result: isWhole ? "PASSED" : "WARNED" };
}
