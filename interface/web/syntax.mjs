/**
 * The forms of values in envelopes: ids, digests, times, numbers (format, section 4).
 *
 * Not here: which value stands where (`event_types.mjs`, `events.mjs`).
 */

/** @typedef {(value: unknown) => boolean} Test */

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const TIME_FORM =
  "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])" +
  "T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{6}Z";

export const isDigest = textLike("[0-9a-f]{64}");
export const isOrigin = textLike("[a-z0-9][a-z0-9./-]{0,127}");
export const isStream = textLike(`(?:archive|(?:dataset|run)/${UUID})`);
export const isActor = textLike("(?:claimed|authenticated):[a-z0-9._-]{1,64}");
export const isKey = textLike("[!-~]{1,256}");
export const isKeyId = textLike("[0-9a-f]{8}");
export const isTime = textLike(TIME_FORM);
export const isUuid = textLike(UUID);
export const isWord = textLike("[a-z][a-z0-9_-]{0,31}");
export const isIndex = numberWithin(0, Number.MAX_SAFE_INTEGER);
export const isOrdinal = numberWithin(1, Number.MAX_SAFE_INTEGER);

/** Whether a value is an object of JSON. @param {unknown} value */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Whether two lists of names are the same, both in order.
 * @param {string[]} names
 * @param {string[]} others
 */
export function areSame(names, others) {
  return names.length === others.length && names.every((name, index) => name === others[index]);
}

/** @param {string} pattern @returns {Test} */
function textLike(pattern) {
  const form = new RegExp(`^${pattern}$`);
  return (value) => typeof value === "string" && form.test(value);
}

/** @param {number} least @param {number} most @returns {Test} */
export function numberWithin(least, most) {
  return (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
}

/**
 * Whether this is a list of `[first,last]`, not empty, ascending, each apart.
 * @param {unknown} value
 */
export function isRanges(value) {
  if (!Array.isArray(value) || !value.length) return false;
  let before = -2;
  return value.every((pair) => {
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(isIndex)) return false;
    const isBehind = pair[0] > before + 1 && pair[0] <= pair[1];
    [, before] = pair;
    return isBehind;
  });
}
