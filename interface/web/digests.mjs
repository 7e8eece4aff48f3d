/**
 * Check 2: every member has the digest that `SHA256SUMS` states.
 *
 * Not here: the digests of assets in their names (`inventory.mjs`).
 */

import { bytesOf, textOrElse } from "./json.mjs";
import { PROOF_FOLDER, SUMS } from "./layout.mjs";
import { InvalidInput, hex } from "./problems.mjs";
import { DIGESTS, PASSED } from "./report.mjs";
import { Sha256 } from "./sha2.mjs";

/** @typedef {import("./container.mjs").Bundle} Bundle */
/** @typedef {import("./report.mjs").Report} Report */

/**
 * Check 2: every member has the digest that `SHA256SUMS` states (format, section 7).
 * @param {Bundle} bundle
 * @param {Report} report
 * @param {string} expectedDigest
 * @returns {Promise<Map<string, string>>} the digest of each member, by name
 */
export async function checkDigests(bundle, report, expectedDigest) {
  report.sums = await digestOf(bundle, SUMS);
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
  if (report.sums === hex(sums.digest())) report.digest = report.sums;
  else await compareSums(bundle, report, digests, 2 * length);
  if (expectedDigest && expectedDigest !== report.sums) {
    report.fail(DIGESTS, "bundle digest", expectedDigest, report.sums);
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
