/**
 * The verifier of eval_752 evidence bundles in JavaScript: checks 1 to 10, 13, 14 and 18
 * of eighteen, and of 12 its form.
 *
 * A second implementation of the format (docs/format.md), for browsers and Node, that comes to the
 * same findings as the one in Python. It needs nothing: no package, no build, no `crypto.subtle`.
 * What it does not do is *not shown*, never *passed*. No member is held as a whole: memory goes by
 * the number of members, items and results. Not here: a page, and the command line
 * (`verify_cli.mjs`).
 */

import { checkAttestation } from "./attestation.mjs";
import { openBundle } from "./container.mjs";
import { isOrigin } from "./events.mjs";
import { bytesOf, encode, textOrElse } from "./json.mjs";
import {
  ASSETS_FOLDER, EVENTS_MEMBER, INCLUSION_MEMBER, ITEM_README_DIGEST, KEYS, MANIFEST_MEMBER,
  MAX_MANIFEST_BYTES, MAX_PROOF_BYTES, META, NOTE, PARTS_MEMBER, PROOF_FOLDER, README,
  README_DIGEST, RESULTS, RUN_CONFIG, SUMMARY, SUMS, closure, sectionMember,
} from "./layout.mjs";
import { ItemWalk } from "./item_walk.mjs";
import { NO_PROOF, checkInclusion } from "./log_proof.mjs";
import { readManifest } from "./manifest.mjs";
import { parseKey, parseNote, validSignatures } from "./note.mjs";
import { checkPolicy, objectionTo, readPolicy } from "./policy.mjs";
import { ContainerRejected, InvalidInput, UnreadableFile, hex, shown } from "./problems.mjs";
import {
  ASSETS, COMPLETENESS, CONSISTENCY, CONTAINER, DIGESTS, EVENTS, EVIDENCE,
  MANIFEST, MAX_FINDINGS, NOT_SHOWN, PARTS, PASSED, REPLAY, RESCORING, Report, SIGNATURE,
  STREAM, TREE,
} from "./report.mjs";
import { Sha256 } from "./sha2.mjs";
import { checkTime } from "./time.mjs";
import { checkWitnesses } from "./witnesses.mjs";
import { OPEN } from "./streams.mjs";
import { PART_WITHHELD, Walk } from "./walk.mjs";

export { parseKey, Report, UnreadableFile, InvalidInput };

/** @typedef {import("./container.mjs").Bundle} Bundle */
/** @typedef {import("./source.mjs").Source} Source */
/** @typedef {import("./manifest.mjs").Manifest} Manifest */
/** @typedef {import("./note.mjs").VerifierKey} VerifierKey */
/** @typedef {import("./note.mjs").Note} Note */
/** @typedef {import("./policy.mjs").Policy} Policy */
/** @typedef {import("./policy.mjs").Demands} Demands */
/** @typedef {import("./policy.mjs").TrustedKey} TrustedKey */

/** @typedef {(progress: {done: number, total: number}) => void} OnProgress bytes hashed and read */

const BEFORE_REPLAY = [MANIFEST, EVENTS, STREAM, TREE, PARTS];
const LEFT_TO_OTHERS = [REPLAY, RESCORING, EVIDENCE];
const ALWAYS_THERE = [README, EVENTS_MEMBER, PARTS_MEMBER, MANIFEST_MEMBER, SUMS];
/** @type {Record<string, string[]>} */
const MEMBERS_OF_KIND = {
  dataset: [META],
  run: [META, RUN_CONFIG, RESULTS, SUMMARY],
  item: [INCLUSION_MEMBER],
};

/**
 * Verify one bundle.
 *
 * Throws `UnreadableFile` when it is no bundle at all or cannot be read, `InvalidInput` for a
 * policy that is none, and what `signal` was aborted with.
 * @param {Source | Blob | Uint8Array} given
 * @param {Policy} [policy]
 * @param {OnProgress} [onProgress]
 * @param {AbortSignal} [signal]
 * @returns {Promise<Report>}
 */
