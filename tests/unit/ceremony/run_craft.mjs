// Runs the ceremony's own modules under node: reads [{"craft", "asked"}] from standard input, writes a list of answers.

import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto;
const { crafts } = await import(new URL("../../../static/ceremony/craft.js", import.meta.url));

const told = [];
for (const { craft, asked } of JSON.parse(readFileSync(0, "utf8"))) {
  if (asked.archive) asked.archive = new Uint8Array(Buffer.from(asked.archive, "base64"));
  try {
    told.push({ made: await crafts[craft](asked, () => {}) });
  } catch (error) {
    told.push({ error: error.constructor.name, reason: error.reason ?? error.message, facts: error.facts ?? {} });
  }
}
process.stdout.write(JSON.stringify(told));
