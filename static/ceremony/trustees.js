// All trustees of an election as the board publishes them: who they are, the key that they make together. Pure.

import { readProof, requireKnowledge } from "./proofs.js";
import { readCanonical, readElement, require, serialize } from "./shape.js";
import { requireStructure } from "./threshold.js";

/** Check the published list; return the election's key and everybody's public key, in their numbers' order. */
export const readTrustees = (group, text) => {
  const entries = readCanonical(text, "badTrustees");
  const members = [];
  let key = group.identity;
  let ceremony = null;
  for (const [kind, content] of entries) {
    if (kind === "Single") {
      const element = readElement(group, content.public_key, "badTrustees");
      const prefix = `pok|${group.name}|${content.public_key}|`;
      requireKnowledge(group, element, prefix, readProof(group, content.pok, "badTrustees"), "badTrustees");
      members.push(content.public_key);
      key = key.add(element);
    } else {
      require(kind === "Pedersen" && ceremony === null, "badTrustees");
      const structure = requireStructure(group, content);
      members.push(...structure.members);
      key = key.add(structure.key);
      ceremony = structure.ceremony;
    }
  }
  require(members.length > 0 && !key.is0(), "badTrustees");
  return { members, key: serialize(group, key), ceremony };
};
