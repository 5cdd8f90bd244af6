// The election: its questions, group and key, frozen at opening under one fingerprint; and the list of credentials.

import { fingerprint } from "../booth/hashes.js";
import { groupNamed } from "./groups.js";
import { demand, refuse } from "./refusals.js";
import { readArray, readBoolean, readFields, readInteger, readJson, readText } from "./shape.js";

const MOST_ANSWERS = 4096;
const MOST_QUESTIONS = 256;
const MOST_LIST_BYTES = 512 * 1024 * 1024;
const MOST_WEIGHT = 10n ** 11n;

const readAnswers = (value) => {
  const answers = readArray(value, "answers").map((item) => readText(item, "answer"));
  return answers;
};

const requireAnswers = ({ length }) => {
  demand(length >= 1 && length <= MOST_ANSWERS, "MalformedQuestionError", `${length} answers`);
};

const readHomomorphic = (value) => {
  readFields(value, "question", ["answers", "min", "max", "question"]);
  const question = readText(value.question, "question");
  const answers = readAnswers(value.answers);
  const least = readInteger(value.min, "min");
  const most = readInteger(value.max, "max");
  const blank = "blank" in value ? readBoolean(value.blank, "blank") : false;
  requireAnswers(answers);
  const possible = least <= most && most <= answers.length;
  demand(possible, "MalformedQuestionError", `min ${least}, max ${most} of ${answers.length} answers cannot be met`);
  // One ciphertext per answer, and a leading one for "blank" where that is allowed.
  return { shuffled: false, question, answers, least, most, blank, width: answers.length + (blank ? 1 : 0) };
};

const readShuffled = (value) => {
  const content = value.value;
  const whole = typeof content === "object" && content !== null && "answers" in content && "question" in content;
  demand(whole, "MalformedObjectError", "NonHomomorphic question without answers or question");
  const question = readText(content.question, "question");
  const answers = readAnswers(content.answers);
  requireAnswers(answers);
  return { shuffled: true, question, answers };
};

const readQuestion = (value) => {
  readFields(value, "question", []);
  if (value.type === undefined || value.type === null) return readHomomorphic(value);
  if (value.type === "NonHomomorphic") return readShuffled(value);
  return refuse("UnsupportedQuestionError", "a question that is neither homomorphic nor NonHomomorphic");
};

const readUuid = (value) => {
  const text = readText(value, "uuid");
  const right = /^[1-9A-HJ-NP-Za-km-z]{14,64}$/.test(text);
  demand(right, "MalformedUuidError", "uuid: not 14…64 Base58 characters");
  return text;
};

// Whose cosignatures of the log count: texts, and a number. Anything else is no witness at all.
const witnessesIn = (value) => {
  const keys = Array.isArray(value?.keys) ? value.keys.filter((key) => typeof key === "string") : [];
  return { quorum: Number.isSafeInteger(value?.quorum) ? value.quorum : keys.length, keys };
};

/** Read an election from its bytes; its key must be a member of its group and not the identity. */
export const readElection = (data) => {
  const required = ["version", "description", "name", "group", "public_key", "questions", "uuid"];
  const value = readFields(readJson(data, "election"), "election", required);
  demand(value.version === 1, "UnsupportedVersionError", "the election is not of version 1 of the protocol");
  const group = groupNamed(readText(value.group, "group"));
  const name = readText(value.name, "name");
  readText(value.description, "description");
  const publicKey = group.parseKey(readText(value.public_key, "public key"));
  const items = readArray(value.questions, "questions");
  const some = items.length >= 1 && items.length <= MOST_QUESTIONS;
  demand(some, "MalformedQuestionError", `${items.length} questions`);
  const questions = items.map(readQuestion);
  const uuid = readUuid(value.uuid);
  for (const field of ["administrator", "credential_authority"]) if (field in value) readText(value[field], field);
  return {
    group,
    name,
    publicKey,
    publicKeyText: group.text(publicKey),
    questions,
    uuid,
    fingerprint: fingerprint(data),
    demandsStrongDecryption: value.madang?.strong_decryption === true,
    logKey: typeof value.assembly?.log_key === "string" ? value.assembly.log_key : "",
    witnesses: witnessesIn(value.assembly?.witnesses),
    isShuffled: questions.some(({ shuffled }) => shuffled),
  };
};

/** Read the public list: text of each credential → its weight. Whether they are elements is not known yet. */
export const readCredentials = (data) => {
  const found = new Map();
  let total = 0n;
  for (const item of readArray(readJson(data, "public credentials", MOST_LIST_BYTES), "public credentials")) {
    const text = readText(item, "public credential");
    const comma = text.indexOf(",");
    const weight = comma < 0 ? "1" : text.slice(comma + 1);
    const canonical = /^(?:0|[1-9][0-9]{0,17})$/.test(weight);
    demand(canonical, "WeightError", "a weight that is not a canonical number");
    const credential = comma < 0 ? text : text.slice(0, comma);
    demand(!found.has(credential), "DuplicateCredentialError", "the public list names a credential twice");
    found.set(credential, BigInt(weight));
    total += BigInt(weight);
  }
  demand(total <= MOST_WEIGHT, "WeightError", `the weights add up to more than ${MOST_WEIGHT}`);
  return found;
};

/** Refuse credentials that are no members of the group, or are the identity. */
export const requireCredentials = (group, texts) => {
  for (const text of texts) {
    demand(!group.parse(text).is0(), "IdentityElementError", "a credential of the list is the identity");
  }
};
