// The `.bel` archive: one streaming pass in which the container and the chain are checked and the places of everything kept.
//
// The file is a concatenation of old-style tar members without an end mark: first BELENIOS, then for every event its data
// members and the event itself, each named by its hash. There is exactly one file for a given history.

import { digest, hex } from "../booth/hashes.js";
import { PAYLOADS, readEvent, readOwned, readSetup, readSizedTally } from "./events.js";
import { UNREADABLE, demand, refuse } from "./refusals.js";
import { readCanonical, readInteger, readObject, readText } from "./shape.js";

const BLOCK = 512;
const WINDOW = 4 * 1024 * 1024;
const MOST_MEMBER = 512 * 1024 * 1024;
const MOST_TIMESTAMP = 8 ** 11 - 1;
const MEMBER = /^([0-9a-f]{64})\.(data|event)\.json$/;
const CREDENTIAL = /^\{"election_uuid":"[^"\\]*","election_hash":"[^"\\]*","credential":"([^"\\]*)",/;

const latin = (bytes) => String.fromCharCode(...bytes);

/** Reads a file (a Blob) from its beginning, a few megabytes at a time. */
class Reader {
  constructor(file) {
    this.file = file;
    this.at = 0;
    this.window = new Uint8Array();
    this.start = 0;
  }

  /** The next bytes; fewer where the file ends. */
  async next(size) {
    if (this.at + size > this.start + this.window.length) {
      const end = Math.min(this.file.size, this.at + Math.max(size, WINDOW));
      this.window = new Uint8Array(await this.file.slice(this.at, end).arrayBuffer());
      this.start = this.at;
    }
    const from = this.at - this.start;
    const found = this.window.subarray(from, from + size);
    this.at += found.length;
    return found;
  }
}

