// Programs and tables kept for the next call of the same kind, one for each role: made anew, and the old one
// given back, when something about it differs.

interface Closable {
  close(): void;
}

export class Reuse {
  private readonly kept = new Map<string, { readonly key: string; readonly made: Promise<Closable> }>();

  /** What was made for this role if `key` is the same, else a new one. */
  get<T extends Closable>(role: string, key: string, make: () => Promise<T>): Promise<T> {
    const known = this.kept.get(role);
    if (known?.key === key) return known.made as Promise<T>;
    const old = known?.made.catch(() => undefined) ?? Promise.resolve(undefined);
    const made = old.then((last) => {
      last?.close();
      return make();
    });
    this.kept.set(role, { key, made });
    // What failed is asked for again.
    made.catch(() => this.kept.delete(role));
    return made;
  }

  /** Gives all of it back. */
  async clear(): Promise<void> {
    const all = [...this.kept.values()];
    this.kept.clear();
    for (const { made } of all) (await made.catch(() => undefined))?.close();
  }
}

/** A promise that may fail before anyone waits for it. */
export function settled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
