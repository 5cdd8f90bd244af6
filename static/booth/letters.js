// A voting code as it is shown while it is tapped. Pure.

const GROUPS = [5, 6, 5, 6];
export const CODE_LETTERS = 22;

/** A code in its groups, the empty places drawn. */
export const grouped = (letters) => {
  let start = 0;
  return GROUPS.map((size) => letters.slice(start, (start += size)).padEnd(size, "·")).join(" ");
};
