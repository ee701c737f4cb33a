// Where boxes go: in rows, each below everything it takes something from, in an order with few crossings, and as
// straight above each other as their widths let them (the method of Sugiyama, Tagawa and Toda 1981,
// https://doi.org/10.1109/TSMC.1981.4308636). An arrow that passes rows gets a narrow place in each of them, so
// that it runs beside boxes and not through them. Models have few boxes and are mostly chains, so each step is the
// plainest of its kind.
import { at, range } from '../base/shape.ts';
import type { Point } from './scene.ts';

/** What is laid out: sizes, and what lies above what. */
export interface Boxes {
  readonly sizes: readonly { readonly width: number; readonly height: number }[];
  /** Numbers of boxes, `from` above `to`; a box has a higher number than those it takes something from. */
  readonly arrows: readonly { readonly from: number; readonly to: number }[];
  /** Boxes that belong into the first row, and into the last. */
  readonly first: readonly number[];
  readonly last: readonly number[];
  /** Room between boxes of a row, and between rows. */
  readonly gap: { readonly across: number; readonly down: number };
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Top left of each box. */
  readonly places: readonly Point[];
  /** For each arrow the points it passes on its way, in pairs above and below the rows between. */
  readonly bends: readonly (readonly Point[])[];
}

/** A box, or the place of a passing arrow, in a row. */
interface Item {
  readonly width: number;
  readonly row: number;
  readonly above: Item[];
  readonly below: Item[];
  /** Its place in its row. */
  order: number;
  /** Its middle. */
  x: number;
  /** Whether it is the place of a passing arrow. */
  readonly lane: boolean;
}

/** Width of the place of a passing arrow. */
const LANE = 8;

/** Sweeps down and up; few graphs change after the first ones. */
const SWEEPS = { order: 12, align: 60 };

/** Places for the boxes. */
export function layOut(boxes: Boxes): Layout {
  const { sizes, arrows, gap } = boxes;
  const rows = rowsOf(boxes);
  const items = sizes.map(({ width }, i) => item(width, at(rows, i)));
  const lanes = arrows.map(({ from, to }) => {
    const passed = range(at(rows, to) - at(rows, from) - 1).map((k) =>
      item(LANE, at(rows, from) + 1 + k, true),
    );
    const way = [at(items, from), ...passed, at(items, to)];
    for (let i = 1; i < way.length; i++) {
      at(way, i - 1).below.push(at(way, i));
      at(way, i).above.push(at(way, i - 1));
    }
    return passed;
  });
  const all = [...items, ...lanes.flat()];
  const table = range(Math.max(0, ...rows) + 1).map((row) => all.filter((one) => one.row === row));
  order(table);
  align(table, gap.across);
  const left = Math.min(...all.map(({ x, width }) => x - width / 2));
  const heights = table.map((_, row) =>
    Math.max(...sizes.map(({ height }, i) => (at(rows, i) === row ? height : 0))),
  );
  const tops = heights.map((_, row) => heights.slice(0, row).reduce((sum, h) => sum + h + gap.down, 0));
  return {
    width: Math.max(...all.map(({ x, width }) => x + width / 2)) - left,
    height: at(tops, tops.length - 1) + at(heights, heights.length - 1),
    places: items.map(({ x, width, row }, i): Point => [
      x - width / 2 - left,
      at(tops, row) + (at(heights, row) - at(sizes, i).height) / 2,
    ]),
    bends: lanes.map((passed) =>
      passed.flatMap(({ x, row }): Point[] => [
        [x - left, at(tops, row)],
        [x - left, at(tops, row) + at(heights, row)],
      ]),
    ),
  };
}

const item = (width: number, row: number, lane = false): Item => ({
  width,
  row,
  lane,
  above: [],
  below: [],
  order: 0,
  x: 0,
});

/** The longest way from a start to each box; then starts move down to what they feed. */
function rowsOf({ sizes, arrows, first, last }: Boxes): number[] {
  const rows = sizes.map(() => 0);
  for (let i = 0; i < rows.length; i++)
    for (const { from, to } of arrows) if (to === i) rows[i] = Math.max(at(rows, i), at(rows, from) + 1);
  for (let i = rows.length - 1; i >= 0; i--) {
    const fed = arrows.filter(({ from }) => from === i).map(({ to }) => at(rows, to));
    const starts = !first.includes(i) && arrows.every(({ to }) => to !== i);
    if (fed.length > 0 && starts) rows[i] = Math.min(...fed) - 1;
  }
  const lowest = Math.max(0, ...rows);
  return rows.map((row, i) => (last.includes(i) ? lowest : row));
}

