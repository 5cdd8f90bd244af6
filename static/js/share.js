// What a voter's own share paid for under Equal Shares, worked out from the published trace (trace.json of the result).
//
// At each purchase in turn a supporter pays price · value, or all that is left when that is less. Exact: every amount is a
// whole number of units, and the unit is the least common one of all prices. The same as `voting.allocation`, which a test
// compares with this file.

const gcd = (a, b) => {
  while (b) [a, b] = [b, a % b];
  return a;
};

/** Read a fraction such as "20000000/7". */
export const fraction = (text) => {
  const found = /^([0-9]+)\/([1-9][0-9]*)$/.exec(text);
  if (!found) throw new TypeError(`no fraction: ${text}`);
  return { over: BigInt(found[1]), under: BigInt(found[2]) };
};

/** Round units to the nearest whole amount, half upwards. */
export const rounded = (units, unit) => (2n * units + unit) / (2n * unit);

// What each choice of a ballot counts, by project; what counts nothing is no support.
const valuesOf = (trace, { choices, points }) => {
  const rank = (place) => {
    if (trace.ranks === "own-length") return choices.length - place;
    if (trace.ranks === "borda") return choices.length - place - 1;
    return trace.ranks[place] ?? 0;
  };
  const value = (place) => {
    if (trace.value === "points") return points[place];
    if (trace.value === "rank") return rank(place);
    return points.length && points[place] <= 0 ? 0 : 1;
  };
  return new Map(choices.map((project, place) => [project, BigInt(value(place))]).filter(([, counts]) => counts > 0n));
};

/**
 * Spend the share of one ballot.
 *
 * ``ballot`` is {choices: project ids (best first in a ranking), points: whole numbers beside them, or []}, as in
 * election.json. Returns {unit, start, left, payments: [{project, round, due, paid, left}]}: amounts are BigInt numbers of
 * 1/unit; there is a payment for every supported project that was bought, of nought when nothing was left.
 */
export const spend = (trace, ballot) => {
  if (trace.format !== "madang-trace-1") throw new TypeError("another format");
  const endowment = fraction(trace.endowment);
  const purchases = trace.purchases.map(({ project, price }) => ({ project, price: fraction(price) }));
  let unit = endowment.under;
  for (const { price } of purchases) unit = (unit / gcd(unit, price.under)) * price.under;
  const values = valuesOf(trace, ballot);
  const start = endowment.over * (unit / endowment.under);
  let left = start;
  const payments = [];
  purchases.forEach(({ project, price }, index) => {
    const counts = values.get(project);
    if (counts === undefined) return;
    const due = price.over * (unit / price.under) * counts;
    const paid = due < left ? due : left;
    left -= paid;
    payments.push({ project, round: index + 1, due, paid, left });
  });
  return { unit, start, left, payments };
};
