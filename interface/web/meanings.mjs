/**
 * What *passed* means of each check, for readers of a page: in the order of the numbers, and in the
 * words of `domain/verification/checks.py`. Not here: how a check is performed.
 */

export const MEANINGS = [
  "the file is one that the format allows, with nothing hidden in it",
  "every member has the SHA-256 that SHA256SUMS states for it",
  "the manifest says what is in the bundle, and no more",
  "every event is well-formed",
  "no event is missing, out of order, or where it may not be",
  "the seals cover exactly these events",
  "all content is what was recorded; what is left out is accounted for",
  "exactly the assets that the content refers to, unaltered",
  "the bundle was written by the holder of a key that you trust",
  "the seal stands in the archive's log",
  "the archive's log was never rewritten",
  "an independent authority saw the seal by a stated time",
  "independent witnesses have seen the archive's log",
  "every planned item has an answer or an explicit error",
  "results, summary and sections follow from the events",
  "every deterministic score, recomputed, is the same",
  "identified, timestamped, complete, inspectable and shareable",
  "all that you required is shown",
];
