// Strict JSON (RFC 8259 without its freedoms), and whether its bytes are the canonical ones.
//
// JSON.parse keeps the last of two equal keys, and forgets how a number was written. No format of an election has
// fractions; every object of it has one spelling.

import { demand, refuse } from "./refusals.js";

export const MOST_BYTES = 64 * 1024 * 1024;
const MOST_DEPTH = 64;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const INTEGER = /-?(?:0|[1-9][0-9]*)/y;
const SURROGATE = /\p{Surrogate}/u;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const WORDS = { t: ["true", true], f: ["false", false], n: ["null", null] };

class Parser {
  constructor(text) {
    this.text = text;
    this.at = 0;
    /** Whether the text is what a canonical writer would have written, as far as it was read. */
    this.isCanonical = true;
  }

  whole() {
    const value = this.value(0);
    this.skip();
    if (this.at !== this.text.length) this.fail("something follows the value");
    return value;
  }

  fail(what) {
    refuse("MalformedObjectError", `not strict JSON: ${what}, at character ${this.at}`);
  }

  skip() {
    for (;;) {
      const letter = this.text.charCodeAt(this.at);
      if (letter !== 32 && letter !== 9 && letter !== 10 && letter !== 13) return;
      this.isCanonical = false;
      this.at += 1;
    }
  }

  value(depth) {
    this.skip();
    const letter = this.text[this.at];
    if (letter === '"') return this.string();
    if (letter === "{") return this.object(depth + 1);
    if (letter === "[") return this.array(depth + 1);
    const word = WORDS[letter];
    if (word && this.text.startsWith(word[0], this.at)) {
      this.at += word[0].length;
      return word[1];
    }
    return this.integer();
  }

  integer() {
    INTEGER.lastIndex = this.at;
    const found = INTEGER.exec(this.text)?.[0];
    if (found === undefined) this.fail("no value");
    this.at += found.length;
    if (found === "-0" || found.replace("-", "").length > 18 || /[.eE]/.test(this.text[this.at] ?? "")) {
      this.fail("a number that is no small integer");
    }
    return Number(found);
  }

  string() {
    let found = "";
    this.at += 1;
    for (;;) {
      PLAIN.lastIndex = this.at;
      const part = PLAIN.exec(this.text)[0];
      found += part;
      this.at += part.length;
      const letter = this.text[this.at];
      if (letter === '"') {
        this.at += 1;
        if (!this.isCanonical && SURROGATE.test(found)) this.fail("half a character");
        return found;
      }
      if (letter !== "\\") this.fail("a text that is not closed");
      found += this.escape();
    }
  }

  escape() {
    const kind = this.text[this.at + 1];
    if (kind !== "u") {
      const letter = ESCAPES[kind];
      if (letter === undefined || kind === undefined) this.fail("an unknown escape");
      if (kind === "/") this.isCanonical = false;
      this.at += 2;
      return letter;
    }
    const digits = this.text.slice(this.at + 2, this.at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail("an unknown escape");
    const code = parseInt(digits, 16);
    // Only control characters without a short escape are written by number.
    if (digits !== digits.toLowerCase() || code >= 32 || "\b\t\n\f\r".includes(String.fromCharCode(code))) {
      this.isCanonical = false;
    }
    this.at += 6;
    return String.fromCharCode(code);
  }

  array(depth) {
    this.enter(depth);
    const found = [];
    if (this.ends("]")) return found;
    do found.push(this.value(depth));
    while (this.goesOn("]"));
    return found;
  }

  object(depth) {
    this.enter(depth);
    const found = Object.create(null);
    if (this.ends("}")) return found;
    do {
      this.skip();
      if (this.text[this.at] !== '"') this.fail("a name is expected");
      const name = this.string();
      if (name in found) this.fail("an object has the same name twice");
      this.skip();
      if (this.text[this.at] !== ":") this.fail("a colon is expected");
      this.at += 1;
      found[name] = this.value(depth);
    } while (this.goesOn("}"));
    return found;
  }

  enter(depth) {
    if (depth > MOST_DEPTH) this.fail("nested too deep");
    this.at += 1;
  }

  ends(bracket) {
    this.skip();
    if (this.text[this.at] !== bracket) return false;
    this.at += 1;
    return true;
  }

  goesOn(bracket) {
    if (this.ends(bracket)) return false;
    if (this.text[this.at] !== ",") this.fail("a comma is expected");
    this.at += 1;
    return true;
  }
}

/** Text of bytes that must be UTF-8. */
export const textOf = (bytes) => {
  try {
    return decoder.decode(bytes);
  } catch {
    return refuse("MalformedObjectError", "not UTF-8");
  }
};

/** Read bytes (or a text) as strict JSON. */
export const readJson = (data, what, mostBytes = MOST_BYTES) => read(data, what, mostBytes).value;

/** Read bytes (or a text) that must be the canonical ones of what they say. */
export const readCanonical = (data, what, mostBytes = MOST_BYTES) => {
  const { value, isCanonical } = read(data, what, mostBytes);
  demand(isCanonical, "NonCanonicalObjectError", `${what}: not in canonical form`);
  return value;
};

const read = (data, what, mostBytes) => {
  demand(data.length <= mostBytes, "OversizedObjectError", `${what}: ${data.length} bytes, at most ${mostBytes} are honest`);
  const parser = new Parser(typeof data === "string" ? data : textOf(data));
  return { value: parser.whole(), isCanonical: parser.isCanonical };
};
