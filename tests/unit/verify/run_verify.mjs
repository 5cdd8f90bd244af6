// Runs the browser's verifier under node for the tests: one JSON request a line on standard input, one answer a line.
//
// {"archive": path, "demands": {…, "proofs": path, "earlier": path}}   → the report as JSON, as the command prints it

import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto;
const verify = new URL("../../../static/verify/", import.meta.url);
const { verifyArchive } = await import(new URL("run.js", verify));
const { alone } = await import(new URL("crew.js", verify));

const file = (path) => (path ? new Blob([readFileSync(path)]) : null);

const answer = async ({ archive, demands = {} }) => {
  const files = { proofs: file(demands.proofs), earlier: file(demands.earlier) };
  const { report } = await verifyArchive(file(archive), { ...demands, ...files }, { crew: alone() });
  return report.toJson();
};

for await (const line of createInterface({ input: process.stdin })) {
  let told;
  try {
    told = await answer(JSON.parse(line));
  } catch (error) {
    told = { broke: `${error.stack}` };
  }
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
