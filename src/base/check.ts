// Errors as users meet them: one line that says the call, what it needs, what it got and the way out.
// Messages are built only when they fire. A mistake of ours is a Bug, not an EidosError.

/** Something the caller can mend: `call: what it needs, what it got; the way out`. */
export class EidosError extends Error {
  override readonly name = 'EidosError';
}

/** Something only we can mend. */
export class Bug extends Error {
  override readonly name = 'Bug';
  constructor(message: string) {
    super(`${message} (this is a bug in eidos; please report it)`);
  }
}

/** Throws an EidosError with the built message unless `ok`. */
export function check(ok: boolean, message: () => string): asserts ok {
  if (!ok) throw new EidosError(message());
}

/** Throws a Bug with the built message unless `ok`. */
export function assert(ok: boolean, message: () => string): asserts ok {
  if (!ok) throw new Bug(message());
}
