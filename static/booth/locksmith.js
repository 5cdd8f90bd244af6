// What is done with secrets, apart from the page: runs in a worker, or in the page where there are no module workers.

import { Election, makeBallot, openBallot } from "./ballot.js";
import { deriveCredential } from "./credentials.js";

let election = null;

export const crafts = {
  /** Read the election and make the tables of its key, while the voter still reads. */
  prepare(text) {
    election = new Election(text);
    election.group.generatorTable();
    return election.fingerprint;
  },
  credential: (code) => deriveCredential(code, election.uuid, election.group).public,
  lock: (code, votes) => makeBallot(election, code, votes),
  open: (ballot, opening) => openBallot(election, ballot, opening),
};
