/**
 * The streams of a dataset and a run together, event by event.
 *
 * An event that may not stand where it does is a finding; it is counted, and what it does is left
 * undone. Not here: the order of streams in a bundle (`walk.mjs`).
 */

import { Dataset } from "./dataset.mjs";
import { Refused } from "./problems.mjs";
import { Run } from "./run.mjs";
import { Head } from "./stream.mjs";

/** @typedef {import("./events.mjs").Event} Event */

/** All that is known after some events: the ends of both streams, and what they came to. */
export class History {
  constructor() {
    /** @type {Map<string, Head>} */
    this.heads = new Map();
    this.dataset = new Dataset();
    /** @type {Run | null} */
    this.run = null;
    this.events = 0;
  }

  /**
   * Take in the next event, and return why it may not stand there, or null.
   * @param {Event} event
   * @param {Uint8Array} line
   * @returns {Refused | null}
   */
  take(event, line) {
    let head = this.heads.get(event.stream);
    if (!head) this.heads.set(event.stream, (head = new Head(event.stream)));
    const problem = this.#problemOf(head, event);
    head.take(event, line, problem === null);
    this.events += 1;
    return problem;
  }

  /** @param {Head} head @param {Event} event */
  #problemOf(head, event) {
    try {
      head.check(event);
      this.#subject(event).apply(event);
    } catch (problem) {
      if (problem instanceof Refused) return problem;
      throw problem;
    }
    return null;
  }

  /** @param {Event} event */
  #subject(event) {
    if (event.stream.startsWith("dataset/")) return this.dataset;
    this.run ??= new Run();
    return this.run;
  }
}
