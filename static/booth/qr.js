// Draws a QR code (ISO/IEC 18004): byte mode, versions 1 to 10, error correction level M. The receipt's code is drawn on
// the voter's own device, so that it cannot say anything but what the device computed.

// Per version: error-correction bytes per block, then [number of blocks, data bytes each] (table 9 of the standard).
const LAYOUT = [
  [10, [[1, 16]]],
  [16, [[1, 28]]],
  [26, [[1, 44]]],
  [18, [[2, 32]]],
  [24, [[2, 43]]],
  [16, [[4, 27]]],
  [18, [[4, 31]]],
  [22, [[2, 38], [2, 39]]],
  [22, [[3, 36], [2, 37]]],
  [26, [[4, 43], [1, 44]]],
]; // prettier-ignore
const ALIGNMENT = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];
const LEVEL_M = 0;

// The field of 256 elements with the polynomial x^8 + x^4 + x^3 + x^2 + 1.
const EXP = [];
const LOG = [];
for (let power = 0, value = 1; power < 255; power++) {
  EXP[power] = value;
  LOG[value] = power;
  value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
}
const multiply = (a, b) => (a && b ? EXP[(LOG[a] + LOG[b]) % 255] : 0);

const correction = (data, count) => {
  let divisor = [1];
  for (let i = 0; i < count; i++) {
    const next = [...divisor, 0];
    divisor.forEach((value, at) => (next[at + 1] ^= multiply(value, EXP[i])));
    divisor = next;
  }
  const rest = [...data, ...Array(count).fill(0)];
  for (let i = 0; i < data.length; i++) {
    const factor = rest[i];
    divisor.forEach((value, at) => (rest[i + at] ^= multiply(value, factor)));
  }
  return rest.slice(data.length);
};

const capacity = ([, groups]) => groups.reduce((sum, [count, size]) => sum + count * size, 0);

const codewords = (bytes, version) => {
  const layout = LAYOUT[version - 1];
  const bits = [];
  const put = (value, length) => {
    for (let i = length - 1; i >= 0; i--) bits.push((value >> i) & 1);
  };
  put(4, 4); // byte mode
  put(bytes.length, version < 10 ? 8 : 16);
  bytes.forEach((byte) => put(byte, 8));
  const total = capacity(layout) * 8;
  put(0, Math.min(4, total - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < total; pad ^= 0xec ^ 0x11) put(pad, 8);
  const data = [];
  for (let i = 0; i < bits.length; i += 8) data.push(parseInt(bits.slice(i, i + 8).join(""), 2));

  const [checks, groups] = layout;
  const blocks = [];
  let start = 0;
  for (const [count, size] of groups) {
    for (let i = 0; i < count; i++, start += size) blocks.push(data.slice(start, start + size));
  }
  const corrections = blocks.map((block) => correction(block, checks));
  const interleaved = (lists) => {
    const longest = Math.max(...lists.map((list) => list.length));
    const found = [];
    for (let i = 0; i < longest; i++) for (const list of lists) if (i < list.length) found.push(list[i]);
    return found;
  };
  return [...interleaved(blocks), ...interleaved(corrections)];
};

// What stays the same whatever the content: finders, timing, alignment, and room for format and version.
const frame = (version) => {
  const size = 17 + 4 * version;
  const dark = Array.from({ length: size }, () => Array(size).fill(false));
  const fixed = Array.from({ length: size }, () => Array(size).fill(false));
  const set = (row, column, value) => {
    if (row < 0 || column < 0 || row >= size || column >= size) return;
    dark[row][column] = value;
    fixed[row][column] = true;
  };
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  for (const [row, column] of [[3, 3], [3, size - 4], [size - 4, 3]]) {
    for (let dr = -4; dr <= 4; dr++) {
      for (let dc = -4; dc <= 4; dc++) {
        const ring = Math.max(Math.abs(dr), Math.abs(dc));
        set(row + dr, column + dc, ring !== 2 && ring !== 4);
      }
    }
  } // prettier-ignore
  const centres = ALIGNMENT[version - 1];
  const last = centres.length - 1;
  centres.forEach((row, i) =>
    centres.forEach((column, j) => {
      if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) return;
      for (let dr = -2; dr <= 2; dr++) {
        for (let dc = -2; dc <= 2; dc++) set(row + dr, column + dc, Math.max(Math.abs(dr), Math.abs(dc)) !== 1);
      }
    }),
  );
  return { size, dark, fixed, set };
};

