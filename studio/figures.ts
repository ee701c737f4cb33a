// Numbers as both languages write them.

/** A probability. */
export const percent = (p: number): string => (p > 0.9995 ? '100 %' : `${(100 * p).toFixed(1)} %`);

/** Two decimals, and no minus before nothing. */
export const fixed = (x: number): string => (Math.abs(x) < 0.005 ? '0.00' : x.toFixed(2));
