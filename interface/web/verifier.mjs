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

import { openBundle } from "./container.mjs";
import { checkDigests } from "./digests.mjs";
import { checkAssets, checkItemManifest, checkManifest, checkPresent } from "./inventory.mjs";
import { ItemWalk } from "./item_walk.mjs";
import { EVENTS_MEMBER, MANIFEST_MEMBER, MAX_MANIFEST_BYTES, PARTS_MEMBER } from "./layout.mjs";
import { NO_PROOF, checkInclusion } from "./log_proof.mjs";
import { readManifest } from "./manifest.mjs";
import { parseKey } from "./note.mjs";
import { checkPolicy, readPolicy } from "./policy.mjs";
import { ContainerRejected, InvalidInput, UnreadableFile } from "./problems.mjs";
import {
  COMPLETENESS, CONSISTENCY, CONTAINER, EVENTS, EVIDENCE, MANIFEST, MAX_FINDINGS, NOT_SHOWN, PARTS,
  PASSED, REPLAY, RESCORING, Report, STREAM, TREE,
} from "./report.mjs";
import { OPEN } from "./results.mjs";
import { checkSignature, lastSeal } from "./signature.mjs";
import { checkTime } from "./time.mjs";
import { Walk } from "./walk.mjs";
import { checkWitnesses } from "./witnesses.mjs";

export { parseKey, Report, UnreadableFile, InvalidInput };

/** @typedef {import("./container.mjs").Bundle} Bundle */
/** @typedef {import("./source.mjs").Source} Source */
/** @typedef {import("./manifest.mjs").Manifest} Manifest */
/** @typedef {import("./policy.mjs").Policy} Policy */
/** @typedef {import("./policy.mjs").Demands} Demands */

/** @typedef {(progress: {done: number, total: number}) => void} OnProgress bytes hashed and read */

const BEFORE_REPLAY = [MANIFEST, EVENTS, STREAM, TREE, PARTS];
const LEFT_TO_OTHERS = [REPLAY, RESCORING, EVIDENCE];

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

/** Its number among the runs of its dataset and model in its archive. @param {Walk} walk */
function trialOf({ history: { run } }) {
  const { trial, same_config } = run?.registered ?? {};
  return trial ? { number: trial, same_config_before: same_config } : null;
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
    trial: trialOf(walk),
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
