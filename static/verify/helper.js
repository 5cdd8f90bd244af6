// A helper of the verification: does one piece of work after another in a thread of its own.

import { workOn } from "./crew.js";
import { Refused } from "./refusals.js";

self.addEventListener("message", async ({ data: { data, task } }) => {
  try {
    self.postMessage({ made: await workOn(data, task) });
  } catch (error) {
    if (error instanceof Refused) self.postMessage({ refused: error.toJson() });
    else self.postMessage({ broke: `${error.name}: ${error.message}` });
  }
});
