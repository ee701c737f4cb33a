// How the tiles of a product are shared out among parts, so that what a part reads again and again stays in its
// core's own cache. Shapes alone decide it: the same parts, and bits, at any number of threads.
import type { Product } from './product.ts';

/** Short sums: the rows' places cost more than the panel; they are worked out once for all panels. */
export const shortSum = 64;
/** Multiplications worth a part of their own, and the most parts. */
const partWork = 400_000;
const mostParts = 64;
/** The most for long sums: what a part reads of both operands, it reads block by block from far away. */
const mostLongParts = 32;
/** Elements of a that stay in a core's own cache beside a panel. */
const nearElements = 2 ** 16;

/**
 * How many ways the tiles are shared out downwards and across: a part's rows of a stay in a core's own cache while panel
 * after panel passes, and each panel is read for as many rows as that allows.
 */
export function sharesOf(
  { tile, panels, depth }: Product,
  wanted: number,
  tileRows: number,
): [down: number, across: number] {
  if (depth < shortSum) return [Math.min(tileRows, wanted), 1];
  const cached = Math.max(1, Math.floor(nearElements / Math.min(depth, 512) / tile[0]));
  const least = Math.min(tileRows, wanted, Math.ceil(tileRows / cached));
  const across = evenly(panels, Math.ceil(wanted / least));
  return [Math.min(tileRows, Math.ceil(wanted / across)), across];
}

/** How many parts so many multiplications are worth. */
export const partsOf = (work: number, long: boolean): number =>
  Math.max(1, Math.min(long ? mostLongParts : mostParts, Math.floor(work / partWork)));

/** About so many shares of equal things: each has the rounded number, and the last what is left. */
const evenly = (things: number, shares: number): number =>
  Math.ceil(things / Math.max(1, Math.round(things / shares)));
