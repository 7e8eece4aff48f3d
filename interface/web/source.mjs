/**
 * Reads the bytes of a file at any place of it. Not here: what they are.
 */

import { ContainerRejected } from "./problems.mjs";

/**
 * @typedef {{size: number, read: (offset: number, length: number) => Promise<Uint8Array>}} Source
 */

/** @param {Source} source @param {number} offset @param {number} length */
export async function readExactly(source, offset, length) {
  const data = await source.read(offset, length);
  if (data.length === length) return data;
  throw new ContainerRejected(`offset ${offset}`, `${length} bytes`, String(data.length));
}

/** Makes many small reads cheap where they go forward: the bytes that were read last. */
export class Window {
  /** @param {Source} source @param {number} step */
  constructor(source, step) {
    this.source = source;
    this.step = step;
    this.start = 0;
    /** @type {Uint8Array} */
    this.bytes = new Uint8Array(0);
  }

  /** @param {number} offset @param {number} length @returns {Promise<Uint8Array>} */
  async read(offset, length) {
    const within = offset >= this.start && offset + length <= this.start + this.bytes.length;
    if (!within) {
      const most = Math.max(length, Math.min(this.step, this.source.size - offset));
      this.bytes = await readExactly(this.source, offset, most);
      this.start = offset;
    }
    return this.bytes.subarray(offset - this.start, offset - this.start + length);
  }
}
