// Small random numbers: where the list of items begins, how long to wait.

/** A number in 0…size-1, uniform by rejection. */
export const randomBelow = (size) => {
  const box = new Uint32Array(1);
  const limit = Math.floor(2 ** 32 / size) * size;
  do globalThis.crypto.getRandomValues(box);
  while (box[0] >= limit);
  return box[0] % size;
};
