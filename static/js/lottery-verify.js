/**
 * Checks a council lottery in the browser: the same rules as voting/lottery/verify, written a second time.
 *
 * No dependency, no network, no solver; exact arithmetic with BigInt. Every function returns facts or throws a
 * LotteryError whose `name` is that of the Python refusal.
 *
 *   verifyBundle(bytes)                                  before the draw
 *   verifyPanels(bundleBytes, panelsBytes, commitments)  where panels are mixed before the draw
 *   verifyResult(bundleBytes, resultBytes, commitments)  after it; commitments: {name: sha256} as published, or null
 *   verifyReplacement(bundleBytes, resultBytes, replacementBytes)
 */

export class LotteryError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

/** Whether an error means "cannot be read" (exit status 2) rather than "is wrong" (1). */
export function isUnreadable(error) {
  return error.name === "MalformedBundleError" || error.name === "MalformedJSONError";
}

const MILLION = 1000000;
const MAX_CANDIDATES = 200000;
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_DEPTH = 64;
const MAX_SIMPLE_FEATURES = 2;
const PANEL_DIGITS = [3, 4];
const MIXING_DIGITS = 6;
const EVENTS = ["vacant", "refused", "ineligible", "unfilled"];
const BUNDLE_FIELDS =
  "beacon candidates cuts digits features format household levels mode people probabilities quotas rows rules seats " +
  "title types witnesses";
const RESULT_FIELDS = "beacon bundle digits format order panels reserves row seed selected witnesses";
const PANELS_FIELDS = "beacon bundle digits format panels randomness witnesses";
const REPLACEMENT_FIELDS = "bundle events format reserves result sitting steps";

function require(condition, name, message) {
  if (!condition) throw new LotteryError(name, message);
}

function shape(condition, message) {
  require(condition, "MalformedBundleError", message);
}

// ---------------------------------------------------------------- SHA-256 and HMAC (FIPS 180-4, RFC 2104)

const K = new Uint32Array(64);
const H0 = new Uint32Array(8);

// The constants are the first 32 bits of the fractional parts of cube and square roots of the first primes.
(function constants() {
  let found = 0;
  for (let n = 2; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (found < 8) H0[found] = rootBits(BigInt(n), 2n);
    K[found++] = rootBits(BigInt(n), 3n);
  }
})();

function rootBits(n, degree) {
  const target = n << (32n * degree);
  let low = 0n;
  let high = 1n << 40n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** degree <= target) low = middle;
    else high = middle - 1n;
  }
  return Number(low & 0xffffffffn);
}

/** SHA-256 of bytes, as bytes. */
export function sha256(bytes) {
  const length = bytes.length;
  const padded = new Uint8Array(((length + 8) >> 6) * 64 + 64);
  padded.set(bytes);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 0x20000000));
  view.setUint32(padded.length - 4, (length << 3) >>> 0);
  const state = Uint32Array.from(H0);
  const w = new Uint32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => (state[i] += value));
  }
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((value, i) => out.setUint32(4 * i, value));
  return new Uint8Array(out.buffer);
}

function hmac(key, message) {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sha256(key) : key);
  const inner = block.map((byte) => byte ^ 0x36);
  const outer = block.map((byte) => byte ^ 0x5c);
  return sha256(join(outer, sha256(join(inner, message))));
}

function join(left, right) {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}

const utf8 = (string) => new TextEncoder().encode(string);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const hashOf = (string) => hex(sha256(utf8(string)));

// ---------------------------------------------------------------- fractions

