// Runs the browser's verifier under node for the tests: one JSON request a line on standard input, one answer a line.
//
// {"archive": path, "demands": {…, "proofs": path, "earlier": path}}   → the report as JSON, as the command prints it
// {"crew": {"size", "tasks": [{"ms", "refused"?, "broke"?}]}}            → {"made": [number of each task] | "refused": code, "given": how many}
// {"typed": [text]}                                                    → {"trackers": [text]}

import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto;
const verify = new URL("../../../static/verify/", import.meta.url);
const { verifyArchive } = await import(new URL("run.js", verify));
const { alone, crewOf } = await import(new URL("crew.js", verify));
const { trackerIn } = await import(new URL("mine.js", verify));

const file = (path) => (path ? new Blob([readFileSync(path)]) : null);

/** A hand without a thread: it takes as long as its task says. */
const handOf = (given) => () => ({
  postMessage({ task: { number, ms, refused, broke } }) {
    given.push(number);
    const data = refused ? { refused: { code: refused, message: "", step: null, tracker: null } } : { made: number, broke };
    setTimeout(() => this.onmessage({ data }), ms);
  },
});

const shareOut = async ({ size, tasks }) => {
  const given = [];
  const numbered = tasks.map((task, number) => ({ ...task, number }));
  try {
    return { made: await crewOf(handOf(given), size).work(null, numbered, () => {}), given: given.length };
  } catch (error) {
    return { refused: error.code ?? error.message, given: given.length };
  }
};

const answer = async ({ archive, demands = {}, crew, typed }) => {
  if (crew) return shareOut(crew);
  if (typed) return { trackers: typed.map(trackerIn) };
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