const header = (name, size, timestamp) => {
  const block = new Uint8Array(BLOCK);
  const put = (at, text) => block.set(Uint8Array.from(text, (letter) => letter.charCodeAt(0)), at);
  const octal = (number, width) => number.toString(8).padStart(width, "0");
  put(0, name);
  put(100, "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, `${octal(size, 11)}\0`);
  put(136, `${octal(timestamp, 11)}\0`);
  put(148, " ".repeat(8));
  put(156, "0");
  // The checksum is the sum of all bytes, its own field counted as spaces.
  put(148, `${octal(block.reduce((sum, byte) => sum + byte, 0), 6)}\0 `);
  return block;
};

const requireHeader = (block, name, size, timestamp) => {
  const wanted = header(name, size, timestamp);
  const same = block.length === BLOCK && wanted.every((byte, index) => byte === block[index]);
  demand(same, "ArchiveMemberError", `the header of member ${name} is not in its one form`);
};

const sizeOf = (block) => {
  const field = latin(block.subarray(124, 135));
  demand(/^[0-7]{11}$/.test(field), "ArchiveMemberError", "a member's size is not eleven octal digits");
  const size = parseInt(field, 8);
  demand(size <= MOST_MEMBER, "OversizedObjectError", `a member of ${size} bytes`);
  return size;
};

const readBody = async (reader, size) => {
  const padded = Math.ceil(size / BLOCK) * BLOCK;
  const data = reader.at + padded > reader.file.size ? null : await reader.next(padded);
  demand(data?.length === padded, "TruncatedArchiveError", "the archive ends inside a member");
  const clean = data.subarray(size).every((byte) => byte === 0);
  demand(clean, "ArchiveMemberError", "a member is padded with other bytes than zeros");
  return data.slice(0, size);
};

const readFirst = async (reader) => {
  const block = await reader.next(BLOCK);
  const begins = block.length === BLOCK && latin(block.subarray(0, 9)) === "BELENIOS\0";
  demand(begins, "NotAnArchiveError", "the file does not begin like a .bel archive");
  const body = await readBody(reader, sizeOf(block));
  const fields = readObject(readCanonical(body, "archive header"), "archive header", ["version", "timestamp"]);
  const version = readInteger(fields.version, "archive version");
  demand(version === 1, "UnsupportedVersionError", "an archive of another version");
  const text = readText(fields.timestamp, "timestamp");
  const canonical = /^(?:0|[1-9][0-9]{0,10})$/.test(text) && Number(text) <= MOST_TIMESTAMP;
  demand(canonical, "ArchiveMemberError", "the timestamp is not a canonical number");
  requireHeader(block, "BELENIOS", body.length, Number(text));
  return Number(text);
};

const readMember = async (reader, block, timestamp) => {
  demand(block.length === BLOCK, "TruncatedArchiveError", "the archive ends inside a member's header");
  const match = MEMBER.exec(latin(block.subarray(0, 100)).replace(/\0+$/, ""));
  demand(match, "ArchiveMemberError", "a member that is named neither as data nor as an event");
  const offset = reader.at;
  const body = await readBody(reader, sizeOf(block));
  requireHeader(block, match[0], body.length, timestamp);
  const [, name, kind] = match;
  demand(hex(digest(body)) === name, "MemberHashError", `member ${name} has other bytes than its name says`);
  return { name, kind, body, offset };
};

/** The hashes that a payload refers to: those of the other data members of its event, in order. */
const references = (type, payload) => {
  switch (type) {
    case "Setup": {
      const { election, trustees, credentials } = readSetup(payload);
      return [election, trustees, credentials];
    }
    case "EncryptedTally":
      return [readSizedTally(payload).encrypted_tally];
    case "Shuffle":
    case "PartialDecryption":
      return [readOwned(payload).payload];
    default:
      return [];
  }
};

const requirePayloads = ({ type, height, payload }, members) => {
  const expected = PAYLOADS[type];
  demand(members.length >= expected, "MissingMemberError", `event ${height} (${type}) lacks a data member`);
  demand(members.length <= expected, "UnexpectedMemberError", `event ${height} (${type}) has a data member too many`);
  if (!members.length) return;
  const last = members[members.length - 1];
  const names = members.slice(0, -1).map(({ name }) => name);
  demand(payload === last.name, "MissingMemberError", `event ${height} (${type}) names another payload`);
  const fits = references(type, last.body).join() === names.join();
  demand(fits, "PayloadReferenceError", `event ${height} (${type}) refers to other data than stand before it`);
};

const requireContinues = (head, { parent, height }) => {
  const [wanted, next] = head ? [head.hash, head.height + 1] : [null, 0];
  demand(parent === wanted && height === next, "ChainError", `event ${next} does not continue the chain`);
};

/** Where everything is. Ballots are numbered from 0 in the order of the archive. */
export class ArchiveIndex {
  constructor(file) {
    this.file = file;
    this.head = null;
    /** Of every event: its hash, by height. */
    this.hashes = [];
    this.events = [];
    this.kinds = [];
    /** Of every ballot: offset and size, hash of its bytes, credential as written, height of its event. */
    this.ballots = [];
  }

  add(event, members) {
    this.head = event;
    this.hashes.push(event.hash);
    // Equal neighbours are kept once: two ballots in a row allow the same as one.
    const last = this.kinds[this.kinds.length - 1];
    if (event.type !== "Ballot" || last?.type !== "Ballot") this.kinds.push({ type: event.type, height: event.height });
    const places = members.map(({ offset, body }) => [offset, body.length]);
    if (event.type !== "Ballot") {
      this.events.push({ ...event, places });
      return;
    }
    const [{ name, body }] = members;
    const credential = CREDENTIAL.exec(latin(body.subarray(0, 1400)))?.[1] ?? "";
    this.ballots.push({ place: places[0], hash: name, credential, height: event.height });
  }

  ofType(type) {
    return this.events.filter((event) => event.type === type);
  }

  /** The data members of an event, read again. */
  async read({ places }) {
    return Promise.all(places.map(([offset, size]) => readPlace(this.file, offset, size)));
  }

  /** For each ballot whether it is the last one of its credential. */
  lastBallots() {
    const last = new Map(this.ballots.map(({ credential }, number) => [credential, number]));
    return this.ballots.map(({ credential }, number) => last.get(credential) === number);
  }

  tracker(number) {
    return trackerOf(this.ballots[number].hash);
  }

  /** The bytes of the event that holds a ballot are known from its neighbours. */
  parentOf(number) {
    return this.hashes[this.ballots[number].height - 1];
  }
}

/** The tracker of a ballot whose hash is known: unpadded base64. */
const trackerOf = (hash) =>
  btoa(hash.replace(/../g, (pair) => String.fromCharCode(parseInt(pair, 16)))).replace(/=+$/, "");

export const readPlace = async (file, offset, size) => new Uint8Array(await file.slice(offset, offset + size).arrayBuffer());

/** Read an archive once; ``progress`` is told bytes done and bytes in all. */
export const indexArchive = async (file, progress = () => {}) => {
  const reader = new Reader(file);
  const timestamp = await readFirst(reader);
  const index = new ArchiveIndex(file);
  let pending = [];
  for (;;) {
    const block = await reader.next(BLOCK);
    if (!block.length) break;
    const member = await readMember(reader, block, timestamp);
    if (member.kind === "data") {
      const fits = pending.length < 4;
      demand(fits, "UnexpectedMemberError", `data member ${member.name} belongs to no event`);
      pending.push(member);
      continue;
    }
    const event = { ...readEvent(member.body), hash: member.name };
    requireContinues(index.head, event);
    requirePayloads(event, pending);
    index.add(event, pending);
    pending = [];
    if (event.height % 256 === 0) progress(reader.at, file.size);
  }
  if (pending.length) refuse("UnexpectedMemberError", `data member ${pending[0].name} belongs to no event`);
  progress(file.size, file.size);
  return index;
};

/** How many bytes an archive adds to an earlier copy of itself, which it must continue. */
export const requireContinuesCopy = async (file, earlier) => {
  const added = file.size - earlier.size;
  demand(added >= 0, "EarlierCopyError", `the archive is ${-added} bytes shorter than the earlier copy`);
  for (let at = 0; at < earlier.size; at += WINDOW) {
    const size = Math.min(WINDOW, earlier.size - at);
    const [now, before] = await Promise.all([readPlace(file, at, size), readPlace(earlier, at, size)]);
    const differing = before.findIndex((byte, index) => byte !== now[index]);
    demand(differing < 0, "EarlierCopyError", `the archive differs from the earlier copy at byte ${at + differing}`);
  }
  return added;
};

/** Whether a refusal says that the file cannot be read, so that it belongs to no step. */
export const isUnreadable = ({ code }) => UNREADABLE.has(code);