class Fraction {
  constructor(top, bottom = 1n) {
    let [a, b] = [top < 0n ? -top : top, bottom];
    while (b) [a, b] = [b, a % b];
    this.top = top / a;
    this.bottom = bottom / a;
  }
  plus(other) {
    return new Fraction(this.top * other.bottom + other.top * this.bottom, this.bottom * other.bottom);
  }
  minus(other) {
    return new Fraction(this.top * other.bottom - other.top * this.bottom, this.bottom * other.bottom);
  }
  times(other) {
    return new Fraction(this.top * other.top, this.bottom * other.bottom);
  }
  over(other) {
    const sign = other.top < 0n ? -1n : 1n;
    return new Fraction(sign * this.top * other.bottom, sign * this.bottom * other.top);
  }
  compare(other) {
    const difference = this.top * other.bottom - other.top * this.bottom;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  floor() {
    const quotient = this.top / this.bottom;
    return this.top < 0n && quotient * this.bottom !== this.top ? quotient - 1n : quotient;
  }
  toString() {
    return this.bottom === 1n ? String(this.top) : `${this.top}/${this.bottom}`;
  }
}

const whole = (n) => new Fraction(BigInt(n));
const ZERO = whole(0);

// ---------------------------------------------------------------- strict, canonical documents

/** Compare strings by code points, as Python and every canonical order of these documents do. */
export function compareText(a, b) {
  const left = Array.from(a, (c) => c.codePointAt(0));
  const right = Array.from(b, (c) => c.codePointAt(0));
  for (let i = 0; i < Math.min(left.length, right.length); i++) if (left[i] !== right[i]) return left[i] - right[i];
  return left.length - right.length;
}

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const keys = Object.keys(value).sort(compareText);
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

function requireStrict(value, depth = 0) {
  require(depth <= MAX_DEPTH, "MalformedJSONError", "nested too deep");
  if (typeof value === "number") require(Number.isInteger(value), "MalformedJSONError", "a number is not whole");
  else if (typeof value === "string") requireWellFormed(value);
  else if (Array.isArray(value)) value.forEach((item) => requireStrict(item, depth + 1));
  else if (value !== null && typeof value === "object") {
    for (const [key, item] of Object.entries(value)) {
      requireWellFormed(key);
      requireStrict(item, depth + 1);
    }
  }
}

function requireWellFormed(string) {
  const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
  require(!lone.test(string), "MalformedJSONError", "a lone surrogate");
}

function readDocument(bytes, format, names) {
  require(bytes.length <= MAX_BYTES, "MalformedJSONError", "too large");
  let source;
  let value;
  try {
    source = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(source);
  } catch {
    throw new LotteryError("MalformedJSONError", "not JSON");
  }
  requireStrict(value);
  shape(isObject(value) && value.format === format, `not a document of the format ${format}`);
  shape(hasFields(value, names), "fields missing or not known");
  require(canonical(value) === source, "NotCanonicalError", "the bytes are not the canonical form");
  return value;
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const hasFields = (value, names) =>
  isObject(value) && Object.keys(value).sort().join(" ") === names.split(" ").sort().join(" ");

function array(value, length) {
  shape(Array.isArray(value) && (length === undefined || value.length === length), "an array is missing or too long");
  return value;
}

function text(value, empty = false) {
  shape(typeof value === "string" && (empty || value) && !/[\x00-\x1f\x7f]/.test(value), "a text is missing");
  return value;
}

function label(value) {
  shape(!/[|=,]/.test(text(value)), "a name, number or secret contains one of | = ,");
  return value;
}

function integer(value, least, most) {
  shape(Number.isInteger(value) && value >= least && value <= most, `a number is not within ${least}…${most}`);
  return value;
}

function hex64(value) {
  shape(typeof value === "string" && /^[0-9a-f]{64}$/.test(value), "not 64 digits of lower-case hexadecimal");
  return value;
}

function fraction(value, signed = false) {
  const pattern = /^(-?)(0|[1-9][0-9]{0,4000})(?:\/([1-9][0-9]{0,4000}))?$/;
  const found = typeof value === "string" ? pattern.exec(value) : null;
  shape(found && (signed || !found[1]), "not a fraction");
  const parsed = new Fraction(BigInt(found[1] + found[2]), BigInt(found[3] ?? 1));
  shape(String(parsed) === value, "a fraction is not in lowest terms");
  return parsed;
}

function pairs(value) {
  const found = array(value).map((item) => {
    const [at, amount] = array(item, 2);
    return [integer(at, 0, 1e9), fraction(amount, true)];
  });
  requireSparse(found, ([, amount]) => amount.top !== 0n);
  return found;
}

function requireSparse(entries, present) {
  shape(entries.every((entry, i) => present(entry) && (i === 0 || entries[i - 1][0] < entry[0])), "entries: in order");
}

const ascending = (items, compare) => items.every((item, i) => i === 0 || compare(items[i - 1], item) < 0);

// ---------------------------------------------------------------- the bundle

/** Parse a bundle whose shape is right; verifyBundle says whether it is true. */
export function parseBundle(bytes) {
  const fields = readDocument(bytes, "madang-lottery/1", BUNDLE_FIELDS);
  const mode = text(fields.mode);
  shape(mode === "quota" || mode === "simple", "mode is 'quota' or 'simple'");
  const features = array(fields.features).map((item) => text(item));
  shape(features.length > 0 && new Set(features).size === features.length, "features are named once each");
  const quotas = array(fields.quotas).map((item) => {
    const [feature, value, least, most] = array(item, 4);
    const quota = { feature: text(feature), value: text(value), least, most };
    integer(least, 0, MAX_CANDIDATES);
    integer(most, 0, MAX_CANDIDATES);
    shape(features.includes(feature) && least <= most, "a quota of no feature, or min above max");
    return quota;
  });
  const known = new Set(quotas.map((quota) => JSON.stringify([quota.feature, quota.value])));
  shape(known.size === quotas.length, "a quota is given twice");
  shape(typeof fields.household === "boolean", "household is true or false");
  const types = array(fields.types).map((item) => {
    const [values, household] = array(item, 2);
    array(values, features.length).forEach((value, i) => {
      shape(known.has(JSON.stringify([features[i], text(value)])), "a type's value has no quota");
    });
    return { values, household: integer(household, 0, MAX_CANDIDATES) };
  });
  shape(ascending(types, compareTypes), "types are distinct and in order");
  shape(fields.household || types.every((type) => type.household === 0), "homes without a household rule");
  const seats = integer(fields.seats, 1, MAX_CANDIDATES);
  const numbers = [];
  const typeOf = [];
  for (const item of array(fields.candidates)) {
    const [number, type] = array(item, 2);
    numbers.push(label(number));
    typeOf.push(integer(type, 0, types.length - 1));
  }
  shape(numbers.length <= MAX_CANDIDATES && ascending(numbers, compareText), "candidates are distinct and in order");
  shape(new Set(typeOf).size === types.length, "a type has no candidate");
  requireTrueHomes(types, typeOf);
  if (fields.people !== null) array(fields.people, numbers.length).forEach(hex64);
  const witnesses = array(fields.witnesses).map(label);
  shape(ascending(witnesses, compareText), "witnesses are distinct and in order");
  const digits = integer(fields.digits, 3, 6);
  const fromPanels = PANEL_DIGITS.includes(digits) && mode === "quota";
  shape(digits === 6 || fromPanels, "a draw has six digits, one from panels 3 or 4");
  const members = types.map(() => []);
  numbers.forEach((number, i) => members[typeOf[i]].push(number));
  const bundle = {
    commitment: hex(sha256(bytes)),
    mode,
    title: text(fields.title, true),
    seats,
    features,
    quotas,
    types,
    numbers,
    typeOf,
    members,
    sizes: members.map((list) => list.length),
    index: new Map(numbers.map((number, i) => [number, typeOf[i]])),
    probabilities: array(fields.probabilities).map((item) => fraction(item)),
    cuts: array(fields.cuts).map((item) => parseCut(item, types.length)),
    levels: array(fields.levels).map(parseLevel),
    rows: array(fields.rows).map((item) => parseRow(item, types.length)),
    witnesses,
    beacon: parseBeacon(fields.beacon),
    rules: array(fields.rules).map((item) => text(item)),
    digits,
    panels: fromPanels ? 10 ** digits : null,
  };
  shape(seats <= numbers.length, "more seats than candidates");
  const drawn = mode === "quota";
  shape(bundle.probabilities.length === (drawn ? types.length : 0), "probabilities has one fraction per type");
  const empty = !bundle.rows.length && !bundle.levels.length && !bundle.cuts.length && !fields.household;
  shape(drawn || empty, "a simple draw has no table and no homes");
  bundle.base = baseConditions(bundle);
  bundle.conditions = [...bundle.base, ...bundle.cuts.map((cut) => cutCondition(cut, bundle.sizes))];
  bundle.cuts.forEach((cut, i) => requireKnown(cut.tree, types.length, bundle.base.length + i));
  for (const level of bundle.levels) {
    shape(level.weights.every(([type]) => type < types.length), "a level names no such type");
    requireKnown([{ multipliers: level.multipliers }], types.length, bundle.conditions.length);
  }
  return bundle;
}

function compareTypes(a, b) {
  for (let i = 0; i < a.values.length; i++) {
    const order = compareText(a.values[i], b.values[i]);
    if (order) return order;
  }
  return a.household - b.household;
}

function requireTrueHomes(types, typeOf) {
  const shared = new Map();
  for (const type of typeOf) {
    const home = types[type].household;
    if (home) shared.set(home, (shared.get(home) ?? 0) + 1);
  }
  shape([...shared.keys()].every((home, i) => home === i + 1), "homes are not numbered in the order of candidates");
  shape([...shared.values()].every((count) => count > 1), "a home of one candidate is not a shared home");
}

function parseCut(value, types) {
  shape(hasFields(value, "coefficients most tree"), "a cut lacks a field or has one too many");
  const entries = array(value.coefficients).map((item) => {
    const [type, amount] = array(item, 2);
    return [integer(type, 0, types - 1), integer(amount, -1e12, 1e12)];
  });
  requireSparse(entries, ([, amount]) => amount !== 0);
  const tree = array(value.tree);
  return {
    entries,
    most: integer(value.most, -1e15, 1e15),
    tree: tree.map((node, at) => {
      if (array(node).length !== 4 || Array.isArray(node[0])) return { multipliers: pairs(node) };
      return {
        type: integer(node[0], 0, 1e9),
        atMost: integer(node[1], 0, MAX_CANDIDATES),
        below: integer(node[2], at + 1, tree.length - 1),
        above: integer(node[3], at + 1, tree.length - 1),
      };
    }),
  };
}

function parseLevel(value) {
  shape(hasFields(value, "multipliers value weights"), "a level lacks a field or has one too many");
  const level = {
    value: fraction(value.value),
    weights: pairs(value.weights),
    multipliers: pairs(value.multipliers),
  };
  shape(level.weights.length > 0, "a level settles nobody");
  return level;
}

function parseRow(value, types) {
  const [weight, seats] = array(value, 2);
  const row = { weight: integer(weight, 1, MILLION), seats: array(seats).map((seat) => integer(seat, 0, types - 1)) };
  shape(seats.every((seat, i) => i === 0 || seats[i - 1] <= seat), "a row's seats are not in order");
  return row;
}

function parseBeacon(value) {
  if (value === null) return null;
  shape(hasFields(value, "chain round"), "a beacon has a chain and a round");
  return { chain: hex64(value.chain), round: integer(value.round, 1, Number.MAX_SAFE_INTEGER) };
}

function requireKnown(tree, types, conditions) {
  for (const node of tree) {
    if (node.multipliers === undefined) shape(node.type < types, "a case names no such type");
    else shape(node.multipliers.every(([at]) => at < conditions), "a multiplier names no such condition");
  }
}

function baseConditions({ types, quotas, features, seats }) {
  const ones = (matches) => types.flatMap((type, at) => (matches(type) ? [[at, 1]] : []));
  const found = quotas.map(({ feature, value, least, most }) => {
    const position = features.indexOf(feature);
    return { least, most, entries: ones((type) => type.values[position] === value) };
  });
  found.push({ least: seats, most: seats, entries: ones(() => true) });
  const homes = new Map();
  types.forEach((type, at) => {
    if (type.household) homes.set(type.household, [...(homes.get(type.household) ?? []), [at, 1]]);
  });
  for (const home of [...homes.keys()].sort((a, b) => a - b)) found.push({ least: 0, most: 1, entries: homes.get(home) });
  return found;
}

function cutCondition(cut, sizes) {
  const least = cut.entries.reduce((sum, [type, amount]) => sum + BigInt(Math.min(0, amount)) * BigInt(sizes[type]), 0n);
  return { least, most: cut.most, entries: cut.entries };
}

// ---------------------------------------------------------------- proofs (see voting/lottery/verify/proof.py)

function requireProved(bundle) {
  const { sizes, conditions, base, levels } = bundle;
  bundle.cuts.forEach((cut, i) => {
    if (cut.tree.length) requireCut(cut, sizes, conditions.slice(0, base.length + i));
  });
  const settled = new Map();
  let floor = ZERO;
  for (const level of levels) {
    const fresh = level.weights.every(([type]) => !settled.has(type));
    require(level.value.compare(floor) >= 0 && fresh, "WrongProofError", "levels are not ascending");
    const proved = provedValue(level, settled, sizes, conditions);
    const usesCut = level.multipliers.some(([at]) => at >= base.length);
    const order = proved.compare(level.value);
    require(order === 0 || (order < 0 && usesCut), "WrongProofError", `level ${level.value} is not proved`);
    floor = level.value;
    for (const [type] of level.weights) settled.set(type, level.value);
  }
  require(settled.size === sizes.length, "WrongProofError", "a type is in no level");
  for (const [type, value] of settled) {
    const same = bundle.probabilities[type].compare(value) === 0 && value.compare(whole(1)) <= 0;
    require(same, "WrongProbabilityError", `type ${type} does not have its level's chance`);
  }
  for (const condition of bundle.cuts.length ? [] : conditions) {
    let total = ZERO;
    for (const [type, amount] of condition.entries) {
      total = total.plus(whole(amount * sizes[type]).times(settled.get(type)));
    }
    const kept = total.compare(whole(condition.least)) >= 0 && total.compare(whole(condition.most)) <= 0;
    require(kept, "WrongProbabilityError", "the probabilities break a condition on average");
  }
  return bundle.cuts.every((cut) => cut.tree.length) ? "A" : "B";
}

function gainsOf(weights, multipliers, types, conditions) {
  const gains = new Array(types).fill(ZERO);
  for (const [type, weight] of weights) gains[type] = weight;
  for (const [at, multiplier] of multipliers) {
    for (const [type, amount] of conditions[at].entries) {
      gains[type] = gains[type].minus(amount === 1 ? multiplier : multiplier.times(whole(amount)));
    }
  }
  return gains;
}

function fixedPart(multipliers, conditions) {
  return multipliers.reduce((sum, [at, amount]) => {
    const { least, most } = conditions[at];
    return sum.plus(amount.times(whole(amount.top > 0n ? most : least)));
  }, ZERO);
}

function provedValue(level, settled, sizes, conditions) {
  require(level.weights.every(([, weight]) => weight.top > 0n), "WrongProofError", "a level's weight is not positive");
  const gains = gainsOf(level.weights, level.multipliers, sizes.length, conditions);
  let most = fixedPart(level.multipliers, conditions);
  gains.forEach((gain, type) => {
    if (gain.top === 0n) return;
    const amount = gain.times(whole(sizes[type]));
    if (settled.has(type)) most = most.plus(amount.times(settled.get(type)));
    else if (gain.top > 0n) most = most.plus(amount);
  });
  return most.over(level.weights.reduce((sum, [type, weight]) => sum.plus(weight.times(whole(sizes[type]))), ZERO));
}

function requireCut(cut, sizes, conditions) {
  const open = [[0, new Map()]];
  const seen = new Set();
  const weights = cut.entries.map(([type, amount]) => [type, whole(amount)]);
  while (open.length) {
    const [at, narrowed] = open.pop();
    require(!seen.has(at), "WrongProofError", "a case is used twice");
    seen.add(at);
    const node = cut.tree[at];
    if (node.multipliers === undefined) {
      const [least, most] = narrowed.get(node.type) ?? [0, sizes[node.type]];
      open.push([node.below, new Map(narrowed).set(node.type, [least, Math.min(most, node.atMost)])]);
      open.push([node.above, new Map(narrowed).set(node.type, [Math.max(least, node.atMost + 1), most])]);
      continue;
    }
    if ([...narrowed.values()].some(([least, most]) => least > most)) continue;
    let bound = fixedPart(node.multipliers, conditions);
    gainsOf(weights, node.multipliers, sizes.length, conditions).forEach((gain, type) => {
      if (gain.top === 0n) return;
      const [least, most] = narrowed.get(type) ?? [0, sizes[type]];
      bound = bound.plus(gain.times(whole(gain.top > 0n ? most : least)));
    });
    require(bound.floor() <= BigInt(cut.most), "WrongProofError", `case ${at} of a cut admits more than ${cut.most}`);
  }
}

// ---------------------------------------------------------------- the table

function requireTable(bundle) {
  const { rows, sizes, conditions } = bundle;
  const total = rows.reduce((sum, row) => sum + row.weight, 0);
  require(total === MILLION, "WrongWeightError", "the weights do not add up to 1,000,000");
  const compare = (a, b) => {
    if (a.weight !== b.weight) return b.weight - a.weight;
    for (let i = 0; i < Math.min(a.seats.length, b.seats.length); i++) {
      if (a.seats[i] !== b.seats[i]) return a.seats[i] - b.seats[i];
    }
    return a.seats.length - b.seats.length;
  };
  const distinct = new Set(rows.map((row) => row.seats.join())).size === rows.length;
  require(ascending(rows, compare) && distinct, "WrongWeightError", "the rows are not by weight and then by seats");
  const expected = new Array(sizes.length).fill(0);
  rows.forEach((row, i) => {
    const count = new Array(sizes.length).fill(0);
    for (const type of row.seats) {
      count[type] += 1;
      expected[type] += row.weight;
    }
    const fits = count.every((seats, type) => seats <= sizes[type]) && conditions.every((c) => meets(c, count));
    require(fits, "BrokenQuotaError", `row ${i + 1} breaks a condition`);
  });
  let worst = ZERO;
  expected.forEach((amount, type) => {
    const given = new Fraction(BigInt(amount), BigInt(MILLION * sizes[type]));
    let difference = given.minus(bundle.probabilities[type]);
    if (difference.top < 0n) difference = ZERO.minus(difference);
    if (difference.compare(worst) > 0) worst = difference;
  });
  const close = worst.compare(new Fraction(10n, BigInt(MILLION))) <= 0;
  require(close, "WrongProbabilityError", "somebody's chance in the table is too far from their fraction");
  return worst;
}

function meets(condition, count) {
  const total = condition.entries.reduce((sum, [type, amount]) => sum + BigInt(amount) * BigInt(count[type]), 0n);
  return total >= BigInt(condition.least) && total <= BigInt(condition.most);
}

// ---------------------------------------------------------------- the draw

const optional = (value, read) => (value === null ? null : read(value));

function readWitnesses(value) {
  return array(value).map((item) => {
    const [name, commitment, secret] = array(item, 3);
    return { name: label(name), commitment: hex64(commitment), secret: optional(secret, label) };
  });
}

function readPulse(value) {
  return optional(value, (pulse) => {
    shape(hasFields(pulse, "randomness round"), "a beacon's output has a round and randomness");
    return { round: integer(pulse.round, 1, Number.MAX_SAFE_INTEGER), randomness: hex64(pulse.randomness) };
  });
}

function parseResult(bytes) {
  const fields = readDocument(bytes, "madang-lottery-result/1", RESULT_FIELDS);
  return {
    digits: optional(fields.digits, (value) => text(value)),
    witnesses: readWitnesses(fields.witnesses),
    pulse: readPulse(fields.beacon),
    mixed: optional(fields.panels, (value) => {
      shape(hasFields(value, "digits table"), "panels have the digits that mixed them and the hash of their table");
      return { digits: text(value.digits), table: hex64(value.table) };
    }),
    order: optional(fields.order, (value) => array(value).map(label)),
    seed: optional(fields.seed, hex64),
    row: optional(fields.row, (value) => integer(value, 0, 1e6)),
    selected: array(fields.selected).map(label),
    reserves: array(fields.reserves).map(label),
    bundle: hex64(fields.bundle),
  };
}

function isNumber(digits, length) {
  return digits !== null && digits.length === length && /^[0-9]+$/.test(digits);
}

function requireOrdered(witnesses) {
  const names = witnesses.map((witness) => witness.name);
  shape(ascending(names, compareText), "witnesses are distinct and in order");
}

function requireMixing(bundle, mixing) {
  shape(bundle.panels !== null, "this bundle is not drawn from panels");
  shape(isNumber(mixing.digits, MIXING_DIGITS), `the balls that mix give ${MIXING_DIGITS} digits 0–9`);
  requireOrdered(mixing.witnesses);
}

/** The mixing that came before a draw from panels, or null. */
function mixingOf({ mixed, witnesses, pulse }) {
  return mixed === null ? null : { digits: mixed.digits, witnesses, pulse };
}

function requireFitting(bundle, ceremony) {
  if (ceremony.order !== null) {
    const known = ceremony.order.every((number) => bundle.index.has(number));
    const once = new Set(ceremony.order).size === ceremony.order.length;
    const seedless = ceremony.digits === null && ceremony.pulse === null && ceremony.mixed === null;
    shape(bundle.mode === "simple" && known && once && seedless, "an order of balls is for a simple draw");
  } else {
    shape(isNumber(ceremony.digits, bundle.digits), `the balls give ${bundle.digits} digits 0–9`);
  }
  const mixing = mixingOf(ceremony);
  if (mixing !== null) requireMixing(bundle, mixing);
  else shape(bundle.panels === null, "this bundle is drawn from panels that are mixed before");
  requireOrdered(ceremony.witnesses);
}

/** What witnesses and beacon add to a seed. */
function seedParts({ witnesses, pulse }) {
  const secrets = witnesses
    .filter((witness) => witness.secret !== null)
    .map((witness) => `${witness.name}=${witness.secret}`)
    .join(",");
  return pulse === null ? [secrets] : [secrets, `${pulse.round}:${pulse.randomness}`];
}

/** The randomness that a mixing gives, 64 hexadecimal digits. */
function randomnessOf(bundle, mixing) {
  return hashOf(["jachi-mix/v1", bundle.commitment, mixing.digits, ...seedParts(mixing)].join("|"));
}

/** The seed of a ceremony, as bytes. */
export function seedOf(bundle, ceremony) {
  const parts = ["jachi-draw/v1", bundle.commitment, ceremony.digits ?? "", ...seedParts(ceremony)];
  const mixing = mixingOf(ceremony);
  if (mixing !== null) parts.push(`panels:${randomnessOf(bundle, mixing)}`);
  return sha256(utf8(parts.join("|")));
}

/** All candidates in the order of the seed. */
export function publicOrder(numbers, seed) {
  const keyed = numbers.map((number) => [hex(hmac(seed, utf8(`order|${number}`))), number]);
  return keyed.sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([, number]) => number);
}

function outcomeOf(bundle, ceremony) {
  if (ceremony.order !== null) return { seed: null, row: null, ...onePass(bundle, ceremony.order) };
  const seed = seedOf(bundle, ceremony);
  const order = publicOrder(bundle.numbers, seed);
  if (bundle.mode === "simple") return { seed: hex(seed), row: null, ...onePass(bundle, order) };
  let row;
  let chosen;
  const mixing = mixingOf(ceremony);
  if (mixing !== null) {
    row = Number(ceremony.digits);
    chosen = new Set(tableOf(bundle, mixing).panels[row]);
  } else {
    row = rowOf(bundle, ceremony.digits);
    chosen = firstOfEachType(bundle, bundle.rows[row - 1].seats, order);
  }
  return {
    seed: hex(seed),
    row,
    selected: order.filter((number) => chosen.has(number)),
    reserves: order.filter((number) => !chosen.has(number)),
  };
}

/** The row (from 1) whose share of 000000…999999 holds the digits. */
export function rowOf(bundle, digits) {
  let left = Number(digits);
  for (let i = 0; i < bundle.rows.length; i++) {
    if (left < bundle.rows[i].weight) return i + 1;
    left -= bundle.rows[i].weight;
  }
  throw new LotteryError("MalformedBundleError", "the weights do not cover these digits");
}

function firstOfEachType(bundle, seats, order) {
  const wanted = new Array(bundle.types.length).fill(0);
  for (const type of seats) wanted[type] += 1;
  const chosen = new Set();
  for (const number of order) {
    const type = bundle.index.get(number);
    if (wanted[type]) {
      wanted[type] -= 1;
      chosen.add(number);
    }
  }
  return chosen;
}

let known = { key: "", table: null };

/** The one table that follows from a bundle and its mixing, as text and hash; the last one stays known. */
function tableOf(bundle, mixing) {
  const randomness = randomnessOf(bundle, mixing);
  const witnesses = mixing.witnesses.map(({ name, commitment, secret }) => [name, commitment, secret]);
  const { digits, pulse } = mixing;
  const beacon = pulse === null ? null : { randomness: pulse.randomness, round: pulse.round };
  const key = JSON.stringify([bundle.commitment, randomness, digits, beacon, witnesses]);
  if (known.key !== key) {
    const panels = expandPanels(bundle, bundle.panels, randomness);
    const format = "madang-lottery-panels/1";
    const document = { beacon, bundle: bundle.commitment, digits, format, panels, randomness, witnesses };
    known = { key, table: { randomness, panels, commitment: hashOf(JSON.stringify(document)) } };
  }
  return known.table;
}

/** The panels of the M-panel mode, each a list of candidate numbers. */
export function expandPanels(bundle, panels, randomness) {
  const key = sha256(utf8(`jachi-panels/v1|${bundle.commitment}|${panels}|${randomness}`));
  const place = (number, count) => ({ number, count, tie: hex(hmac(key, utf8(`panel|${number}|${count}`))) });
  const before = (a, b) => a.count - b.count || (a.tie < b.tie ? -1 : 1);
  const queues = bundle.members.map((numbers) => numbers.map((number) => place(number, 0)).sort(before));
  const counts = bundle.rows.map((row) => Math.floor((row.weight * panels) / MILLION));
  const rest = bundle.rows.map((row, i) => [(row.weight * panels) % MILLION, i]);
  rest.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  const missing = panels - counts.reduce((sum, count) => sum + count, 0);
  for (const [, i] of rest.slice(0, missing)) counts[i] += 1;
  const found = [];
  bundle.rows.forEach((row, i) => {
    for (let time = 0; time < counts[i]; time++) {
      const taken = row.seats.map((type) => [type, queues[type].shift()]);
      found.push(taken.map(([, item]) => item.number).sort(compareText));
      for (const [type, item] of taken) insert(queues[type], place(item.number, item.count + 1), before);
    }
  });
  return found;
}

function insert(queue, item, before) {
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(queue[middle], item) < 0) low = middle + 1;
    else high = middle;
  }
  queue.splice(low, 0, item);
}

