// Checks an item's proof in the page: fetches the bundle, and has the verify page's script examine it
// in a worker, which may connect to nothing. It tells what checks 6, 7 and 10 came to, and what failed.
//
// Not here: any check (`verifier.mjs`). What stands in a bundle is hostile: it becomes text, in ASCII.

const STATES = { passed: ["shown", "✓"], failed: ["denied", "✗"], "not shown": ["not-shown", "–"] };
const VERIFIER = "/verify/verify_page.js";
const WHOSE_WORD = "That the key which signed the log's head is the archive's, this service says.";
const PROBLEM = "application/problem+json";

const place = document.querySelector("[data-prove]");
const button = place?.querySelector("button");
const policy = JSON.parse(place?.dataset.policy ?? "{}");
const verdict = place?.querySelector(".proof-verdict");

/** Fetches and checks, and says what came of it. */
async function prove() {
  button.disabled = true;
  say("not-shown", "Checking …");
  try {
    const bundle = await fetched();
    if (bundle) show(await verified(new File([bundle], "item.eval752.zip")));
  } catch (problem) {
    say("not-shown", `Nothing was checked: ${plain(problem.message)}`);
  } finally {
    button.disabled = false;
  }
}

/** The bundle; nothing, and it is told, where the service sends to sign in instead. */
async function fetched() {
  const headers = { Accept: `application/zip, ${PROBLEM}` };
  const answer = await fetch(place.dataset.prove, { headers }).catch(() => {
    throw new Error("the service does not answer.");
  });
  if (answer.redirected) return askToSignIn();
  if (!answer.ok) throw new Error(await reason(answer));
  return answer.blob();
}

/** Why the service gives no bundle: in its own words, where it has some. */
async function reason(answer) {
  const isProblem = answer.headers.get("Content-Type") === PROBLEM;
  const { detail, title } = isProblem ? await answer.json() : {};
  return detail ?? title ?? `the service answered with ${answer.status}.`;
}

/** A redirect is to the sign-in form; from there one comes back to this page. */
function askToSignIn() {
  say("not-shown", "Nothing was checked: your session is over. ");
  const link = document.createElement("a");
  link.href = `/sign-in?${new URLSearchParams({ next: location.pathname + location.search })}`;
  link.textContent = "Sign in, and come back here";
  verdict.append(link);
}

/** What the verifier's job came to, by the keys of this archive. */
function verified(file) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(VERIFIER);
    const end = (settle, value) => (worker.terminate(), settle(value));
    worker.onerror = () => end(reject, new Error("this browser starts no verifier here. Download the bundle, and verify that."));
    worker.onmessage = ({ data }) => {
      if (data === "ready") worker.postMessage({ file, policy: { document: policy } });
      else if (data.came?.bug) end(reject, new Error("the verifier stopped. Download the bundle, and verify that."));
      else if (data.came) end(resolve, data.came);
    };
  });
}

function show({ report, contents, error }) {
  const rows = [...place.querySelectorAll("[data-check]")];
  place.querySelector("dl").hidden = !report;
  if (!report) return say("denied", `Not proven: this is no bundle. ${told(error)}`);
  const lines = rows.map((row) => fill(row, report.checks[row.dataset.check - 1]));
  const failed = report.checks.filter(({ outcome }) => outcome === "failed");
  const other = otherThanAsked(report.about, contents.item);
  if (failed.length || other) {
    const found = failed.map(({ check, name, findings }) => `Check ${check}, ${name}, failed: ${told(findings[0])}`);
    say("denied", ["Not proven.", other, ...found].join(" "));
  } else if (lines.every(({ outcome }) => outcome === "passed")) {
    say("shown", `Proven: ${proven(contents.leftOut.withheld)} ${WHOSE_WORD} Bundle digest ${report.digest}`);
  } else {
    say("not-shown", "Not shown: a check could not be performed.");
  }
}

/** What is proven, where these numbers of parts by kind are left out of the bundle. */
function proven(leftOut = {}) {
  const kinds = Object.entries(leftOut).filter(([, count]) => count).map(([kind, count]) => `${count} ${kind}`);
  if (!kinds.length) return "this is in the log of this archive, as it was recorded.";
  return "the events are in the log of this archive, and the content that the bundle shows is as it was recorded. "
    + `Of what is withheld or erased (${plain(kinds.join(", "))}) the digests alone are proven.`;
}

/** What is wrong where a bundle is sound, and of another run or item; "" for nothing. */
function otherThanAsked({ kind, origin, streams = [] }, item) {
  const { run, item: asked } = place.dataset;
  const [ours] = policy.origins;
  const isAsked = kind === "item" && origin === ours.name && streams.includes(run) && String(item) === asked;
  return isAsked ? "" : "It is the bundle of something else.";
}

/** One check's outcome in its row. */
function fill(row, line) {
  const [state, sign] = STATES[line.outcome];
  const [mark, word, detail] = [".mark", ".word", ".detail"].map((name) => row.querySelector(name));
  row.className = state;
  [mark.className, mark.textContent] = [`mark ${state}`, sign];
  word.textContent = line.outcome;
  detail.textContent = plain(line.detail);
  return line;
}

function told({ place: at, expected, found }) {
  return plain(`${at}: expected ${expected}, found ${found}.`);
}

/** Text in which nothing can hide or turn anything round. */
function plain(text) {
  return text.slice(0, 600).replace(/[^\x20-\x7e]/gu, (char) => `\\u{${char.codePointAt(0).toString(16)}}`);
}

function say(state, text) {
  verdict.className = `proof-verdict ${state}`;
  verdict.textContent = text;
}

if (button) {
  button.hidden = false;
  button.addEventListener("click", prove);
}
