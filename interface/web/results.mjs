/**
 * What may follow what in each result of a run (format, section 5, third table).
 *
 * Not here: which results there may be (`run.mjs`), and scores themselves.
 */

import { Refused } from "./problems.mjs";

export const OPEN = 0;
export const ANSWERED = 1;
export const ENDED_WITH_ERROR = 2;
const OUTCOMES = ["open", "answered", "failed"];
const CHUNK_OF_RESULTS = 128;

/**
 * What has happened to each result (item × epoch), in chunks; memory goes by those that are used.
 * Of each result: outcome and attempts in one number, and 40 bits for scorers in two.
 */
export class Results {
  /**
   * By epoch, then by item.
   * @type {Map<number, Map<number, {states: Uint32Array, scored: Uint32Array}>>}
   */
  #chunks = new Map();

  /** Results that have an event. */
  count = 0;

  /** @param {number} epoch @param {number} item @param {boolean} make */
  #slot(epoch, item, make) {
    const number = Math.floor(item / CHUNK_OF_RESULTS);
    let ofEpoch = this.#chunks.get(epoch);
    if (!ofEpoch && make) this.#chunks.set(epoch, (ofEpoch = new Map()));
    let chunk = ofEpoch?.get(number);
    if (!chunk && make) {
      const [states, scored] = [1, 2].map((width) => new Uint32Array(width * CHUNK_OF_RESULTS));
      ofEpoch?.set(number, (chunk = { states, scored }));
    }
    return chunk && { ...chunk, at: item % CHUNK_OF_RESULTS };
  }

  /** @param {number} epoch @param {number} item */
  get(epoch, item) {
    const slot = this.#slot(epoch, item, false);
    const state = slot ? slot.states[slot.at] : 0;
    return { outcome: state & 3, attempts: state >>> 2 };
  }

  /** @param {number} epoch @param {number} item @param {number} outcome @param {number} attempts */
  put(epoch, item, outcome, attempts) {
    const slot = /** @type {any} */ (this.#slot(epoch, item, true));
    if (slot.states[slot.at] === 0) this.count += 1;
    slot.states[slot.at] = (attempts << 2) | outcome;
  }

  /** @param {number} epoch @param {number} item @param {number} scorer */
  isScored(epoch, item, scorer) {
    const slot = this.#slot(epoch, item, false);
    if (!slot) return false;
    return ((slot.scored[2 * slot.at + (scorer >> 5)] >>> (scorer & 31)) & 1) === 1;
  }

  /** @param {number} epoch @param {number} item @param {number} scorer */
  score(epoch, item, scorer) {
    const slot = /** @type {any} */ (this.#slot(epoch, item, true));
    slot.scored[2 * slot.at + (scorer >> 5)] |= 1 << (scorer & 31);
  }

  /**
   * Count the results that are no longer open and of which this holds.
   * @param {(item: number, epoch: number) => boolean} holds
   */
  countEnded(holds) {
    return this.countOf(ANSWERED, holds) + this.countOf(ENDED_WITH_ERROR, holds);
  }

  /**
   * Count the results of one outcome and of which this holds.
   * @param {number} outcome
   * @param {(item: number, epoch: number) => boolean} holds
   */
  countOf(outcome, holds) {
    let count = 0;
    for (const [epoch, ofEpoch] of this.#chunks) {
      for (const [number, { states }] of ofEpoch) {
        states.forEach((state, at) => {
          if ((state & 3) === outcome && holds(number * CHUNK_OF_RESULTS + at, epoch)) count += 1;
        });
      }
    }
    return count;
  }
}

/**
 * What may happen to a result (format, section 5, third table).
 * @type {Record<string, (results: Results, facts: any) => void>}
 */
export const ON_RESULT = {
  "item.attempt_failed": (results, facts) => tryOnce(results, facts, OPEN),
  "item.answered": (results, facts) => tryOnce(results, facts, ANSWERED),
  "item.failed": (results, { epoch, item }) => {
    const { attempts } = requireOpen(results, "failure", epoch, item);
    results.put(epoch, item, ENDED_WITH_ERROR, attempts);
  },
  "item.scored": (results, { epoch, item, scorer }) => {
    const { outcome } = results.get(epoch, item);
    if (outcome !== ANSWERED) {
      throw new Refused("score", "a result that is answered", `one that is ${OUTCOMES[outcome]}`);
    }
    if (results.isScored(epoch, item, scorer)) {
      throw new Refused("score", `no score by scorer ${scorer} yet`, "one");
    }
    results.score(epoch, item, scorer);
  },
  "score.revised": (results, { epoch, item, scorer }) => {
    if (!results.isScored(epoch, item, scorer)) {
      throw new Refused("score", `a score by scorer ${scorer} to revise`, "none");
    }
  },
};

/** @param {Results} results @param {any} facts @param {number} outcome */
function tryOnce(results, { epoch, item, attempt }, outcome) {
  const { attempts } = requireOpen(results, "attempt", epoch, item);
  if (attempt !== attempts + 1) {
    throw new Refused("attempt", `attempt ${attempts + 1}`, `attempt ${attempt}`);
  }
  results.put(epoch, item, outcome, attempt);
}

/** @param {Results} results @param {string} place @param {number} epoch @param {number} item */
function requireOpen(results, place, epoch, item) {
  const result = results.get(epoch, item);
  if (result.outcome === OPEN) return result;
  throw new Refused(place, "a result that is open", `one already ${OUTCOMES[result.outcome]}`);
}
