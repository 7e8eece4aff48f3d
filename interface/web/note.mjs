/**
 * Signed notes and verifier keys, after C2SP's signed-note (format, section 10).
 *
 * Parsed strictly: what is accepted is what would be printed, byte for byte. Not here: which keys
 * are to be trusted, and what a bundle's note must say (`signature.mjs`).
 */

import { verifyEd25519 } from "./ed25519.mjs";
import { bytesOf, textOf } from "./json.mjs";
import { InvalidInput, hex, shown, shownAscii } from "./problems.mjs";
import { sha256 } from "./sha2.mjs";

/** @typedef {{name: string, id: string, publicKey: Uint8Array, text: string}} VerifierKey */
/** @typedef {{name: string, id: string, signature: Uint8Array}} NoteSignature */
/** @typedef {{text: string, signatures: NoteSignature[]}} Note */

const MAX_SIGNATURES = 100;
export const ED25519 = 1;
/** The type of a witness's key (C2SP tlog-cosignature). */
export const COSIGNATURE = 4;
const KEY_TYPES = new Map([[ED25519, "01 (Ed25519)"], [COSIGNATURE, "04 (cosignatures)"]]);
const CONTROL = /[\0-\x09\x0b-\x1f]/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const NOTE_PLACE = "signed note";
const KEY_PLACE = "verifier key";

/**
 * Read a key, `<name>+<key id in hex>+<base64 of the kind's byte and the key>`.
 * @param {string} text
 * @param {number} kind
 * @returns {VerifierKey}
 */
export function parseKey(text, kind = ED25519) {
  const [name, , ...rest] = text.split("+");
  const typed = fromBase64(KEY_PLACE, rest.join("+"));
  if (typed[0] !== kind) {
    const found = hex(typed.subarray(0, 1)) || "none";
    throw new InvalidInput(KEY_PLACE, `the key type ${KEY_TYPES.get(kind)}`, found);
  }
  requireName(KEY_PLACE, name);
  if (typed.length !== 33) {
    throw new InvalidInput(KEY_PLACE, "a key of 32 bytes", String(typed.length - 1));
  }
  const id = keyIdOf(name, typed);
  const printed = `${name}+${id}+${toBase64(typed)}`;
  if (printed !== text) throw new InvalidInput(KEY_PLACE, printed, shownAscii(text.slice(0, 160)));
  return { name, id, publicKey: typed.subarray(1), text };
}

/** What stands for a key in a signature line: a hint. @param {string} name @param {Uint8Array} typed */
export function keyIdOf(name, typed) {
  return hex(sha256(bytesOf(`${name}\n`), typed).subarray(0, 4));
}

/**
 * Read a note: text that ends in LF, a blank line, signature lines.
 * @param {Uint8Array} data
 * @returns {Note}
 */
export function parseNote(data) {
  const whole = textOf(data, NOTE_PLACE);
  const blank = whole.lastIndexOf("\n\n");
  const lines = whole.slice(blank + 2);
  if (blank < 0 || !lines.endsWith("\n")) {
    const expected = "text, a blank line and signatures, ended by LF";
    throw new InvalidInput(NOTE_PLACE, expected, "none of it");
  }
  const text = whole.slice(0, blank + 1);
  const signatures = lines.slice(0, -1).split("\n").map(parseSignature);
  if (CONTROL.test(text)) {
    const expected = "text that ends in LF, without other control characters";
    throw new InvalidInput(NOTE_PLACE, expected, shown(text.slice(-40)));
  }
  if (signatures.length > MAX_SIGNATURES) {
    const expected = `1 to ${MAX_SIGNATURES} signatures`;
    throw new InvalidInput(NOTE_PLACE, expected, String(signatures.length));
  }
  return { text, signatures };
}

/** @param {string} line @returns {NoteSignature} */
function parseSignature(line) {
  const [dash, name = "", ...rest] = line.split(" ");
  if (dash !== "—") {
    const expected = "a signature line, — <name> <base64>";
    throw new InvalidInput(NOTE_PLACE, expected, shown(line.slice(0, 40)));
  }
  const encoded = rest.join(" ");
  const data = fromBase64(NOTE_PLACE, encoded);
  requireName(NOTE_PLACE, name);
  if (data.length < 5) {
    throw new InvalidInput(NOTE_PLACE, "a key id of 4 bytes and a signature", "less");
  }
  if (toBase64(data) !== encoded) {
    throw new InvalidInput(NOTE_PLACE, "the only way to write this note", "another one");
  }
  return { name, id: hex(data.subarray(0, 4)), signature: data.subarray(4) };
}

/**
 * Those of `keys` that signed the text, each once, in their order. A key whose name and id stand on
 * a line that does not verify has not signed, whatever its other lines do.
 * @param {Note} note
 * @param {VerifierKey[]} keys
 */
export function validSignatures({ text, signatures }, keys) {
  const message = bytesOf(text);
  return keys.filter((key) => {
    const mine = signatures.filter(({ name, id }) => name === key.name && id === key.id);
    return mine.length > 0
      && mine.every(({ signature }) => verifyEd25519(key.publicKey, signature, message));
  });
}

/** @param {string} place @param {string} name */
function requireName(place, name) {
  const isBlank = /[^\S\ufeff]|[\x1c-\x1f\x85]/.test(name); // what Unicode calls white space
  if (!name || name.includes("+") || isBlank || CONTROL.test(name)) {
    const expected = "a name without spaces and plus signs";
    throw new InvalidInput(place, expected, shown(name.slice(0, 80)));
  }
}

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Bytes in base64, written in the only way. @param {string} place @param {string} text */
export function base64Of(place, text) {
  const data = fromBase64(place, text);
  if (toBase64(data) === text) return data;
  throw new InvalidInput(place, "base64", shown(text.slice(0, 80)));
}

/** @param {string} place @param {string} text */
export function fromBase64(place, text) {
  if (!BASE64.test(text)) throw new InvalidInput(place, "base64", shown(text.slice(0, 80)));
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
