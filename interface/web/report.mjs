/**
 * The numbered checks, and the report: outcomes and findings, in the form of `verify --json`.
 *
 * The numbers stand in code, reports and docs alike, and never change their meaning. Not here: how
 * a check is performed.
 */

/** @typedef {{number: number, label: string}} Check */
/** @typedef {"passed" | "failed" | "not shown"} Outcome */
/** @typedef {{place: string, expected: string, found: string}} Finding */

const LABELS = [
  "container", "digests", "manifest", "events", "stream", "tree", "parts", "assets", "signature",
  "inclusion", "consistency", "time", "witness", "completeness", "replay", "rescoring",
  "evidence", "policy",
];

/** @type {readonly Check[]} */
export const CHECKS = LABELS.map((label, index) => Object.freeze({ number: index + 1, label }));

export const [
  CONTAINER, DIGESTS, MANIFEST, EVENTS, STREAM, TREE, PARTS, ASSETS, SIGNATURE,
  INCLUSION, CONSISTENCY, TIME, WITNESS, COMPLETENESS, REPLAY, RESCORING,
  EVIDENCE, POLICY,
] = CHECKS;

/** @type {Outcome} */
export const PASSED = "passed";
/** @type {Outcome} */
export const FAILED = "failed";
/** @type {Outcome} */
export const NOT_SHOWN = "not shown";

/** What nobody should read out of checks that all passed. */
const NOT_FOUND_HERE =
  "A score that was changed before the bundle was made is not found here; that takes eval752 verify FILE";

/** Findings that a report keeps for each check; all of them are counted. */
export const MAX_FINDINGS = 20;

/** Characters that a report keeps of each side, however much a bundle gives it to tell. */
const MAX_TOLD = 1_000;

/** One check: what it came to, what that is based on, and what it found. */
class Line {
  /** @param {Check} check */
  constructor(check) {
    this.check = check;
    /** @type {Outcome} */
    this.outcome = NOT_SHOWN;
    this.detail = "not reached";
    /** @type {Finding[]} */
    this.findings = [];
    this.found = 0;
  }

  toJSON() {
    return {
      check: this.check.number,
      name: this.check.label,
      outcome: this.outcome,
      detail: this.detail,
      findings: this.findings,
      findings_total: this.found,
    };
  }
}

/** What stands in the place of a bundle digest where there is none that the content has. */
export const NO_DIGEST = "none: SHA256SUMS is not shown to be of this content";

/** What a verification came to. A check is settled once; a failure stays a failure. */
export class Report {
  constructor() {
    /**
     * The bundle digest, "" where it is not that of the members: whoever compares it with the one
     * that they were told must not be told that of another content.
     */
    this.digest = "";
    /** The SHA-256 of `SHA256SUMS` in any case, which others have signed. */
    this.sums = "";
    /** @type {Record<string, unknown>} */
    this.about = {};
    /**
     * For people, and not in the JSON: configs, by the type of their event, the index of the item
     * that a bundle is of, and the manifest, which check 3 compares with the events. Never what a
     * view says.
     * @type {{configs: Record<string, any>, item: number | null, manifest: Record<string, any>}}
     */
    this.contents = { configs: {}, item: null, manifest: {} };
    this.lines = CHECKS.map((check) => new Line(check));
  }

  /**
   * Whether no check failed. That is less than *verified* says in `eval752 verify`: results are not
   * replayed here, nor scores recomputed, so that a score may have been changed before the sealing.
   */
  get noneFailed() {
    return !this.failed(...CHECKS);
  }

  /** @param {Check} check @returns {Line} */
  line(check) {
    return this.lines[check.number - 1];
  }

  /**
   * Add a finding to a check.
   * @param {Check} check
   * @param {string} place
   * @param {string} expected
   * @param {string} found
   */
  fail(check, place, expected, found) {
    const line = this.line(check);
    line.outcome = FAILED;
    if (line.findings.length < MAX_FINDINGS) {
      line.findings.push({ place: cut(place), expected: cut(expected), found: cut(found) });
    }
    this.count(check, line.found + 1);
  }

  /**
   * Add a finding from an error.
   * @param {Check} check
   * @param {import("./problems.mjs").Problem} problem
   */
  failWith(check, problem) {
    this.fail(check, problem.place, problem.expected, problem.found);
  }

  /** Say how many findings a failed check has in all. @param {Check} check @param {number} found */
  count(check, found) {
    const line = this.line(check);
    line.found = found;
    line.detail = found === 1 ? "1 finding" : `${found} findings`;
  }

  /**
   * Say what a check came to, unless it has failed.
   * @param {Check} check
   * @param {Outcome} outcome
   * @param {string} detail
   */
  settle(check, outcome, detail) {
    const line = this.line(check);
    if (line.outcome !== FAILED) Object.assign(line, { outcome, detail });
  }

  /** Whether any of these failed. @param {...Check} checks */
  failed(...checks) {
    return checks.some((check) => this.line(check).outcome === FAILED);
  }

  /**
   * In the form of `verify --json`, but for what needs replay, which is not done here: `none_failed`
   * stands in the place of `verified`, and there are no properties.
   */
  toJSON() {
    return {
      none_failed: this.noneFailed,
      digest: this.digest,
      about: this.about,
      checks: this.lines.map((line) => line.toJSON()),
      properties: [],
    };
  }
}

/**
 * What was done and what was not, in one sentence or two; what is not done here at all is named where
 * nothing failed, since it may hide a forgery.
 * @param {any[]} lines of the JSON
 */
export function comesTo(lines) {
  const [passed, failed, open] = [PASSED, FAILED, NOT_SHOWN].map((outcome) =>
    lines.filter((line) => line.outcome === outcome).map(({ name }) => name));
  const performed = `${passed.length + failed.length} of ${lines.length} checks were performed`;
  if (failed.length) return `${performed}. Failed: ${failed.join(", ")}`;
  return `${performed}; not: ${open.join(", ")}. ${NOT_FOUND_HERE}`;
}

/** @param {string} text */
function cut(text) {
  if (text.length <= MAX_TOLD) return text;
  const chars = Array.from(text.slice(0, 2 * MAX_TOLD + 2)); // a character is one unit or two
  return chars.length <= MAX_TOLD ? text : `${chars.slice(0, MAX_TOLD - 1).join("")}…`;
}

/** Which trial a run is, in words. @param {{number: number, same_config_before: number}} trial */
export function trialTold({ number, same_config_before: same }) {
  return `${number} of this model on this dataset in its archive; ${same} before it had the same config`;
}