// ---------------------------------------------------------------- the simple draw

function onePass(bundle, order) {
  const left = bundle.sizes.slice();
  const seated = new Array(left.length).fill(0);
  const selected = [];
  const reserves = [];
  for (const number of order) {
    const type = bundle.index.get(number);
    left[type] -= 1;
    seated[type] += 1;
    if (selected.length < bundle.seats && canComplete(bundle, seated, left)) {
      selected.push(number);
    } else {
      seated[type] -= 1;
      reserves.push(number);
    }
  }
  require(selected.length === bundle.seats, "StuckDrawError", "the seats are not filled by this order");
  return { selected, reserves };
}

function canComplete(bundle, seated, left) {
  const open = bundle.seats - seated.reduce((sum, seats) => sum + seats, 0);
  if (open < 0) return false;
  const edges = [["end", "start", open, open]];
  for (const { feature, value, least, most } of bundle.quotas) {
    const position = bundle.features.indexOf(feature);
    let used = 0;
    bundle.types.forEach((type, at) => (used += type.values[position] === value ? seated[at] : 0));
    if (used > most) return false;
    const node = `${position}|${value}`;
    const [start, end] = position === 0 ? ["start", node] : [node, "end"];
    edges.push([start, end, Math.max(0, least - used), most - used]);
  }
  bundle.types.forEach((type, at) => {
    edges.push([`0|${type.values[0]}`, type.values.length > 1 ? `1|${type.values[1]}` : "end", 0, left[at]]);
  });
  return circulates(edges);
}

