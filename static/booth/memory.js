// What survives a reload of this tab, and nothing else: the choices before they are locked; the locked ballot until its
// receipt; the receipt. Never a voting code, never a choice once it is locked. The tab's end is its end.

export class Memory {
  constructor(fingerprint) {
    this.name = `madang-booth:${fingerprint}`;
    try {
      this.content = JSON.parse(sessionStorage.getItem(this.name)) ?? {};
    } catch {
      this.content = {};
    }
  }

  /** Replace everything that is kept. */
  keep(content) {
    this.content = content;
    try {
      sessionStorage.setItem(this.name, JSON.stringify(content));
    } catch {
      // Without storage the vote goes on; it only does not survive a reload.
    }
  }

  /** Forget everything. */
  clear() {
    this.content = {};
    try {
      sessionStorage.removeItem(this.name);
    } catch {
      // There was none.
    }
  }
}
