// Numbers as both languages write them.

/** A probability. */
export const percent = (p: number): string => (p > 0.9995 ? '100 %' : `${(100 * p).toFixed(1)} %`);
