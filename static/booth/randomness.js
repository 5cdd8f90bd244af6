// Small random numbers: where the list of items begins, how long to wait.

/** A number in 0…size-1, uniform by rejection. */
export const randomBelow = (size) => {
  const box = new Uint32Array(1);
  const limit = Math.floor(2 ** 32 / size) * size;
  do globalThis.crypto.getRandomValues(box);
  while (box[0] >= limit);
  return box[0] % size;
};

/** In which order this voter sees ``size`` items: all orders of a policy are equally likely. */
export const orderOf = (policy, size) => {
  const plain = Array.from({ length: size }, (_, index) => index);
  if (policy === "rotated") {
    const start = randomBelow(size);
    return [...plain.slice(start), ...plain.slice(0, start)];
  }
  if (policy === "random") {
    for (let last = size - 1; last > 0; last--) {
      const other = randomBelow(last + 1);
      [plain[last], plain[other]] = [plain[other], plain[last]];
    }
  }
  return plain;
};
