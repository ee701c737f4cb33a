// Programs and tables kept for the next call of the same kind, a few for each role: made anew when something about
// them differs, and the one not used for longest given back for it.

interface Closable {
  close(): void;
}

export class Reuse {
  private readonly kept = new Map<string, Map<string, Promise<Closable>>>();

  /** What was made for this role and `key`, else a new one; at most `most` are kept for a role. */
  get<T extends Closable>(role: string, key: string, make: () => Promise<T>, most = 1): Promise<T> {
    const all = this.kept.get(role) ?? new Map<string, Promise<Closable>>();
    this.kept.set(role, all);
    const known = all.get(key);
    all.delete(key);
    const made = known ?? this.after(this.oldest(all, most - 1), make);
    all.set(key, made);
    // What failed is asked for again.
    made.catch(() => all.get(key) === made && all.delete(key));
    return made as Promise<T>;
  }

  /** Gives all of it back. */
  async clear(): Promise<void> {
    const all = [...this.kept.values()].flatMap((role) => [...role.values()]);
    this.kept.clear();
    for (const made of all) (await made.catch(() => undefined))?.close();
  }

  /** Takes out those not used for longest, so that `most` are left. */
  private oldest(all: Map<string, Promise<Closable>>, most: number): Promise<Closable>[] {
    const out = [...all].slice(0, Math.max(0, all.size - most));
    for (const [key] of out) all.delete(key);
    return out.map(([, made]) => made);
  }

  /** What goes is given back before something is made in its place. */
  private async after<T extends Closable>(
    going: readonly Promise<Closable>[],
    make: () => Promise<T>,
  ): Promise<T> {
    for (const made of going) (await made.catch(() => undefined))?.close();
    return make();
  }
}

/** A promise that may fail before anyone waits for it. */
export function settled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