function circulates(edges) {
  const room = new Map();
  const of = (node) => room.get(node) ?? room.set(node, new Map()).get(node);
  const add = (start, end, most) => {
    of(start).set(end, (of(start).get(end) ?? 0) + most);
    if (!of(end).has(start)) of(end).set(start, 0);
  };
  let needed = 0;
  for (const [start, end, least, most] of edges) {
    if (least > most) return false;
    add(start, end, most - least);
    if (!least) continue;
    add("source", end, least);
    add(start, "sink", least);
    needed += least;
  }
  let sent = 0;
  for (let path = findPath(room); path.length; path = findPath(room)) {
    const amount = Math.min(...path.map(([start, end]) => room.get(start).get(end)));
    for (const [start, end] of path) {
      room.get(start).set(end, room.get(start).get(end) - amount);
      room.get(end).set(start, room.get(end).get(start) + amount);
    }
    sent += amount;
  }
  return sent === needed;
}

function findPath(room) {
  const came = new Map([["source", null]]);
  const queue = room.has("source") ? ["source"] : [];
  while (queue.length && !came.has("sink")) {
    const here = queue.shift();
    for (const [there, free] of room.get(here)) {
      if (free > 0 && !came.has(there)) {
        came.set(there, here);
        queue.push(there);
      }
    }
  }
  const path = [];
  for (let at = "sink"; came.has(at) && came.get(at) !== null; at = came.get(at)) path.push([came.get(at), at]);
  return path;
}

