/**
 * The worker in which a page verifies, from both ends. A worker that cannot start is no failure:
 * the same is then done in the page. Not here: the work (`verify_job.mjs`).
 */

import { performJob } from "./verify_job.mjs";

/** @typedef {import("./verify_job.mjs").Job} Job */
/** @typedef {import("./verify_job.mjs").Came} Came */
/** @typedef {import("./verify_job.mjs").OnProgress} OnProgress */

const READY = "ready";

/** In the worker: say that it runs, and do what it is sent. @param {any} scope */
export function answerJobs(scope) {
  scope.onmessage = async (/** @type {{data: Job}} */ { data: job }) => {
    const came = await performJob(job, (progress) => scope.postMessage({ progress }));
    scope.postMessage({ came });
  };
  scope.postMessage(READY);
}

/**
 * In the page: verify in a worker, which ends with it, or here where none starts.
 * @param {Job} job
 * @param {() => Worker} newWorker
 * @param {{onProgress: OnProgress, onNoWorker: () => void}} listeners
 * @param {AbortSignal} signal its reason is thrown
 * @returns {Promise<Came>}
 */
export async function runJob(job, newWorker, { onProgress, onNoWorker }, signal) {
  const worker = await readyWorker(newWorker);
  try {
    signal.throwIfAborted();
    if (worker) return await askWorker(worker, job, onProgress, signal);
    onNoWorker();
    return await performJob(job, onProgress, signal);
  } finally {
    worker?.terminate();
  }
}

/** @param {() => Worker} newWorker @returns {Promise<Worker | null>} null where none starts */
function readyWorker(newWorker) {
  return new Promise((resolve) => {
    try {
      const worker = newWorker();
      worker.onmessage = () => resolve(worker);
      worker.onerror = (event) => {
        event.preventDefault();
        resolve(null);
      };
    } catch {
      resolve(null);
    }
  });
}

/**
 * @param {Worker} worker
 * @param {Job} job
 * @param {OnProgress} onProgress
 * @param {AbortSignal} signal
 * @returns {Promise<Came>}
 */
function askWorker(worker, job, onProgress, signal) {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    worker.onmessage = ({ data }) => (data.came ? resolve(data.came) : onProgress(data.progress));
    worker.onerror = ({ message }) => resolve({ bug: message });
    worker.postMessage(job);
  });
}
