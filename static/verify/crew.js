// Who does the work that can be shared out: the same crafts in this thread, or in several.

import { readPlace } from "./archive.js";
import { checkChunk } from "./ballots.js";
import { readElection, requireCredentials } from "./election.js";
import { Refused } from "./refusals.js";

let known = { data: null, election: null };

const electionOf = (data) => {
  // One election at a time: its tables are large.
  const same = known.data?.length === data.length && known.data.every((byte, index) => byte === data[index]);
  if (!same) known = { data, election: readElection(data) };
  return known.election;
};

const crafts = {
  ballots: async (election, { file, part }) => {
    const ballots = await Promise.all(
      part.map(async ({ place: [offset, size], ...told }) => ({ ...told, data: await readPlace(file, offset, size) })),
    );
    return checkChunk(election, ballots);
  },
  credentials: ({ group }, { part }) => requireCredentials(group, part),
  members: ({ group }, { part }) => part.forEach((text) => group.parse(text)),
};

/** Do one piece of work; a refusal is thrown. */
export const workOn = async (data, task) => crafts[task.craft](electionOf(data), task);

/** The crew of a single thread. */
export const alone = () => ({
  work: async (data, tasks, done) => {
    const found = [];
    for (const task of tasks) {
      found.push(await workOn(data, task));
      done(task);
    }
    return found;
  },
  dismiss: () => {},
});

/**
 * A crew of threads. Tasks are handed out in order; the refusal is always that of the first wrong one in that order.
 *
 * ``hire`` makes a Worker that runs helper.js.
 */
export const crewOf = (hire, size) => {
  const hands = Array.from({ length: size }, hire);
  return {
    work: (data, tasks, done) =>
      new Promise((resolve, reject) => {
        const found = new Array(tasks.length);
        let next = 0;
        let left = tasks.length;
        let first = { at: Infinity, error: null };
        const finish = () => (first.error ? reject(first.error) : resolve(found));
        if (!left) resolve(found);
        const give = (hand) => {
          // Nothing after a refusal can change the verdict, everything before it can.
          if (next >= tasks.length || next > first.at) return;
          const at = next++;
          hand.onmessage = ({ data: { made, refused, broke } }) => {
            if (broke) {
              reject(new Error(broke));
              return;
            }
            left -= 1;
            if (refused && at < first.at) first = { at, error: Refused.fromJson(refused) };
            found[at] = made;
            done(tasks[at]);
            hand.busy = null;
            give(hand);
            const waiting = hands.some(({ busy }) => busy !== null && busy !== undefined && busy < first.at);
            if (left === 0 || (first.error && !waiting && next > first.at)) finish();
          };
          hand.onerror = (event) => {
            event.preventDefault();
            reject(new Error("a helper does not start"));
          };
          hand.busy = at;
          hand.postMessage({ data, task: tasks[at] });
        };
        hands.forEach(give);
      }),
    dismiss: () => hands.forEach((hand) => hand.terminate()),
  };
};