// ---------------------------------------------------------------- replacements

function shortfall(bundle, sitting) {
  const count = new Array(bundle.types.length).fill(0);
  for (const number of sitting) count[bundle.index.get(number)] += 1;
  return bundle.base.reduce((sum, { least, most, entries }, at) => {
    if (at === bundle.quotas.length) return sum;
    const seats = entries.reduce((total, [type]) => total + count[type], 0);
    return sum + Math.max(least - seats, seats - most, 0);
  }, 0);
}

function replay(bundle, result, events) {
  const sitting = result.selected.slice();
  const reserves = result.reserves.slice();
  const steps = [];
  for (const [kind, number] of events) {
    shape(EVENTS.includes(kind), `no event is called '${kind}'`);
    if (reserves.includes(number)) {
      reserves.splice(reserves.indexOf(number), 1);
      steps.push([null, shortfall(bundle, sitting)]);
      continue;
    }
    shape(sitting.includes(number), `${number} neither sits nor waits`);
    sitting.splice(sitting.indexOf(number), 1);
    let enters = null;
    if (kind !== "unfilled") {
      let best = Infinity;
      for (const reserve of reserves) {
        const outside = shortfall(bundle, [...sitting, reserve]);
        if (outside < best) [best, enters] = [outside, reserve];
      }
    }
    if (enters !== null) {
      reserves.splice(reserves.indexOf(enters), 1);
      sitting.push(enters);
    }
    steps.push([enters, shortfall(bundle, sitting)]);
  }
  return { steps, sitting, reserves };
}