export async function verify(given, policy = {}, onProgress = () => {}, signal = undefined) {
  const demands = readPolicy(policy);
  const report = new Report();
  const place = /** @type {any} */ (given).name ?? "file";
  const source = guarded(sourceOf(given), place, signal);
  await failingContainer(report, async () => {
    const bundle = followed(await openBundle(source, place), onProgress);
    await failingContainer(report, () => checkAll(bundle, report, demands));
    report.settle(CONSISTENCY, NOT_SHOWN, NO_PROOF);
    checkPolicy(report, demands);
  });
  return report;
}

/**
 * Do something, and make a rejected container a finding.
 * @param {Report} report
 * @param {() => Promise<void>} action
 */
async function failingContainer(report, action) {
  try {
    await action();
  } catch (problem) {
    if (!(problem instanceof ContainerRejected)) throw problem;
    report.failWith(CONTAINER, problem);
  }
}

/**
 * Bytes at any place of a Blob, of an array, or of what offers `size` and `read`.
 * @param {any} given
 * @returns {Source}
 */
function sourceOf(given) {
  if (given instanceof Uint8Array) {
    const read = async (/** @type {number} */ offset, /** @type {number} */ length) =>
      given.subarray(offset, offset + length);
    return { size: given.length, read };
  }
  if (typeof given.arrayBuffer !== "function") return given;
  const read = async (/** @type {number} */ offset, /** @type {number} */ length) =>
    new Uint8Array(await given.slice(offset, offset + length).arrayBuffer());
  return { size: given.size, read };
}

/**
 * A source whose failures are told in our own errors, and that stops when it is told to.
 * @param {Source} source
 * @param {string} place
 * @param {AbortSignal | undefined} signal
 * @returns {Source}
 */
function guarded(source, place, signal) {
  const read = async (/** @type {number} */ offset, /** @type {number} */ length) => {
    signal?.throwIfAborted();
    try {
      return await source.read(offset, length);
    } catch (problem) {
      throw new UnreadableFile(place, "a readable file", /** @type {Error} */ (problem).message);
    }
  };
  return { size: source.size, read };
}

/**
 * Tell how far the reading of a bundle has come.
 * @param {Bundle} bundle
 * @param {OnProgress} onProgress
 */
function followed(bundle, onProgress) {
  const readAgain = [EVENTS_MEMBER, EVENTS_MEMBER, PARTS_MEMBER].filter((name) => bundle.has(name));
  const total = [...bundle.names, ...readAgain].reduce((sum, name) => sum + bundle.size(name), 0);
  let done = 0;
  bundle.onChunk = (bytes) => {
    done += bytes;
    onProgress({ done, total });
  };
  return bundle;
}

/**
 * Every check, each after those that it depends on.
 * @param {Bundle} bundle
 * @param {Report} report
 * @param {Demands} demands
 */
async function checkAll(bundle, report, demands) {
  checkPresent(bundle);
  report.settle(CONTAINER, PASSED, `${bundle.names.length} members`);
  const digests = await checkDigests(bundle, report, demands.digest);
  const manifest = await readManifestOf(bundle, report);
  if (manifest === null) return;
  const ofItem = manifest.kind === "item" ? new ItemWalk(bundle, manifest, report) : null;
  const walk = ofItem ?? new Walk(bundle, manifest, report);
  await walk.run();
  checkAssets(walk.assets, digests, report);
  const carried = await checkSignature(bundle, manifest, walk, report, demands.keys);
  const sealed = lastSeal(walk);
  const note = await checkInclusion(bundle, walk.last, sealed, report, demands.keys, carried);
  await checkTime(bundle, report);
  checkWitnesses(note, report, demands.witnesses);
  if (ofItem) checkItemManifest(manifest, ofItem, digests, report);
  else checkManifest(manifest, walk, digests, report);
  report.about = aboutOf(manifest, walk);
  const item = ofItem?.item.row?.facts.item ?? null;
  report.contents = { configs: walk.configs, item, manifest };
  const hasFailed = report.failed(...BEFORE_REPLAY);
  const why = hasFailed
    ? "what it follows from has failed"
    : "this verifier does not do it; eval752 verify does";
  for (const check of LEFT_TO_OTHERS) report.settle(check, NOT_SHOWN, why);
  if (hasFailed) report.settle(COMPLETENESS, NOT_SHOWN, why);
  else if (ofItem) report.settle(COMPLETENESS, NOT_SHOWN, "one item is not the whole run");
  else checkCompleteness(walk, report);
}

