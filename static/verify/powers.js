// Many multiples at once, of public things only: their time tells the scalars. Groups are written additively, as points
// of a curve are; the only operations used are `add` and, where inverses cost nothing, `negate`.

const bitsOf = (scalar) => {
  const text = scalar.toString(2);
  return Uint8Array.from(text, (_, index) => text.charCodeAt(text.length - 1 - index) - 48);
};

/** Odd digits with their positions: a scalar is the sum of digit times 2^position. Signed ones are fewer and smaller. */
const digitsOf = (scalar, width, signed) => {
  const bits = scalar === 0n ? [] : bitsOf(scalar);
  const found = [];
  let carry = 0;
  for (let at = 0; at < bits.length || carry; ) {
    const bit = (bits[at] ?? 0) + carry;
    if (bit !== 1) {
      carry = bit >> 1;
      at += 1;
      continue;
    }
    let digit = carry;
    for (let i = 0; i < width; i++) digit += (bits[at + i] ?? 0) << i;
    carry = 0;
    if (signed && digit > 1 << (width - 1)) {
      digit -= 1 << width;
      carry = 1;
    }
    found.push([at, digit]);
    at += width;
  }
  return found;
};

const twice = (element) => (element.double ? element.double() : element.add(element));
const widthFor = ({ order }) => (order.toString(2).length > 300 ? 5 : 4);

/** Several multiples of one element, on one chain of doublings (Yao's method). Scalars are not reduced. */
export const sharedPowers = (group, base, scalars) => {
  const { identity, inverts } = group;
  const width = widthFor(group);
  const lists = scalars.map((scalar) => digitsOf(scalar, width, inverts));
  const last = Math.max(-1, ...lists.map((list) => (list.length ? list[list.length - 1][0] : -1)));
  const size = 1 << (inverts ? width - 2 : width - 1);
  const buckets = lists.map(() => new Array(size).fill(identity));
  const next = lists.map(() => 0);
  let doubled = base;
  for (let position = 0; position <= last; position++) {
    let negated = null;
    for (let i = 0; i < lists.length; i++) {
      const digit = lists[i][next[i]];
      if (digit === undefined || digit[0] !== position) continue;
      next[i] += 1;
      const place = (Math.abs(digit[1]) - 1) >> 1;
      const added = digit[1] > 0 ? doubled : (negated ??= doubled.negate());
      const before = buckets[i][place];
      buckets[i][place] = before === identity ? added : before.add(added);
    }
    if (position < last) doubled = twice(doubled);
  }
  return buckets.map((row) => weighed(row, identity));
};

/** The sum of (2k + 1) times the k-th element. */
const weighed = (row, identity) => {
  let running = identity;
  let sum = identity;
  for (let place = row.length - 1; place > 0; place--) {
    if (row[place] !== identity) running = running === identity ? row[place] : running.add(row[place]);
    if (running !== identity) sum = sum === identity ? running : sum.add(running);
  }
  return twice(sum).add(running).add(row[0]);
};

/** The sum of multiples of many elements, on one chain of doublings (Straus). Scalars are reduced by the order. */
export const multiPower = (group, bases, scalars) => {
  const { identity, inverts, modulo } = group;
  const width = widthFor(group) + (inverts ? 1 : 0);
  const added = new Map();
  let last = -1;
  bases.forEach((base, index) => {
    const digits = digitsOf(modulo(scalars[index]), width, inverts);
    if (!digits.length) return;
    const multiples = [base];
    const two = twice(base);
    const most = Math.max(...digits.map(([, digit]) => Math.abs(digit)));
    for (let odd = 3; odd <= most; odd += 2) multiples.push(multiples[multiples.length - 1].add(two));
    for (const [position, digit] of digits) {
      const multiple = multiples[(Math.abs(digit) - 1) >> 1];
      if (!added.has(position)) added.set(position, []);
      added.get(position).push(digit > 0 ? multiple : multiple.negate());
      last = Math.max(last, position);
    }
  });
  let sum = identity;
  for (let position = last; position >= 0; position--) {
    if (sum !== identity) sum = twice(sum);
    for (const element of added.get(position) ?? []) sum = sum.add(element);
  }
  return sum;
};

/** A table of one element's multiples: one addition for every few bits of a scalar, and no doubling. */
export class Table {
  constructor(group, base) {
    this.group = group;
    // Wide windows pay off only while the table stays small.
    this.width = group.order.toString(2).length > 300 ? 6 : 8;
    const size = group.inverts ? 1 << (this.width - 1) : (1 << this.width) - 1;
    const windows = Math.ceil((group.order.toString(2).length + 1) / this.width);
    const all = [];
    let step = base;
    for (let window = 0; window < windows; window++) {
      let multiple = step;
      for (let i = 0; i < size; i++) {
        all.push(multiple);
        if (i < size - 1) multiple = multiple.add(step);
      }
      step = group.inverts ? twice(multiple) : multiple.add(step);
    }
    this.size = size;
    this.windows = windows;
    this.all = group.normalized(all);
  }

  times(scalar) {
    const { identity, inverts, modulo } = this.group;
    const bits = bitsOf(modulo(scalar));
    let sum = identity;
    let carry = 0;
    for (let window = 0; window < this.windows; window++) {
      let digit = carry;
      const start = window * this.width;
      for (let i = 0; i < this.width; i++) digit += (bits[start + i] ?? 0) << i;
      carry = 0;
      if (inverts && digit > this.size) {
        digit -= 1 << this.width;
        carry = 1;
      }
      if (digit === 0) continue;
      const found = this.all[window * this.size + Math.abs(digit) - 1];
      sum = sum.add(digit > 0 ? found : found.negate());
    }
    return sum;
  }
}
