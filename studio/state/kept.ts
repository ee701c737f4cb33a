// Small choices that outlive the page. Where the browser keeps nothing (private windows), they last as long as it.

/** What was kept under a name. */
export function kept(name: string): string | undefined {
  try {
    return localStorage.getItem(`eidos:${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a choice; undefined forgets it. */
export function keep(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(`eidos:${name}`);
    else localStorage.setItem(`eidos:${name}`, value);
  } catch {
    // It was only for convenience.
  }
}