/** The members without which nothing can be checked. @param {Bundle} bundle */
function checkPresent(bundle) {
  const oneOf = bundle.has(INCLUSION_MEMBER) ? INCLUSION_MEMBER : META;
  const missing = [...ALWAYS_THERE, oneOf].filter((name) => !bundle.has(name));
  if (missing.length) throw new ContainerRejected("members", missing.join(", "), "no such member");
}

/** @param {Bundle} bundle @param {Report} report @returns {Promise<Manifest | null>} */
async function readManifestOf(bundle, report) {
  try {
    return readManifest(await bundle.whole(MANIFEST_MEMBER, MAX_MANIFEST_BYTES));
  } catch (problem) {
    if (!(problem instanceof InvalidInput)) throw problem;
    report.failWith(MANIFEST, problem);
    return null;
  }
}

/**
 * Check 2: every member has the digest that `SHA256SUMS` states (format, section 7).
 * @param {Bundle} bundle
 * @param {Report} report
 * @param {string} expectedDigest
 * @returns {Promise<Map<string, string>>} the digest of each member, by name
 */
async function checkDigests(bundle, report, expectedDigest) {
  report.digest = await digestOf(bundle, SUMS);
  const sums = new Sha256();
  let length = 0;
  const digests = new Map();
  for (const name of bundle.names) {
    if (name === SUMS || name.startsWith(PROOF_FOLDER)) continue;
    digests.set(name, await digestOf(bundle, name));
    const line = bytesOf(`${digests.get(name)}  ${name}\n`);
    sums.update(line);
    length += line.length;
  }
  if (report.digest !== hex(sums.digest())) await compareSums(bundle, report, digests, 2 * length);
  if (expectedDigest && expectedDigest !== report.digest) {
    report.fail(DIGESTS, "bundle digest", expectedDigest, report.digest);
  }
  const told = expectedDigest ? ", the bundle digest is the one expected" : "";
  report.settle(DIGESTS, PASSED, `${digests.size} members${told}`);
  return digests;
}

/** @param {Bundle} bundle @param {string} name */
async function digestOf(bundle, name) {
  const hash = new Sha256();
  for await (const chunk of bundle.chunks(name)) hash.update(chunk);
  return hex(hash.digest());
}

/**
 * Say for which members the lines differ; where for none, it is their order or form.
 * @param {Bundle} bundle
 * @param {Report} report
 * @param {Map<string, string>} digests
 * @param {number} limit
 */
async function compareSums(bundle, report, digests, limit) {
  const listed = await listedSums(bundle, report, limit);
  if (listed === null) return;
  for (const [name, digest] of digests) {
    const stated = listed.get(name);
    if (stated !== digest) report.fail(DIGESTS, name, stated ?? "a line in SHA256SUMS", digest);
  }
  for (const name of [...listed.keys()].filter((each) => !digests.has(each)).sort()) {
    report.fail(DIGESTS, name, "a member that is in the bundle", "none");
  }
  if (!report.failed(DIGESTS)) {
    report.fail(DIGESTS, SUMS, "a line for each member, in order", "other bytes");
  }
}

/**
 * @param {Bundle} bundle
 * @param {Report} report
 * @param {number} limit
 * @returns {Promise<Map<string, string> | null>}
 */
async function listedSums(bundle, report, limit) {
  try {
    const stated = await bundle.whole(SUMS, limit);
    const text = textOrElse(stated, (byte) => `\\x${byte.toString(16)}`);
    return new Map(text.replace(/\n$/, "").split("\n").map((line) => {
      const at = line.indexOf("  ");
      return at < 0 ? ["", line] : [line.slice(at + 2), line.slice(0, at)];
    }));
  } catch (problem) {
    if (!(problem instanceof InvalidInput)) throw problem;
    report.failWith(DIGESTS, problem);
    return null;
  }
}

