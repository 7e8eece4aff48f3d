#!/usr/bin/env node
/**
 * The JavaScript verifier's command: `node interface/web/verify_cli.mjs FILE…`.
 *
 * Prints what each check came to, and ends with 0 no check failed, 1 findings, 2 unreadable; 0 says
 * less than that of `eval752 verify`, which performs more of them. Node 18 or newer. Not here: any check (`verifier.mjs`).
 */

import { open, readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { revealed } from "./hidden_characters.mjs";
import { decode } from "./json.mjs";
import { readPolicy } from "./policy.mjs";
import { Problem, UnreadableFile, inAscii } from "./problems.mjs";
import { FAILED, NO_DIGEST, comesTo, trialTold } from "./report.mjs";
import { verify } from "./verifier.mjs";

const USAGE =
  "usage: verify_cli.mjs [--json] [--policy FILE.json] [--expect-digest SHA256] [--key KEY] "
  + "[--require CHECK] FILE…";
const OPTIONS = /** @type {const} */ ({
  json: { type: "boolean" },
  policy: { type: "string" },
  "expect-digest": { type: "string" },
  key: { type: "string", multiple: true },
  require: { type: "string", multiple: true },
});

/** @typedef {import("./policy.mjs").Policy} Policy */

/** Verify the files that are named, and return the exit code. @param {string[]} given */
async function main(given) {
  const asked = readArguments(given);
  if (asked === null) return 2;
  const { values, positionals } = asked;
  const policy = await policyOf(values);
  if (policy === null) return 2;
  const documents = [];
  let code = 0;
  for (const file of positionals) {
    const document = await documentOf(file, policy);
    if (!values.json) process.stdout.write(`${linesOf(document).map(revealed).join("\n")}\n`);
    documents.push(document);
    code = Math.max(code, "error" in document ? 2 : Number(!document.none_failed));
  }
  if (values.json) process.stdout.write(`${inAscii(JSON.stringify(documents, null, 2))}\n`);
  return code;
}

/** @param {string[]} given */
function readArguments(given) {
  try {
    const asked = parseArgs({ args: given, options: OPTIONS, allowPositionals: true });
    if (asked.positionals.length) return asked;
    console.error(USAGE);
  } catch (problem) {
    console.error(`${revealed(/** @type {Error} */ (problem).message)}\n${USAGE}`);
  }
  return null;
}

/** What the options demand; null where the policy is none. @param {any} values */
async function policyOf({ policy, key, require, "expect-digest": digest }) {
  try {
    if (digest === "") { // whoever demands it has lost it on the way
      throw new Problem("--expect-digest", "64 lower-case hex digits", "none");
    }
    const document = policy === undefined ? {} : decode(await readPolicyFile(policy), policy);
    const demands = { document, digest, keys: key, required: require };
    readPolicy(demands);
    return demands;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    console.error(revealed(`error: ${problem.place}: expected ${problem.expected}, found ${problem.found}`));
    return null;
  }
}

/** @param {string} file */
async function readPolicyFile(file) {
  try {
    return new Uint8Array(await readFile(file));
  } catch (problem) {
    throw new UnreadableFile(file, "a policy", /** @type {Error} */ (problem).message);
  }
}

/** The report on a file, or what was wrong with it. @param {string} file @param {Policy} policy */
async function documentOf(file, policy) {
  try {
    return { file, ...await verifyFile(file, policy) };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    const { name: kind, place, expected, found } = problem;
    return { file, error: { kind, place, expected, found } };
  }
}

/** @param {string} file @param {Policy} policy */
async function verifyFile(file, policy) {
  const handle = await opened(file);
  try {
    const { size } = await handle.stat();
    const read = async (/** @type {number} */ offset, /** @type {number} */ length) => {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    };
    const report = await verify(/** @type {any} */ ({ size, read, name: file }), policy);
    return report.toJSON();
  } finally {
    await handle.close();
  }
}

/** @param {string} file */
async function opened(file) {
  try {
    return await open(file);
  } catch (problem) {
    throw new UnreadableFile(file, "a readable file", /** @type {Error} */ (problem).message);
  }
}

/** @param {any} document */
function linesOf({ file, error, ...report }) {
  if (error) return [`error: ${error.place}: expected ${error.expected}, found ${error.found}`];
  const verdict = report.none_failed ? "NO CHECK FAILED" : "NOT VERIFIED";
  const checks = report.checks.flatMap(checkLines);
  const digest = `  bundle digest ${report.digest || NO_DIGEST}`;
  return [file, `  ${verdict}`, `  ${comesTo(report.checks)}`, digest, ...aboutLines(report.about), "", ...checks];
}

/** @param {any} about */
function* aboutLines({ trial, sealed }) {
  if (trial) yield `  trial         ${trialTold(trial)}`;
  if (sealed) yield `  sealed        ${sealed}, by the archive's clock`;
}

/** @param {any} line */
function checkLines({ check, name, outcome, detail, findings }) {
  const mark = (outcome === FAILED ? "FAILED" : outcome).padEnd(9);
  const told = `  ${String(check).padStart(2)} ${name.padEnd(13)} ${mark} ${detail}`;
  return [told, ...findings.flatMap(findingLines)];
}

/** @param {import("./report.mjs").Finding} finding */
function findingLines({ place, expected, found }) {
  return [`     at        ${place}`, `     expected  ${expected}`, `     found     ${found}`];
}

process.stdout.on("error", ({ code, message }) => {
  if (code === "EPIPE") process.exit(141); // whoever read it has read enough
  console.error(`error: standard output: expected room to write, found ${message}`);
  process.exit(2);
});
process.exitCode = await main(process.argv.slice(2));
