// Numbers as both languages write them; what belongs together stays on one line.

/** A probability. */
export const percent = (p: number): string => (p > 0.9995 ? '100\u00a0%' : `${(100 * p).toFixed(1)}\u00a0%`);

/** Two decimals, and no minus before nothing. */
export const fixed = (x: number): string => (Math.abs(x) < 0.005 ? '0.00' : x.toFixed(2));
