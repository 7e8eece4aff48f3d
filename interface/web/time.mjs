/**
 * Check 12: timestamps over the log's head (format, 10), as far as it is done here: they stand in
 * their place, over a checkpoint that is there.
 *
 * Not here: RFC 3161 itself, with its certificates; what a timestamp says is *not shown*.
 */

import { MAX_PROOF_BYTES, SEAL_PROOF, TIMESTAMPS } from "./layout.mjs";
import { NO_PROOF } from "./log_proof.mjs";
import { InvalidInput, Problem } from "./problems.mjs";
import { INCLUSION, NOT_SHOWN, TIME } from "./report.mjs";

/** @typedef {import("./container.mjs").Bundle} Bundle */
/** @typedef {import("./report.mjs").Report} Report */

const UNCHECKED = "which take eval752 verify and the package rfc3161-client to check";

/** After check 10. @param {Bundle} bundle @param {Report} report */
export async function checkTime(bundle, report) {
  const names = TIMESTAMPS.filter((name) => bundle.has(name));
  if (!names.length) {
    report.settle(TIME, NOT_SHOWN, NO_PROOF);
    return;
  }
  try {
    for (const [at, name] of names.entries()) {
      const expected = TIMESTAMPS[at];
      if (name !== expected) throw new InvalidInput(name, `${expected} before it`, "a gap");
      await bundle.whole(name, MAX_PROOF_BYTES);
    }
    if (!bundle.has(SEAL_PROOF)) {
      throw new InvalidInput(TIMESTAMPS[0], `${SEAL_PROOF} beside it`, "none");
    }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    report.failWith(TIME, problem);
    return;
  }
  const why = report.failed(INCLUSION)
    ? "what is stamped does not have the seal"
    : `${names.length} timestamps, ${UNCHECKED}`;
  report.settle(TIME, NOT_SHOWN, why);
}