/**
 * Check 8: exactly the assets that disclosed parts list, each with the digest in its name.
 * @param {Set<string>} listed
 * @param {Map<string, string>} digests
 * @param {Report} report
 */
function checkAssets(listed, digests, report) {
  const present = [...digests.keys()].filter((name) => name.startsWith(ASSETS_FOLDER));
  const expected = new Set([...listed].map((asset) => ASSETS_FOLDER + asset));
  for (const name of [...expected].filter((each) => !digests.has(each)).sort()) {
    report.fail(ASSETS, name, "the asset that a part refers to", "none");
  }
  for (const name of present.filter((each) => !expected.has(each))) {
    const wanted = "an asset that a disclosed part refers to";
    report.fail(ASSETS, name, wanted, "one that none does");
  }
  for (const name of present.filter((each) => expected.has(each))) {
    const stated = name.slice(ASSETS_FOLDER.length).split(".")[0];
    const digest = /** @type {string} */ (digests.get(name));
    if (digest !== stated) report.fail(ASSETS, name, stated, digest);
  }
  report.settle(ASSETS, PASSED, `${present.length} assets`);
}

/**
 * Check 9: who signed the bundle digest, and what they attest (format, section 10). A key that travels with a bundle
 * proves nothing about whose it is; only one that the verifier already has makes this check pass.
 * @param {Bundle} bundle
 * @param {Manifest} manifest
 * @param {Walk} walk
 * @param {Report} report
 * @param {TrustedKey[]} keys
 * @returns {Promise<VerifierKey | null>} the key that came along, if it is one
 */