// Appends to a number its remainder by a polynomial, as format and version information do.
const withRemainder = (value, polynomial, length) => {
  const degree = polynomial.toString(2).length - 1;
  let rest = value << degree;
  for (let bit = length - 1 + degree; bit >= degree; bit--) if ((rest >> bit) & 1) rest ^= polynomial << (bit - degree);
  return (value << degree) | rest;
};

const writeInformation = ({ size, set }, version, mask) => {
  const format = withRemainder((LEVEL_M << 3) | mask, 0x537, 5) ^ 0x5412;
  const bit = (index) => ((format >> index) & 1) === 1;
  for (let i = 0; i <= 5; i++) set(i, 8, bit(i));
  set(7, 8, bit(6));
  set(8, 8, bit(7));
  set(8, 7, bit(8));
  for (let i = 9; i < 15; i++) set(8, 14 - i, bit(i));
  for (let i = 0; i < 8; i++) set(8, size - 1 - i, bit(i));
  for (let i = 8; i < 15; i++) set(size - 15 + i, 8, bit(i));
  set(size - 8, 8, true);
  if (version < 7) return;
  const information = withRemainder(version, 0x1f25, 6);
  for (let i = 0; i < 18; i++) {
    const value = ((information >> i) & 1) === 1;
    const a = size - 11 + (i % 3);
    const b = Math.floor(i / 3);
    set(a, b, value);
    set(b, a, value);
  }
};

const MASKS = [
  (r, c) => (r + c) % 2 === 0,
  (r) => r % 2 === 0,
  (r, c) => c % 3 === 0,
  (r, c) => (r + c) % 3 === 0,
  (r, c) => (Math.floor(r / 2) + Math.floor(c / 3)) % 2 === 0,
  (r, c) => ((r * c) % 2) + ((r * c) % 3) === 0,
  (r, c) => (((r * c) % 2) + ((r * c) % 3)) % 2 === 0,
  (r, c) => (((r + c) % 2) + ((r * c) % 3)) % 2 === 0,
];

const fill = ({ size, dark, fixed }, words, mask) => {
  let index = 0;
  let upward = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5; // the timing column
    for (let step = 0; step < size; step++) {
      const row = upward ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (fixed[row][column]) continue;
        const value = index < words.length * 8 && ((words[index >> 3] >> (7 - (index & 7))) & 1) === 1;
        dark[row][column] = value !== MASKS[mask](row, column);
        index++;
      }
    }
    upward = !upward;
  }
};

// The four rules by which the standard prefers one mask to another.
const penalty = (dark) => {
  const size = dark.length;
  const lines = [...dark, ...dark.map((_, column) => dark.map((row) => row[column]))];
  let points = 0;
  for (const line of lines) {
    let run = 1;
    for (let i = 1; i <= size; i++) {
      if (i < size && line[i] === line[i - 1]) run++;
      else {
        if (run >= 5) points += run - 2;
        run = 1;
      }
    }
    const text = line.map((value) => (value ? "1" : "0")).join("");
    for (const pattern of ["10111010000", "00001011101"]) {
      for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1)) points += 40;
    }
  }
  for (let r = 1; r < size; r++) {
    for (let c = 1; c < size; c++) {
      const value = dark[r][c];
      if (dark[r - 1][c] === value && dark[r][c - 1] === value && dark[r - 1][c - 1] === value) points += 3;
    }
  }
  const share = dark.flat().filter(Boolean).length / (size * size);
  return points + Math.floor(Math.abs(share * 100 - 50) / 5) * 10;
};

/** Return the modules of a text's QR code as rows of true (dark) and false, without the quiet zone. */
export const qrMatrix = (text) => {
  const bytes = [...new TextEncoder().encode(text)];
  const version = 1 + LAYOUT.findIndex((layout, at) => bytes.length + (at < 9 ? 2 : 3) <= capacity(layout));
  if (version === 0) throw new RangeError("too long for a code of version 10");
  const words = codewords(bytes, version);
  let best = null;
  for (let mask = 0; mask < MASKS.length; mask++) {
    const drawing = frame(version);
    writeInformation(drawing, version, mask);
    fill(drawing, words, mask);
    const points = penalty(drawing.dark);
    if (best === null || points < best.points) best = { points, dark: drawing.dark };
  }
  return best.dark;
};

/** Return the outline of the dark modules for an SVG path, with the quiet zone of four around it, and the width. */
export const qrPath = (text) => {
  const rows = qrMatrix(text);
  const parts = [];
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const start = x;
      while (row[x + 1]) x++;
      parts.push(`M${start + 4} ${y + 4}h${x - start + 1}v1h-${x - start + 1}z`);
    }
  });
  return { path: parts.join(""), width: rows.length + 8 };
};
