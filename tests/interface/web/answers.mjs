/**
 * Answers the tests' questions to the JavaScript verifier: JSON lines in, one JSON line out for each.
 *
 * With `--bare`, what a page from plain http or an older browser lacks is taken away first.
 */

import { open } from "node:fs/promises";
import { createInterface } from "node:readline";

if (process.argv.includes("--bare")) {
  delete globalThis.crypto;
  delete globalThis.DecompressionStream;
  if (globalThis.crypto || globalThis.DecompressionStream) throw new Error("they are still there");
}

const WEB = new URL("../../../interface/web/", import.meta.url);
const module = (name) => import(new URL(name, WEB).href);
const { verify } = await module("verifier.mjs");
const { verifyEd25519 } = await module("ed25519.mjs");
const { decode, encode } = await module("json.mjs");
const tree = await module("tree.mjs");
const { hex } = await module("problems.mjs");
const sha2 = await module("sha2.mjs");

const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const unhexAll = (texts) => texts.map(unhex);

async function verifyFile({ file, policy, hexed }) {
  if (hexed !== undefined) return (await verify(unhex(hexed), policy)).toJSON();
  const handle = await open(file);
  const read = async (offset, length) => {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };
  try {
    const report = await verify({ size: (await handle.stat()).size, read, name: file }, policy);
    return { ...report.toJSON(), rss: process.resourceUsage().maxRSS };
  } finally {
    await handle.close();
  }
}

/** Reads once, hangs up while it reads, and tells what came of it. */
async function cancel({ file }) {
  const { readFile } = await import("node:fs/promises");
  const control = new AbortController();
  const told = [];
  const onProgress = (progress) => {
    told.push(progress);
    control.abort();
  };
  try {
    await verify(await readFile(file), {}, onProgress, control.signal);
  } catch (problem) {
    return { told, name: problem.name };
  }
  return { told };
}

/** A file that can be read so many times, and then no more. */
async function breakOff({ file, reads }) {
  const { readFile } = await import("node:fs/promises");
  const data = await readFile(file);
  let left = reads;
  const read = async (offset, length) => {
    left -= 1;
    if (left < 0) throw new Error("the medium was removed");
    return new Uint8Array(data.subarray(offset, offset + length));
  };
  return (await verify({ size: data.length, read, name: "on a stick" })).noneFailed;
}

const ANSWERS = {
  breakOff,
  verify: verifyFile,
  cancel,
  blob: async ({ hexed }) => (await verify(new Blob([unhex(hexed)]))).toJSON(),
  ed25519: ({ key, signature, message }) => verifyEd25519(unhex(key), unhex(signature), unhex(message)),
  canonical: ({ hexed }) => encode(decode(unhex(hexed), "input")),
  number: ({ bits }) => String(new DataView(unhex(bits).buffer).getFloat64(0)),
  sha: ({ hexed }) => [hex(sha2.sha256(unhex(hexed))), hex(sha2.sha512(unhex(hexed)))],
  root: ({ leaves }) => {
    const grown = new tree.Tree();
    for (const leaf of leaves) grown.append(tree.leafHash(unhex(leaf)));
    return grown.root();
  },
  inclusion: ({ leaf, index, size, proof, root }) =>
    tree.verifyInclusion(unhex(leaf), index, size, unhexAll(proof), unhex(root)) ?? true,
  consistency: ({ sizes, proof, roots }) =>
    tree.verifyConsistency(...sizes, unhexAll(proof), ...unhexAll(roots)) ?? true,
};

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  let answer;
  try {
    answer = { answer: await ANSWERS[question.ask](question) };
  } catch (problem) {
    if (problem.place === undefined) console.error(problem);
    answer = { error: problem.name, place: problem.place, expected: problem.expected, found: problem.found };
  }
  console.log(JSON.stringify(answer));
}
