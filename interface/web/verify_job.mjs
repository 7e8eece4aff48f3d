/**
 * One file's verification for a page, in whatever thread it runs: what goes in, and what comes back.
 *
 * What comes back can be sent between threads. Not here: any check (`verifier.mjs`), the worker
 * (`verify_worker.mjs`), and how it looks (`verify_report.mjs`).
 */

import { Problem } from "./problems.mjs";
import { verify } from "./verifier.mjs";

/** @typedef {import("./verifier.mjs").OnProgress} OnProgress */
/** @typedef {{file: File, policy: import("./policy.mjs").Policy}} Job */
/**
 * A report, or what was wrong with the file, or with us; `error` and `report` are those of
 * `verify_cli.mjs --json`, and `contents` is for people.
 * @typedef {{report: any, contents: Contents}
 *   | {error: {kind: string, place: string, expected: string, found: string}}
 *   | {bug: string}} Came
 */
/**
 * Numbers by kind, and names; all are absent where the walk over the events was not reached.
 * @typedef {object} Contents
 * @property {number | null} item its index, in a bundle of one item
 * @property {Record<string, number>} [counts]
 * @property {Record<string, Record<string, number>>} [leftOut] by what became of it, then by kind
 * @property {string} [dataset] the name; names are absent where the content is left out
 * @property {string} [provider]
 * @property {string} [model]
 */

/**
 * Verify the file; throws nothing but what `signal` was aborted with.
 * @param {Job} job
 * @param {OnProgress} onProgress called a thousand times at most
 * @param {AbortSignal} [signal]
 * @returns {Promise<Came>}
 */
export async function performJob({ file, policy }, onProgress, signal) {
  try {
    const report = await verify(file, policy, byPermille(onProgress), signal);
    return { report: report.toJSON(), contents: namesIn(report.contents) };
  } catch (problem) {
    signal?.throwIfAborted();
    if (!(problem instanceof Problem)) return { bug: String(/** @type {any} */ (problem)?.stack) };
    const { name: kind, place, expected, found } = problem;
    return { error: { kind, place, expected, found } };
  }
}

/** @param {OnProgress} onProgress @returns {OnProgress} */
function byPermille(onProgress) {
  let last = -1;
  return ({ done, total }) => {
    const reached = Math.min(1000, Math.floor((1000 * done) / total));
    if (reached === last) return;
    last = reached;
    onProgress({ done: Math.min(done, total), total });
  };
}

/** Configs may be large: only what a page shows of them. @param {any} contents @returns {Contents} */
function namesIn({ configs, item, manifest }) {
  const { counts, withheld, withheld_parts: parts, erased } = manifest;
  const { provider, model } = configs["run.registered"] ?? {};
  const leftOut = { withheld, "withheld by an event": parts, erased };
  return { item, counts, leftOut, dataset: configs["dataset.registered"]?.name, provider, model };
}