async function checkSignature(bundle, manifest, walk, report, keys) {
  /** @type {VerifierKey | null} */
  let carried = null;
  try {
    carried = await carriedKey(bundle);
    const note = bundle.has(NOTE) ? parseNote(await bundle.whole(NOTE, MAX_PROOF_BYTES)) : null;
    const signer = note ? signerOf(note, carried, manifest, report.digest) : "";
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
    throw new InvalidInput(NOTE, shown(expected), shown(text));
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
function lastSeal({ history }) {
  return [...history.heads.values()].reduce((last, { at }) => (at > last ? at : last), "");
}

/**
 * Check 3: the manifest says what the walk has found, and the members are of its kind.
 * @param {Manifest} manifest
 * @param {Walk} walk
 * @param {Map<string, string>} digests
 * @param {Report} report
 */
function checkManifest(manifest, walk, digests, report) {
  compareManifest(manifest, manifestOf(walk, digests), digests, report);
  checkReadme(README_DIGEST, digests, report);
  report.settle(MANIFEST, PASSED, `a ${manifest.kind} bundle`);
}

/**
 * Check 3 of a bundle of one item.
 * @param {Manifest} manifest
 * @param {ItemWalk} walk
 * @param {Map<string, string>} digests
 * @param {Report} report
 */
function checkItemManifest(manifest, { item, parts, withheld }, digests, report) {
  const streams = item.streams();
  const computed = {
    kind: "item",
    counts: {
      assets: assetsIn(digests),
      events: item.events,
      items: 1,
      parts: parts.count,
      results: item.run?.results.count ?? 0,
    },
    sections: [],
    withheld: Object.fromEntries(withheld),
    withheld_parts: {},
    erased: {},
    ...(streams.length ? { streams } : {}),
  };
  compareManifest(manifest, computed, digests, report);
  checkReadme(ITEM_README_DIGEST, digests, report);
  const told = "a bundle of one item: what else there is in the run is not shown";
  report.settle(MANIFEST, PASSED, told);
}

/**
 * Compare what the manifest says, member by member, and the members of the bundle.
 * @param {Manifest} manifest
 * @param {any} computed
 * @param {Map<string, string>} digests
 * @param {Report} report
 */
function compareManifest(manifest, computed, digests, report) {
  for (const [name, expected] of Object.entries(computed)) {
    const [ours, theirs] = [expected, manifest[/** @type {keyof Manifest} */ (name)] ?? {}]
      .map((value) => encode(/** @type {any} */ (value)));
    if (ours !== theirs) report.fail(MANIFEST, `${MANIFEST_MEMBER}, ${name}`, ours, theirs);
  }
  const expected = membersOf(computed);
  const differing = [...new Set([...digests.keys(), ...expected])]
    .filter((name) => expected.has(name) !== digests.has(name) && !name.startsWith(ASSETS_FOLDER));
  for (const name of differing.sort()) {
    const found = expected.has(name) ? "none" : "one that does not belong there";
    report.fail(MANIFEST, name, `the members of a ${computed.kind} bundle`, found);
  }
}

/** @param {string} digest @param {Map<string, string>} digests @param {Report} report */
function checkReadme(digest, digests, report) {
  if (digests.get(README) === digest) return;
  report.fail(MANIFEST, README, "the text of the format", "another text");
}

/** @param {Map<string, string>} digests */
function assetsIn(digests) {
  return [...digests.keys()].filter((name) => name.startsWith(ASSETS_FOLDER)).length;
}

/**
 * What the manifest should say; its streams were compared as the walk ended.
 * @param {Walk} walk
 * @param {Map<string, string>} digests
 */
function manifestOf({ history, parts, undisclosed, withholdsParts }, digests) {
  const { withheld, erased, [PART_WITHHELD]: withheldParts } = undisclosed;
  return {
    kind: history.run ? "run" : "dataset",
    counts: {
      assets: assetsIn(digests),
      events: history.events,
      items: history.dataset.items,
      parts: parts.count,
      results: history.run?.results.count ?? 0,
    },
    sections: history.dataset.sections.map((items, n) => ({ items, member: sectionMember(n) })),
    withheld: Object.fromEntries(
      closure([...withheld.keys()], withholdsParts).map((kind) => [kind, withheld.get(kind) ?? 0]),
    ),
    withheld_parts: Object.fromEntries(withheldParts),
    erased: Object.fromEntries(erased),
  };
}

/** @param {Manifest} manifest */
function membersOf({ kind, sections }) {
  const always = ALWAYS_THERE.filter((name) => name !== SUMS);
  return new Set([...always, ...MEMBERS_OF_KIND[kind], ...sections.map(({ member }) => member)]);
}

/** @param {Manifest} manifest @param {Walk} walk */
function aboutOf(manifest, walk) {
  const { history } = walk;
  const heads = [...history.heads.values()];
  return {
    kind: manifest.kind,
    origin: manifest.streams.at(-1)?.origin ?? "",
    streams: heads.map(({ stream }) => stream),
    status: manifest.kind === "item" ? null : history.run?.status ?? null,
    sealed: lastSeal(walk),
    withheld: Object.keys(manifest.withheld).sort(),
    ...(manifest.withheld_parts ? { withheld_parts: manifest.withheld_parts } : {}),
  };
}

/**
 * Check 14: every planned result is answered or has failed explicitly.
 * @param {Walk} walk
 * @param {Report} report
 */
function checkCompleteness({ history: { run } }, report) {
  if (run === null || !run.plan.epochs) {
    const why = run === null ? "a dataset alone has no results" : "no plan was declared";
    report.settle(COMPLETENESS, NOT_SHOWN, why);
    return;
  }
  const { plan, results } = run;
  const [expected, found] = ["an answer or an explicit error", `neither; the run is ${run.status}`];
  for (const [item, epoch] of plan.places()) {
    if (results.get(epoch, item).outcome !== OPEN) continue;
    report.fail(COMPLETENESS, `item ${item}, epoch ${epoch}`, expected, found);
    if (report.line(COMPLETENESS).found === MAX_FINDINGS) break;
  }
  if (report.failed(COMPLETENESS)) {
    const ended = results.countEnded((item, epoch) => plan.includes(item, epoch));
    report.count(COMPLETENESS, plan.results - ended);
  }
  const { items } = run.registered;
  const unplanned = items - plan.results / plan.epochs;
  const rest = unplanned ? `; ${unplanned} of ${items} items were not planned` : "";
  report.settle(COMPLETENESS, PASSED, `all ${plan.results} planned results${rest}`);
}
