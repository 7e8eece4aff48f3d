/**
 * What came of a file as elements of a page: the verdict first, then every check with its findings.
 *
 * What stands in a bundle is hostile: it becomes text, never markup, and no character that hides
 * or reorders text is shown as itself. Not here: what is done with files (`verify_page.mjs`).
 */

import { revealed } from "./hidden_characters.mjs";
import { MEANINGS } from "./meanings.mjs";
import { FAILED, NO_DIGEST, NOT_SHOWN, PASSED, comesTo, trialTold } from "./report.mjs";

/** @typedef {import("./verify_job.mjs").Came} Came */
/** @typedef {import("./verify_job.mjs").Contents} Contents */
/** @typedef {import("./report.mjs").Finding} Finding */
/** @typedef {{verdict: "none-failed" | "findings" | "unreadable", title: string, because: string}} Verdict */

/** Shapes, so that no state is told by colour alone. @type {Record<string, string>} */
const SHAPES_OF_STATES = {
  [PASSED]: "✓", [FAILED]: "✕", [NOT_SHOWN]: "–", "none-failed": "–", findings: "✕", unreadable: "?",
};
/** @type {Record<string, string>} */
const WHAT_IT_IS = {
  run: "a run and its dataset",
  dataset: "a dataset alone",
  item: "one item of a run; what else is in the run is not in it",
};
const LONGEST_TEXT = 2_000;

/**
 * Everything that came of one file.
 * @param {string} name
 * @param {Came} came
 */
export function resultOf(name, came) {
  const { verdict, title, because } = verdictOf(came);
  const heading = element("h2", "", [shapeOf(verdict), title]);
  heading.tabIndex = -1;
  const told = [heading, element("p", "because", because), element("p", "file", text(name))];
  const rest = "report" in came ? partsOf(came) : problemPart(came);
  return element("article", `result ${verdict}`, [element("header", "verdict", told), ...rest]);
}

/** The verdict in words. @param {Came} came @returns {Verdict} */
export function verdictOf(came) {
  if ("bug" in came) {
    const because = "This is a bug of the verifier, and says nothing about the file.";
    return { verdict: "unreadable", title: "The verifier stopped", because };
  }
  if ("error" in came) {
    const because = "This is no bundle, or it cannot be read. Nothing of it was verified.";
    return { verdict: "unreadable", title: "Unreadable", because };
  }
  const because = comesTo(came.report.checks);
  if (came.report.none_failed) return { verdict: "none-failed", title: "No check failed", because };
  return { verdict: "findings", title: "Not verified", because };
}

/** @param {{report: any, contents: Contents}} came */
function partsOf({ report, contents }) {
  const checks = report.checks.map(checkOf);
  return [
    digestPart(report.digest),
    ...(report.about.kind ? [aboutPart(report, contents)] : []),
    element("section", "", [element("h3", "", "The 18 checks"), element("ol", "checks", checks)]),
  ];
}

/** @param {string} digest */
function digestPart(digest) {
  const title = element("h3", "", "Bundle digest");
  if (!digest) return element("section", "", [title, element("p", "", NO_DIGEST)]);
  const compare = element("a", "compare", "Compare it with the digest that you were told");
  compare.setAttribute("href", "#digest");
  return element("section", "", [title, element("p", "digest", digest), compare]);
}

/** @param {any} report @param {Contents} contents */
function aboutPart({ about, none_failed: noneFailed }, { counts = {}, leftOut = {}, dataset, provider, model }) {
  const absent = Object.entries(leftOut).flatMap(([status, kinds]) => amountsIn(kinds, ` ${status}`));
  const facts = [
    ["Kind", WHAT_IT_IS[about.kind] ?? about.kind],
    ...(about.kind !== "dataset" ? [["Model", model], ["Provider", provider]] : []),
    ["Dataset", dataset], ...(about.status ? [["Status", about.status]] : []),
    ...(about.trial ? [["Trial", trialTold(about.trial)]] : []), ["Archive", about.origin],
    ["Last seal", about.sealed ? `${about.sealed}, by the archive's clock` : "none"],
    ["Holds", amountsIn(counts).join(", ")], ["Left out", absent.join(", ") || "nothing"],
    ["Streams", about.streams.join(", ")],
  ];
  const title = noneFailed ? "What it is" : "What the file says of itself";
  const warning = element("p", "hint", "It did not verify: rely on none of this.");
  const list = listOf(facts.map(([name, fact]) => [name, fact ?? "left out of this bundle"]));
  const told = [element("h3", "", title), ...(noneFailed ? [] : [warning]), list];
  return element("section", "", told);
}

/** @param {Record<string, number>} [counts] by name @param {string} [status] */
function amountsIn(counts = {}, status = "") {
  return Object.entries(counts).filter(([, count]) => count)
    .map(([name, count]) => `${count} ${name}${status}`);
}

/** @param {any} line */
function checkOf({ check, name, outcome, detail, findings, findings_total: total }) {
  const more = total - findings.length;
  const meaning = `${MEANINGS[check - 1]}.`;
  const head = element("p", "check", [
    shapeOf(outcome), element("span", "name", name), element("span", "outcome", outcome),
    element("span", "detail", text(detail)),
  ]);
  const item = element("li", outcome.replace(" ", "-"), [
    head, element("p", "meaning", outcome === PASSED ? meaning : `Passed would mean: ${meaning}`),
    ...findings.map(findingOf),
    ...(more > 0 ? [element("p", "more", `and ${more} more`)] : []),
  ]);
  item.dataset.outcome = outcome;
  return item;
}

/** @param {Finding} finding */
function findingOf({ place, expected, found }) {
  const sides = differing(text(expected), text(found));
  return element("div", "finding", [listOf([["at", text(place)], ["expected", sides[0]], ["found", sides[1]]])]);
}

/** Both sides, marked from where they begin to differ, if they begin alike. @param {string[]} sides */
function differing(...sides) {
  const [ours, theirs] = sides.map((side) => Array.from(side));
  const at = ours.findIndex((char, index) => char !== theirs[index]);
  if (at <= 0) return sides;
  return [ours, theirs].map((side) =>
    [side.slice(0, at).join(""), element("mark", "", side.slice(at).join(""))]);
}

/** @param {Exclude<Came, {report: any}>} came */
function problemPart(came) {
  if ("error" in came) return [element("section", "", [findingOf(came.error)])];
  return [element("pre", "finding", came.bug.split("\n").map(text).join("\n"))];
}

/** @param {string} state */
function shapeOf(state) {
  const shape = element("span", "shape", SHAPES_OF_STATES[state]);
  shape.setAttribute("aria-hidden", "true");
  return shape;
}

/** @param {any[][]} pairs term and description */
function listOf(pairs) {
  const rows = pairs.map(([term, told]) => {
    const said = typeof told === "string" ? text(told) : told;
    return element("div", "", [element("dt", "", term), element("dd", "", said)]);
  });
  return element("dl", "", rows);
}

/** What others wrote, as it can be shown. @param {unknown} value */
export function text(value) {
  const whole = String(value);
  const cut = whole.length > LONGEST_TEXT ? `${whole.slice(0, LONGEST_TEXT)}…` : whole;
  return revealed(cut);
}

/** What is said in place of results. @param {string} told */
export function noteOf(told) {
  return element("p", "note", told);
}

/**
 * An element of the page; strings become text nodes, never markup.
 * @param {string} tag
 * @param {string} className
 * @param {string | (string | Node)[]} content
 */
function element(tag, className, content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...[content].flat());
  return made;
}
