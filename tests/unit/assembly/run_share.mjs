// Runs static/js/share.js under node: reads [{"trace", "ballots"}], writes per trace [[left, unit, [[project, round, paid]]]].

import { readFileSync } from "node:fs";

const { spend } = await import(new URL("../../../static/js/share.js", import.meta.url));

const told = JSON.parse(readFileSync(0, "utf8")).map(({ trace, ballots }) =>
  ballots.map((ballot) => {
    try {
      const { unit, left, payments } = spend(trace, ballot);
      return [`${left}`, `${unit}`, payments.map(({ project, round, paid }) => [project, round, `${paid}`])];
    } catch (error) {
      return error.constructor.name;
    }
  }),
);
process.stdout.write(JSON.stringify(told));
