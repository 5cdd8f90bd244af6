// A file that only its owner opens: AES-256-GCM under a key from a passphrase. Nothing of it is ever sent.

const ITERATIONS = 600_000;
export const SHORTEST_PASSPHRASE = 12;

/** The file is not what it says, or the passphrase is another one. */
export class CannotOpen extends Error {}

const PIECE = 8192; // so that a long file does not become as many arguments
const write = (buffer) => {
  const bytes = new Uint8Array(buffer);
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(text);
};
const read = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const utf8 = (text) => new TextEncoder().encode(text);

const keyOf = async (passphrase, salt, iterations) => {
  const { subtle } = globalThis.crypto;
  const material = await subtle.importKey("raw", utf8(passphrase.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return subtle.deriveKey(derivation, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
};

// What stands in clear in the file is bound to its content.
const bound = (iv, about) => ({ name: "AES-GCM", iv, additionalData: utf8(JSON.stringify(about)) });

/** Lock a text; ``about`` stands beside it in clear. Returns the file's text. */
export const lockUp = async (text, passphrase, about) => {
  const salt = globalThis.crypto.getRandomValues(new Uint8Array(16));
  const iv = globalThis.crypto.getRandomValues(new Uint8Array(12));
  const key = await keyOf(passphrase, salt, ITERATIONS);
  const data = await globalThis.crypto.subtle.encrypt(bound(iv, about), key, utf8(text));
  const file = { about, kdf: "PBKDF2-SHA256", iterations: ITERATIONS, salt: write(salt), iv: write(iv), data: write(data) };
  return JSON.stringify(file, null, 1);
};

/** Open a file; returns ``{about, text}``. */
export const open = async (file, passphrase) => {
  try {
    const { about, iterations, salt, iv, data } = JSON.parse(file);
    if (!Number.isSafeInteger(iterations) || iterations > 10_000_000) throw new CannotOpen("iterations");
    const key = await keyOf(passphrase, read(salt), iterations);
    const plain = await globalThis.crypto.subtle.decrypt(bound(read(iv), about), key, read(data));
    return { about, text: new TextDecoder().decode(plain) };
  } catch {
    throw new CannotOpen("wrong file or passphrase");
  }
};
