/**
 * The verify page: takes files, has them verified one after the other, and shows what came of each.
 *
 * Nothing is sent anywhere; the page's policy forbids every connection. Not here: the verifying
 * (`verify_job.mjs`), and how a result looks (`verify_report.mjs`).
 */

import { decode } from "./json.mjs";
import { readPolicy } from "./policy.mjs";
import { Problem } from "./problems.mjs";
import { noteOf, resultOf, text, verdictOf } from "./verify_report.mjs";
import { runJob } from "./verify_worker.mjs";

/** @typedef {import("./policy.mjs").Policy} Policy */
/** @typedef {import("./verify_job.mjs").Came} Came */

const MOST_POLICY_BYTES = 2 ** 20;

/** Make the page work. @param {HTMLScriptElement} script this script, which is the worker's too */
export function startPage(script) {
  const address = script.src
    || URL.createObjectURL(new Blob([script.text], { type: "text/javascript" }));
  const page = new VerifyPage(() => new Worker(address));
  page.listen();
}

/** @param {string} id @returns {any} */
function byId(id) {
  return document.getElementById(id);
}

class VerifyPage {
  /** @type {File[]} */
  #files = [];
  #abort = new AbortController();

  /** @param {() => Worker} newWorker */
  constructor(newWorker) {
    this.newWorker = newWorker;
  }

  listen() {
    const drop = byId("drop");
    byId("demands").hidden = false; // without a script nothing would come of it
    byId("files").addEventListener("change", () => this.#take([...byId("files").files]));
    byId("cancel").addEventListener("click", () => this.#abort.abort());
    byId("demands").addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#verifyAll();
    });
    document.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
    document.addEventListener("dragleave", () => drop.classList.remove("over"));
    document.addEventListener("drop", (event) => {
      event.preventDefault(); // a browser would else leave this page for the file
      drop.classList.remove("over");
      this.#take([...(event.dataTransfer?.files ?? [])]);
    });
  }

  /** @param {File[]} files */
  #take(files) {
    if (!files.length) return;
    this.#files = files;
    byId("again").hidden = false;
    byId("files").value = ""; // so that the same file, chosen again, is a change
    this.#verifyAll();
  }

  /** Verify what was chosen, by what is demanded now; what still runs is given up. */
  async #verifyAll() {
    this.#abort.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const results = byId("results");
    results.replaceChildren();
    byId("work").hidden = true;
    const policy = await this.#demands();
    if (policy === null || abort.signal.aborted) return;
    byId("work").hidden = false;
    try {
      for (const file of this.#files) await this.#verify(file, policy, abort.signal);
      results.querySelector("h2")?.focus();
    } catch (problem) {
      if (!abort.signal.aborted) throw problem;
      if (this.#abort !== abort) return; // others are verified by now
      const told = "Canceled. What is not listed here was not verified.";
      results.append(noteOf(told));
      say(told);
    } finally {
      if (this.#abort === abort) byId("work").hidden = true;
    }
  }

  /** @param {File} file @param {Policy} policy @param {AbortSignal} signal */
  async #verify(file, policy, signal) {
    const onNoWorker = () => byId("no-worker").removeAttribute("hidden");
    const listeners = { onProgress: shownProgress(file), onNoWorker };
    const came = await runJob({ file, policy }, this.newWorker, listeners, signal);
    signal.throwIfAborted();
    byId("results").append(resultOf(file.name, came));
    const { title, because } = verdictOf(came);
    say(`${text(file.name)}: ${title}. ${because}`);
  }

  /** What the form demands; null, with the reason beside the field, where that cannot be read. */
  async #demands() {
    const digest = byId("digest").value.trim().toLowerCase();
    try {
      if (digest && this.#files.length > 1) {
        throw new Problem("digest", "one file, whose digest it is", `${this.#files.length}`);
      }
      const policy = { digest, document: await policyIn(byId("policy").files[0]) };
      readPolicy(policy);
      refuse("");
      return policy;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      refuse(`${problem.message}. Nothing was verified.`);
      return null;
    }
  }
}

/** @param {File | undefined} file a policy in JSON */
async function policyIn(file) {
  if (!file) return {};
  if (file.size > MOST_POLICY_BYTES) {
    throw new Problem(file.name, `a policy of at most ${MOST_POLICY_BYTES} bytes`, `${file.size}`);
  }
  return decode(new Uint8Array(await file.arrayBuffer()), file.name);
}

/** Show how far a file has come, and say it at each quarter. @param {File} file */
function shownProgress(file) {
  const bar = byId("progress");
  const told = byId("progress-text");
  byId("work-name").textContent = text(file.name);
  bar.removeAttribute("value");
  told.textContent = "Opening it …";
  say(`Verifying ${text(file.name)}`);
  let quarter = 0;
  return (/** @type {{done: number, total: number}} */ { done, total }) => {
    [bar.max, bar.value] = [total, done];
    told.textContent = `${sized(done)} of ${sized(total)} read and hashed`;
    if (Math.floor((4 * done) / total) <= quarter) return;
    quarter = Math.floor((4 * done) / total);
    if (quarter < 4) say(`${25 * quarter} % verified`);
  };
}

/** @param {number} bytes */
function sized(bytes) {
  const units = [["GB", 1e9], ["MB", 1e6], ["kB", 1e3]];
  const [unit, size] = units.find((each) => bytes >= each[1]) ?? ["bytes", 1];
  const amount = bytes / Number(size);
  return `${amount.toFixed(size === 1 || amount >= 100 ? 0 : 1)} ${unit}`;
}

/** Tell a screen reader, and whoever sees the page. @param {string} told */
function say(told) {
  byId("status").textContent = told;
}

/** Say what the form demands and cannot be. @param {string} why "" for nothing */
function refuse(why) {
  byId("refused").textContent = text(why);
  byId("refused").hidden = !why;
  if (why) byId("options").open = true;
}
