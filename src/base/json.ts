// JSON for telling things apart: plain JSON writes -0 as 0 and Infinity and NaN as null.

/** A text that is equal only for equal values, whatever their numbers. */
export const exactJson = (x: unknown): string =>
  JSON.stringify(x, (_, value: unknown) => (typeof value === 'number' ? exactNumber(value) : value));

const exactNumber = (x: number): number | string =>
  Number.isFinite(x) && !Object.is(x, -0) ? x : Object.is(x, -0) ? '-0' : String(x);
