// Threshold trustees make a key together (docs/key-ceremony.md §2): certificates, commitments, coefficients and shares,
// keys. The server only carries messages; every step checks what all others published, and refuses by name.
//
// A member keeps its seed and nothing else. Its polynomial follows from the seed and the ceremony, so that a page that
// was closed between two steps goes on as if it had not been.

import { digest, hex } from "../booth/hashes.js";
import { openSigned, readFor, send } from "./channel.js";
import { publishKey, readSigned, requireSignature, sign, signed } from "./proofs.js";
import { derivedScalar, memberSecrets } from "./seeds.js";
import { Refused, fieldsOf, readCanonical, readElement, readScalar, require, serialize } from "./shape.js";

const COMMITMENT = "madang-coefficient-commitment/1";
const ACKNOWLEDGEMENT = "madang-coefficient-acknowledgement/1";
const sha = (text) => hex(digest(text));

/** Step 1: what a member publishes first. */
export const certificate = (group, seed, { size, threshold, index }) => {
  const secrets = memberSecrets(group, seed);
  const [verification, encryption] = group.serializeAll([
    group.generatorTable().times(secrets.signing),
    group.generatorTable().times(secrets.decryption),
  ]);
  const context = { group: group.name, size, threshold, index };
  return signed(group, secrets.signing, JSON.stringify({ context, verification, encryption }));
};

/** Step 2: check everybody's certificates; what follows is bound to them. */
export const beginCeremony = (group, threshold, certificates) => {
  const size = certificates.length;
  const keys = certificates.map((value, position) => {
    const facts = { member: position + 1 };
    const { message } = fieldsOf(value, ["message", "signature"], "badCertificate");
    const names = ["context", "verification", "encryption"];
    const { context, verification, encryption } = fieldsOf(readCanonical(message, "badCertificate"), names);
    const wanted = JSON.stringify({ group: group.name, size, threshold, index: position + 1 });
    require(JSON.stringify(context) === wanted, "badCertificate", facts);
    const key = readElement(group, verification, "badCertificate");
    readSigned(group, key, value, "badCertificate", facts);
    return { verification: key, encryption: readElement(group, encryption, "badCertificate"), texts: [verification, encryption] };
  });
  const texts = keys.flatMap((key) => key.texts);
  require(new Set(texts).size === texts.length, "badCertificate");
  return { group, threshold, size, certificates, keys, identifier: sha(JSON.stringify(certificates)) };
};

/** Which member a seed belongs to, from 1. */
export const numberOf = ({ group, keys }, seed) => {
  const { signing } = memberSecrets(group, seed);
  const own = serialize(group, group.generatorTable().times(signing));
  const position = keys.findIndex(({ texts }) => texts[0] === own);
  require(position >= 0, "foreignSeed");
  return position + 1;
};

const polynomialOf = ({ group, threshold, identifier }, seed) =>
  Array.from({ length: threshold }, (_, power) => derivedScalar(group, seed, `polynomial|${identifier}|${power}`));

const coefficientsText = (ceremony, seed) => {
  const { group } = ceremony;
  const points = polynomialOf(ceremony, seed).map((each) => group.generatorTable().times(each));
  return JSON.stringify({ coefexps: group.serializeAll(points) });
};

const commitmentText = ({ identifier }, index, coefficients) =>
  JSON.stringify({ format: COMMITMENT, ceremony: identifier, index, coefexps: sha(coefficients) });

/** Step 3: bind oneself to coefficients that nobody has seen. */
export const commit = (ceremony, seed) =>
  signed(
    ceremony.group,
    memberSecrets(ceremony.group, seed).signing,
    commitmentText(ceremony, numberOf(ceremony, seed), coefficientsText(ceremony, seed)),
  );

const requireCommitments = (ceremony, commitments) => {
  require(commitments.length === ceremony.size, "badCommitment");
  commitments.forEach((value, position) => {
    const facts = { member: position + 1 };
    const message = readSigned(ceremony.group, ceremony.keys[position].verification, value, "badCommitment", facts);
    const { coefexps } = readCanonical(message, "badCommitment");
    const frame = { format: COMMITMENT, ceremony: ceremony.identifier, index: position + 1, coefexps };
    require(message === JSON.stringify(frame) && /^[0-9a-f]{64}$/.test(coefexps), "badCommitment", facts);
  });
};

const acknowledgementText = ({ identifier }, index, commitments) =>
  JSON.stringify({ format: ACKNOWLEDGEMENT, ceremony: identifier, index, commitments: sha(JSON.stringify(commitments)) });

const evaluate = (group, polynomial, at) =>
  polynomial.reduceRight((value, coefficient) => group.modulo(value * BigInt(at) + coefficient), 0n);

const certificatesText = ({ certificates }, coefficients) =>
  `certs_sig|${JSON.stringify({ certs: certificates, coefexps: JSON.parse(coefficients).coefexps })}`;