// ---------------------------------------------------------------- what a citizen runs

/** Check everything that can be checked before the draw; returns {bundle, grade, deviation}. */
export function verifyBundle(bytes) {
  const bundle = parseBundle(bytes);
  if (bundle.mode === "simple") {
    shape(bundle.features.length <= MAX_SIMPLE_FEATURES, "a simple draw has at most two features");
    return { bundle, grade: null, deviation: null };
  }
  const grade = requireProved(bundle);
  return { bundle, grade, deviation: String(requireTable(bundle)) };
}

/** Check a bundle and the table of panels that claims to follow from it; returns {bundle, grade, deviation, table}. */
export function verifyPanels(bundleBytes, panelsBytes, commitments = null) {
  const verified = verifyBundle(bundleBytes);
  const { bundle } = verified;
  const fields = readDocument(panelsBytes, "madang-lottery-panels/1", PANELS_FIELDS);
  const belongs = hex64(fields.bundle) === bundle.commitment;
  const mixing = {
    digits: text(fields.digits),
    witnesses: readWitnesses(fields.witnesses),
    pulse: readPulse(fields.beacon),
  };
  const randomness = hex64(fields.randomness);
  const panels = array(fields.panels).map((panel) => array(panel).map(label));
  require(belongs, "WrongBundleError", "the table belongs to another bundle");
  requireMixing(bundle, mixing);
  requireWitnesses(bundle, mixing, commitments);
  requireBeacon(bundle, mixing.pulse);
  const right = tableOf(bundle, mixing);
  require(randomness === right.randomness, "WrongSeedError", "the randomness does not follow");
  const same = JSON.stringify(panels) === JSON.stringify(right.panels);
  require(same, "WrongPanelsError", "the panels are not those that bundle and randomness give");
  return { ...verified, table: { commitment: hex(sha256(panelsBytes)), mixing, randomness, panels } };
}

