/**
 * Characters that cannot be seen, or hide others: what people are shown as escapes.
 *
 * A test compares it with `interface/hidden_characters.py`, which gives the sources. Not here: how
 * values are shown in messages (`problems.mjs`).
 */

/** @type {Record<string, string>} */
const SHORT_ESCAPES = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const STACKED = /([\p{Mn}\p{Me}]{4})([\p{Mn}\p{Me}]+)/gu;
/** A symbol with the selector of its presentation, which stays, or what is hidden. */
const PRESENTED_OR_HIDDEN =
  /((?![\u2800\u{1d159}])[\p{So}\p{Sm}][\ufe0e\ufe0f])|[\p{C}\p{Zl}\p{Zp}\p{DI}\u2800\u{13441}\u{13442}\u{1d159}]/gu;

/**
 * Text with all that is hidden as escapes, and marks beyond the fourth in a row.
 * @param {string} text
 */
export function revealed(text) {
  return text
    .replace(STACKED, (_, seen, more) => seen + Array.from(more, escaped).join(""))
    .replace(PRESENTED_OR_HIDDEN, (found, presented) => presented ?? escaped(found));
}

/** A character as Python writes it in ASCII. @param {string} char */
export function escaped(char) {
  const code = char.codePointAt(0) ?? 0;
  if (char in SHORT_ESCAPES) return SHORT_ESCAPES[char];
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}