/** Rows in an order with few crossings: each item goes to the mean place of its neighbours, down and up in turn. */
function order(table: Item[][]): void {
  const number = (row: Item[]): void => row.forEach((one, i) => (one.order = i));
  table.forEach(number);
  let best = { crossings: crossings(table), rows: table.map((row) => [...row]) };
  for (let sweep = 0; sweep < SWEEPS.order && best.crossings > 0; sweep++) {
    const down = sweep % 2 === 0;
    for (const row of down ? table : [...table].reverse()) {
      const wanted = new Map(row.map((one) => [one, mean(down ? one.above : one.below) ?? one.order]));
      row.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0) || a.order - b.order);
      number(row);
    }
    const now = crossings(table);
    if (now < best.crossings) best = { crossings: now, rows: table.map((row) => [...row]) };
  }
  best.rows.forEach((row, i) => {
    table[i] = row;
    number(row);
  });
}

const mean = (items: readonly Item[]): number | undefined =>
  items.length === 0 ? undefined : items.reduce((sum, { order }) => sum + order, 0) / items.length;

function crossings(table: readonly Item[][]): number {
  return table.reduce((sum, row) => {
    const ends = row.flatMap((one) => one.below.map((other) => [one.order, other.order] as const));
    const crossed = ends.map(
      ([a, b], i) => ends.slice(0, i).filter(([c, d]) => (a - c) * (b - d) < 0).length,
    );
    return sum + crossed.reduce((n, k) => n + k, 0);
  }, 0);
}

/** Middles as near as can be to those of the neighbours, the order and the gaps kept. */
function align(table: readonly (readonly Item[])[], gap: number): void {
  const middles = table.map((row) => row.map((one) => ({ one, x: 0, weight: 1 })));
  for (const row of middles) place(row, gap);
  for (let sweep = 0; sweep < SWEEPS.align; sweep++) {
    for (const row of sweep % 2 === 0 ? middles : [...middles].reverse()) {
      for (const wish of row) {
        const { one } = wish;
        const near = [...one.above, ...one.below].map((other) => ({ x: other.x, pull: pull(one, other) }));
        wish.weight = near.reduce((sum, { pull }) => sum + pull, 0) || 1;
        wish.x =
          near.length === 0 ? one.x : near.reduce((sum, { x, pull }) => sum + pull * x, 0) / wish.weight;
      }
      place(row, gap);
    }
  }
}

/** Long arrows want most to be straight, then boxes that have only each other. */
function pull(a: Item, b: Item): number {
  const [upper, lower] = a.row < b.row ? [a, b] : [b, a];
  if (a.lane && b.lane) return 8;
  return upper.below.length === 1 && lower.above.length === 1 ? 4 : 1;
}

/** Where an item of a row wants its middle to be, and how much. */
interface Wish {
  readonly one: Item;
  x: number;
  weight: number;
}

/**
 * Puts items of a row where they want to be, weighed least squares, without overlaps: runs of items that push each
 * other become blocks that move as one (pool adjacent violators, Ayer and others 1955).
 */
function place(row: readonly Wish[], gap: number): void {
  interface Block {
    readonly items: readonly { readonly one: Item; readonly offset: number }[];
    /** Weighed sum of where its items want its left end. */
    readonly sum: number;
    readonly weight: number;
    readonly length: number;
  }
  const blocks: Block[] = [];
  for (const { one, x, weight } of row) {
    const half = one.width / 2;
    let block: Block = {
      items: [{ one, offset: half }],
      sum: weight * (x - half),
      weight,
      length: one.width + gap,
    };
    for (let last = blocks.at(-1); last; last = blocks.at(-1)) {
      const { length } = last;
      if (last.sum / last.weight + length <= block.sum / block.weight) break;
      blocks.pop();
      block = {
        items: [...last.items, ...block.items.map(({ one, offset }) => ({ one, offset: offset + length }))],
        sum: last.sum + block.sum - block.weight * length,
        weight: last.weight + block.weight,
        length: length + block.length,
      };
    }
    blocks.push(block);
  }
  for (const { items, sum, weight } of blocks)
    for (const { one, offset } of items) one.x = sum / weight + offset;
}