function requireBeacon(bundle, pulse) {
  const matches = bundle.beacon === null ? pulse === null : pulse?.round === bundle.beacon.round;
  require(matches, "WrongBeaconError", "the beacon is not the round that the bundle names in advance");
}

/** Check a bundle and the result that claims to follow from it; returns {bundle, grade, deviation, result}. */
export function verifyResult(bundleBytes, resultBytes, commitments = null) {
  const verified = verifyBundle(bundleBytes);
  const { bundle } = verified;
  const result = parseResult(resultBytes);
  require(result.bundle === bundle.commitment, "WrongBundleError", "the result belongs to another bundle");
  requireFitting(bundle, result);
  requireWitnesses(bundle, result, commitments);
  if (result.order === null) requireBeacon(bundle, result.pulse);
  const mixing = mixingOf(result);
  const own = mixing === null || tableOf(bundle, mixing).commitment === result.mixed.table;
  require(own, "WrongPanelsError", "the table that the result names is not the one that bundle and mixing give");
  const outcome = outcomeOf(bundle, result);
  require(result.seed === outcome.seed, "WrongSeedError", "the seed does not follow");
  require(result.row === outcome.row, "WrongRowError", `the digits select row ${outcome.row}`);
  const same = (a, b) => a.length === b.length && a.every((number, i) => number === b[i]);
  require(same(result.selected, outcome.selected), "WrongSelectionError", "the selected are others");
  require(same(result.reserves, outcome.reserves), "WrongReservesError", "the reserves are others");
  return { ...verified, result };
}

