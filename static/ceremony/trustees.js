// The published list of trustees, checked as every verifier checks it, in the form that a ceremony asks of it. Pure.

import { groupNamed } from "../verify/groups.js";
import { Refused as WrongList } from "../verify/refusals.js";
import { Trustees } from "../verify/trustees.js";
import { Refused } from "./shape.js";
import { beginCeremony } from "./threshold.js";

/**
 * The election's key and everybody's public key, in their numbers' order, of a list that was checked.
 *
 * ``ceremony`` is that of a threshold structure, with its members' public keys; null where every trustee is needed.
 */
export const describe = (group, trustees) => {
  const structure = trustees.entries.find(({ isSingle }) => !isSingle);
  const publicKeys = ({ members }) => trustees.group.texts([...members.values()].map(({ publicKey }) => publicKey));
  return {
    key: trustees.group.text(trustees.electionKey()),
    members: publicKeys(trustees),
    ceremony: structure
      ? {
          ...beginCeremony(group, structure.threshold, structure.certs.map(({ json }) => json)),
          members: publicKeys(structure),
        }
      : null,
  };
};

/** Check a published list, and describe it. */
export const readTrustees = (group, text) => {
  try {
    const trustees = new Trustees(text, groupNamed(group.name));
    trustees.requireValid();
    return describe(group, trustees);
  } catch (error) {
    if (error instanceof WrongList) throw new Refused("badTrustees");
    throw error;
  }
};
