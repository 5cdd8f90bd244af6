// What is done with secrets, apart from the page: runs in a worker, or in the page where there are no module workers.

import { Election, makeBallot, openBallot } from "./ballot.js";
import { deriveCredential } from "./credentials.js";
import { generatorTable } from "./group.js";

let election = null;

export const crafts = {
  /** Read the election and make the tables of its key, while the voter still reads. */
  prepare(text) {
    generatorTable();
    election = new Election(text);
    return election.fingerprint;
  },
  credential: (code) => deriveCredential(code, election.uuid).public,
  lock: (code, votes) => makeBallot(election, code, votes),
  open: (ballot, opening) => openBallot(election, ballot, opening),
};