function requireWitnesses(bundle, result, commitments) {
  const names = result.witnesses.map((witness) => witness.name);
  const same = (expected) => names.length === expected.length && names.every((name) => expected.includes(name));
  require(!bundle.witnesses.length || same(bundle.witnesses), "WrongWitnessError", "not the bundle's witnesses");
  const published = commitments === null ? null : new Map(Object.entries(commitments));
  require(!published || same([...published.keys()]), "WrongWitnessError", "not the published witnesses");
  for (const { name, commitment, secret } of result.witnesses) {
    const announced = !published || published.get(name) === commitment;
    require(announced, "WrongCommitmentError", `${name}: not the commitment that was published`);
    const opens = secret === null || hashOf(secret) === commitment;
    require(opens, "WrongCommitmentError", `${name}: the secret does not open the commitment`);
  }
}

/** Check a record of replacements with its bundle and result; returns {bundle, result, replacement}. */
export function verifyReplacement(bundleBytes, resultBytes, replacementBytes) {
  const { bundle, result } = verifyResult(bundleBytes, resultBytes);
  const fields = readDocument(replacementBytes, "madang-lottery-replacement/1", REPLACEMENT_FIELDS);
  const record = {
    bundle: hex64(fields.bundle),
    result: hex64(fields.result),
    events: array(fields.events).map((item) => [text(array(item, 2)[0]), label(item[1])]),
    steps: array(fields.steps).map((item) => {
      const [enters, outside] = array(item, 2);
      return [enters === null ? null : label(enters), integer(outside, 0, 1e9)];
    }),
    sitting: array(fields.sitting).map(label),
    reserves: array(fields.reserves).map(label),
  };
  const own = record.bundle === bundle.commitment && record.result === hex(sha256(resultBytes));
  require(own, "WrongReplacementError", "the record belongs to another draw");
  const { steps, sitting, reserves } = replay(bundle, result, record.events);
  const claimed = JSON.stringify([record.steps, record.sitting, record.reserves]);
  const right = claimed === JSON.stringify([steps, sitting, reserves]);
  require(right, "WrongReplacementError", "a seat did not go to the reserve whom the rule names");
  return { bundle, result, replacement: record };
}
