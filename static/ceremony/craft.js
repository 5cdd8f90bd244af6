// What the pages ask of the ceremony's mathematics, in one place: runs in a worker, in the page, or in a test.

import { groupNamed } from "../booth/groups.js";
import { answerRehearsal, publishKey } from "./proofs.js";
import { derivedScalar, drawSeed } from "./seeds.js";
import { Refused, serialize } from "./shape.js";
import { shuffleTally } from "./shuffle.js";
import { decryptTally, verifyBoard } from "./tally.js";
import { beginCeremony, certificate, commit, computeKey, numberOf, openKey, reveal } from "./threshold.js";
import { readTrustees } from "./trustees.js";
import { generateCredentials } from "./authority.js";

const knownGroup = (name) => {
  const group = groupNamed(name);
  if (!group) throw new Refused("malformed");
  return group;
};

// The whole key of a trustee who shares it with nobody.
const singleSecret = (group, uuid, seed) => derivedScalar(group, seed, `trustee|${uuid}`);

// The exponent with which a seed decrypts, found through what the published list of trustees says.
const secretOf = async (group, seed, { uuid, ceremony, sealed }) => {
  if (!ceremony) return singleSecret(group, uuid, seed);
  return openKey(ceremony, seed, sealed, ceremony.members[numberOf(ceremony, seed) - 1]);
};

const ceremonyOf = ({ group, threshold, certificates }) => beginCeremony(knownGroup(group), threshold, certificates);

let board = null;

export const crafts = {
  seed: () => drawSeed(),

  single({ group: name, uuid, seed, label }) {
    const group = knownGroup(name);
    const key = publishKey(group, singleSecret(group, uuid, seed));
    return label === undefined ? key : { ...key, name: label };
  },
  certificate: ({ group, seed, size, threshold, index }) => certificate(knownGroup(group), seed, { size, threshold, index }),
  commit: (asked) => commit(ceremonyOf(asked), asked.seed),
  reveal: (asked) => reveal(ceremonyOf(asked), asked.seed, asked.commitments),
  async key(asked) {
    try {
      return { key: await computeKey(ceremonyOf(asked), asked.seed, asked.commitments, asked.revealed, asked.label) };
    } catch (error) {
      if (error.complaint) return { complaint: error.complaint };
      throw error;
    }
  },

  async rehearse({ group: name, seed, uuid, trustees, sealed, occasion }) {
    const group = knownGroup(name);
    const { members, key, ceremony } = readTrustees(group, trustees);
    const secret = await secretOf(group, seed, { uuid, ceremony, sealed });
    const owner = members.indexOf(serialize(group, group.generatorTable().times(secret))) + 1;
    if (!owner) throw new Refused("foreignSeed");
    return answerRehearsal(group, secret, key, { uuid, occasion, owner });
  },

  /** Verify the board, and remember it for `part`; returns what a person should look at before using a key. */
  async verify({ archive, fingerprint }, progress) {
    board = null;
    board = await verifyBoard(archive, fingerprint, progress);
    const { ballots, credentials, tally, head } = board;
    return { ballots, credentials, tally, head: head.hash };
  },

  /** Mix or decrypt the board that was verified here, as its last event asks for. */
  async part({ seed, sealed }, progress) {
    if (!board) throw new Refused("brokenArchive");
    const { election, trustees, head } = board;
    const secret = await secretOf(election.group, seed, { uuid: election.uuid, ceremony: trustees.ceremony, sealed });
    const isMixed = election.questions.some(({ shuffled }) => shuffled);
    if (isMixed && (head.type === "EncryptedTally" || head.type === "Shuffle")) {
      const own = serialize(election.group, election.group.generatorTable().times(secret));
      if (!trustees.members.includes(own)) throw new Refused("foreignSeed");
      return { shuffle: shuffleTally(board, progress) };
    }
    return decryptTally(board, secret);
  },

  /** Both at once. */
  async count(asked, progress) {
    return { ...(await crafts.verify(asked, progress)), ...(await crafts.part(asked, progress)) };
  },

  credentials: ({ group, uuid, count }, progress) => generateCredentials(knownGroup(group), uuid, count, progress),

  /** Read a public list of trustees, for the page that shows it. */
  trustees: ({ group, trustees }) => ({ members: readTrustees(knownGroup(group), trustees).members }),
};
