/**
 * One stream, whatever it is about: one origin, gapless versions, order in time, seals, holds
 * (format, section 5).
 *
 * Not here: what may follow what in a dataset or a run (`dataset.mjs`, `run.mjs`).
 */

import { MARKING } from "./events.mjs";
import { Refused, RootMismatch } from "./problems.mjs";
import { Tree, leafHash } from "./tree.mjs";

/** @typedef {import("./events.mjs").Event} Event */

/** Types of events that may stand anywhere behind the first. */
export const ANY_BUT_NEW = ["part.erased", "part.withheld", "hold.placed", "hold.released"];

/** Name an event by its stream and version. @param {Event} event */
export function placeOf(event) {
  return `${event.stream}, version ${event.version}`;
}

/** @param {Event} event @param {string} expected @param {string} found */
export function refused(event, expected, found) {
  return new Refused(placeOf(event), expected, found);
}

/**
 * Name the types that may follow in `what`, a subject in a state, where this one may not.
 * @param {Event} event
 * @param {string} what
 * @param {string[]} types
 */
export function outOfTurn(event, what, types) {
  return refused(event, `what may follow in ${what}: ${[...types].sort().join(", ")}`, event.type);
}

/**
 * Check a size and a root that an event states.
 * @param {Event} event
 * @param {[number, string]} stated
 * @param {[number, string]} computed
 */
export function checkRoot(event, stated, computed) {
  if (stated[0] === computed[0] && stated[1] === computed[1]) return;
  const [expected, found] = [computed, stated].map(([size, root]) => `size ${size}, root ${root}`);
  throw new RootMismatch(placeOf(event), expected, found);
}

/** The end of one stream: one origin, gapless versions, order in time, seals, holds. */
export class Head {
  /** @param {string} stream */
  constructor(stream) {
    this.stream = stream;
    this.origin = "";
    this.version = 0;
    this.at = "";
    this.holds = 0;
    this.sealed = 0;
    this.tree = new Tree();
  }

  /** Check that the event is the next one of this stream. @param {Event} event */
  check(event) {
    if (event.version !== this.version + 1) {
      const expected = `version ${this.version + 1} of ${this.stream}`;
      throw refused(event, expected, `version ${event.version}`);
    }
    if (this.origin && event.origin !== this.origin) {
      throw refused(event, `origin ${this.origin}`, event.origin);
    }
    if (event.at < this.at) throw refused(event, `a time not before ${this.at}`, event.at);
    if (event.type === "stream.sealed") {
      checkRoot(event, [event.facts.size, event.facts.root], [this.tree.size, this.tree.root()]);
    }
    this.#checkHold(event);
  }

  /** @param {Event} event */
  #checkHold(event) {
    if (event.type === "hold.released" && !this.holds) {
      throw refused(event, "a hold to release", "none");
    }
    if (!MARKING.includes(event.type)) return;
    if (this.holds && event.type === "part.erased") throw refused(event, "no hold", `${this.holds} in force`);
    const { target } = event.facts;
    if (target > this.version) throw refused(event, "an earlier version as target", String(target));
  }

  /**
   * Move on to the event; `isAllowed` says whether what it does is done.
   * @param {Event} event
   * @param {Uint8Array} line
   * @param {boolean} isAllowed
   */
  take(event, line, isAllowed) {
    Object.assign(this, { origin: event.origin, version: event.version, at: event.at });
    if (event.type === "stream.sealed") this.sealed = event.version;
    if (isAllowed && event.type === "hold.placed") this.holds += 1;
    if (isAllowed && event.type === "hold.released") this.holds -= 1;
    this.tree.append(leafHash(line));
  }
}
