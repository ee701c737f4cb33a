// A rest of the page's own thread: what is asked of it meanwhile, a click or a key, comes first.

/** Resolves in a task of its own, so that what was done before it and what follows are not one long task. */
export const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
