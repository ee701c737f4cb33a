// What a run shows of itself at a grid: pictures of the same numbers, a strip from one to another, how samples lie among
// real pictures, and which digits are read among them.
import {
  recipes,
  samplesToLookAt,
  type Distances,
  type Game,
  type Model,
  type Samples,
} from '../src/index.ts';
import { gridBytes } from './gan-grid.ts';
import type { GanConfig } from './gan-run.ts';
import { stripBytes } from './gan-strip.ts';

/** The seed of the numbers that all grids of all runs are drawn from. */
const seed = 1;

/** Samples that are read to see what is drawn, unless a recipe's source or --read says how many. */
const fewReads = 200;

/** How a run shows itself. */
export interface View {
  readonly rows: number;
  readonly columns: number;
  readonly inverted: boolean;
  /** Samples that are read, where there is who reads them. */
  readonly reads: number;
}

/** What was asked for, else what the recipe's source does, else the usual. */
export function viewOf({ recipe, classes, grid, inverted, reads }: GanConfig): View {
  const { look, conditional } = recipes[recipe];
  const usual = look
    ? ([look.rows, look.columns] as const)
    : ([5, conditional ? classes.length : 5] as const);
  const [rows, columns] = grid ?? usual;
  return {
    rows,
    columns,
    inverted: inverted ?? look?.inverted ?? true,
    reads: reads ?? look?.reads ?? fewReads,
  };
}

/** The grid and the strip of a game, as bytes of PNGs. */
export async function shown(
  game: Game,
  { rows, columns, inverted }: View,
): Promise<{ readonly grid: Uint8Array; readonly strip: Uint8Array }> {
  const samples = await game.sample({ count: rows * columns, seed });
  return {
    grid: await gridBytes(samples, { columns, inverted }),
    strip: await stripBytes(game, seed, inverted),
  };
}

/** Who looks at samples: what lays them beside real pictures, and who reads digits, where digits are drawn. */
export interface Eyes {
  readonly distances: (made: Samples) => Distances;
  readonly reader: Model | undefined;
}

/** What is seen of samples. */
export interface Seen {
  readonly distances: Distances;
  readonly reading: Reading | undefined;
}

/** Looks at samples, classes asked for in turn, and reads `reads` of them. */
export async function seen(game: Game, { distances, reader }: Eyes, reads: number): Promise<Seen> {
  const compared = samplesToLookAt(game.rules.shape);
  const samples = await game.sample({ count: reader ? Math.max(compared, reads) : compared, seed });
  return {
    distances: distances(first(samples, compared)),
    reading: reader && (await readingOf(first(samples, reads), reader)),
  };
}

function first({ images, count, shape }: Samples, few: number): Samples {
  const size = images.length / count;
  return { images: images.subarray(0, few * size), count: few, shape };
}

/** Which digits were read. */
export interface Reading {
  /** Of each class, as a share of all. */
  readonly shares: readonly number[];
  /** How many were read as the class they were asked for, as a share of all. */
  readonly asked: number;
}

async function readingOf({ images, count, shape }: Samples, reader: Model): Promise<Reading> {
  const { data } = await reader.predict({ images, shape, count });
  const seen = Array.from({ length: count }, (_, i) => {
    const row = data.subarray(10 * i, 10 * i + 10);
    return row.indexOf(Math.max(...row));
  });
  return {
    shares: Array.from({ length: 10 }, (_, c) => seen.filter((one) => one === c).length / count),
    asked: seen.filter((one, i) => one === i % 10).length / count,
  };
}
