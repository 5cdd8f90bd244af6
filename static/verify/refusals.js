// Why something is refused: one code per reason, the same as the command `python -m voting verify` gives.

/** What was refused, at which step, and which ballot, if it is one. */
export class Refused extends Error {
  constructor(code, message, { step = null, tracker = null } = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.step = step;
    this.tracker = tracker;
  }

  /** Add what an outer caller knows; what an inner one said stays. */
  locate({ step = null, tracker = null }) {
    this.step ??= step;
    this.tracker ??= tracker;
    return this;
  }

  /** The refusal as it goes from one thread to another. */
  toJson() {
    return { code: this.code, message: this.message, step: this.step, tracker: this.tracker };
  }

  static fromJson({ code, message, step, tracker }) {
    return new Refused(code, message, { step, tracker });
  }
}

export const refuse = (code, message) => {
  throw new Refused(code, message);
};

/** Refuse unless something holds. */
export const demand = (holds, code, message) => {
  if (!holds) refuse(code, message);
};

/** Files that cannot be read at all, so that no step of the verification can be named. */
export const UNREADABLE = new Set(["NotAnArchiveError", "TruncatedArchiveError"]);