/** Step 4: say that one has seen all commitments, and show one's coefficients with a share for everybody. */
export const reveal = async (ceremony, seed, commitments) => {
  requireCommitments(ceremony, commitments);
  const { group, keys } = ceremony;
  const number = numberOf(ceremony, seed);
  const { signing } = memberSecrets(group, seed);
  const coefficients = coefficientsText(ceremony, seed);
  require(commitments[number - 1].message === commitmentText(ceremony, number, coefficients), "badCommitment", { member: number });
  const polynomial = polynomialOf(ceremony, seed);
  const own = JSON.stringify({ polynomial: polynomial.map(String) });
  const share = (index) => JSON.stringify({ secret: `${evaluate(group, polynomial, index)}` });
  return {
    acknowledgement: signed(group, signing, acknowledgementText(ceremony, number, commitments)),
    polynomial: {
      polynomial: await send(group, signing, keys[number - 1].encryption, own),
      secrets: await Promise.all(keys.map(({ encryption }, position) => send(group, signing, encryption, share(position + 1)))),
      coefexps: signed(group, signing, coefficients),
      signature: sign(group, signing, certificatesText(ceremony, coefficients)),
    },
  };
};

// g^f(index), from the public coefficients.
const shareCommitment = (group, coefficients, index) =>
  coefficients.reduceRight((value, coefficient) => group.timesPublic(value, BigInt(index)).add(coefficient), group.identity);

// Everybody's coefficients, checked against signatures, commitments and acknowledgements.
const requireRevealed = (ceremony, commitments, revealed) => {
  const { group, keys, size, threshold } = ceremony;
  requireCommitments(ceremony, commitments);
  require(revealed.length === size, "badCoefficients");
  return revealed.map(({ acknowledgement, polynomial }, position) => {
    const facts = { member: position + 1 };
    const key = keys[position].verification;
    const seen = readSigned(group, key, acknowledgement, "badCommitment", facts);
    require(seen === acknowledgementText(ceremony, position + 1, commitments), "badCommitment", facts);
    const text = readSigned(group, key, polynomial.coefexps, "badCoefficients", facts);
    require(commitments[position].message === commitmentText(ceremony, position + 1, text), "badCommitment", facts);
    requireSignature(group, key, certificatesText(ceremony, text), polynomial.signature, "badCoefficients", facts);
    const { coefexps } = fieldsOf(readCanonical(text, "badCoefficients"), ["coefexps"], "badCoefficients");
    require(coefexps.length === threshold && polynomial.secrets.length === size, "badCoefficients", facts);
    return coefexps.map((each) => readElement(group, each, "badCoefficients"));
  });
};

/** A share that does not fit: ``complaint`` is the evidence, for everybody to judge. */
export class FalseShare extends Refused {
  constructor(sender, complaint) {
    super("falseShare", { member: sender });
    this.complaint = complaint;
  }
}

/** Step 5: check everything received, and compute one's key. Returns ``{"private_key","public_key"}`` for everybody. */
export const computeKey = async (ceremony, seed, commitments, revealed, name) => {
  const { group, keys } = ceremony;
  const number = numberOf(ceremony, seed);
  const { signing, decryption } = memberSecrets(group, seed);
  const coefficients = requireRevealed(ceremony, commitments, revealed);
  require(revealed[number - 1].polynomial.coefexps.message === coefficientsText(ceremony, seed), "notMyCoefficients");
  let secret = 0n;
  for (const [position, { polynomial }] of revealed.entries()) {
    const facts = { member: position + 1 };
    const share = await openSigned(group, decryption, polynomial.secrets[number - 1], facts);
    const message = readFor(group, keys[number - 1].encryption, keys[position].verification, share, facts);
    let value = null;
    try {
      value = readScalar(group, fieldsOf(readCanonical(message), ["secret"]).secret);
    } catch {
      // What was signed is no share: as false as a wrong one.
    }
    const fits =
      value !== null &&
      group.generatorTable().times(value).equals(shareCommitment(group, coefficients[position], number));
    if (!fits) throw new FalseShare(position + 1, { sender: position + 1, recipient: number, share });
    secret += value;
  }
  const key = group.modulo(secret);
  const { pok, public_key: element } = publishKey(group, key);
  return {
    private_key: await send(group, signing, keys[number - 1].encryption, JSON.stringify({ decryption_key: `${key}` })),
    public_key: { pok, public_key: element, signature: sign(group, signing, element), name },
  };
};

/** The decryption key that a member once sent to itself; refuses one whose public half is not the published one. */
export const openKey = async (ceremony, seed, sealed, published) => {
  const { group, keys } = ceremony;
  const number = numberOf(ceremony, seed);
  const { decryption } = memberSecrets(group, seed);
  const own = keys[number - 1];
  const text = readFor(group, own.encryption, own.verification, await openSigned(group, decryption, sealed));
  const key = readScalar(group, fieldsOf(readCanonical(text), ["decryption_key"]).decryption_key, "wrongKey");
  require(serialize(group, group.generatorTable().times(key)) === published, "wrongKey");
  return key;
};
