// Runs side by side: what was asked for differently, and what each came to. Plain data; drawing tables and plots is
// left to others.
import type { Json, RunInfo } from './record.ts';

type Cell = string | number | boolean | null;

/** Runs as a table. */
export interface RunTable {
  /** What all runs have in common, by path: `optimizer.rate`. */
  readonly same: Readonly<Record<string, Cell>>;
  readonly columns: readonly { readonly name: string; readonly kind: 'config' | 'figure' }[];
  /** A cell for each column; null where a run has no such thing. */
  readonly rows: readonly { readonly run: RunInfo; readonly cells: readonly Cell[] }[];
}

/** What runs differ in, then all their figures; in the order of `runs`. */
export function compareRuns(runs: readonly RunInfo[]): RunTable {
  const configs = runs.map(({ record: { config, seed, versions } }) => {
    const { device, eidos } = versions;
    return new Map([
      ...leaves({ ...config, seed }),
      ...leaves({ ...(device && { device }), ...(eidos && { eidos }) }),
    ]);
  });
  const figures = runs.map((run) => new Map<string, Cell>(Object.entries(run.figures)));
  const names = namesOf(configs);
  const isSame = (name: string): boolean => configs.every((c) => c.get(name) === configs[0]?.get(name));
  const columns = [
    ...names.filter((name) => !isSame(name)).map((name) => ({ name, kind: 'config' as const })),
    ...namesOf(figures).map((name) => ({ name, kind: 'figure' as const })),
  ];
  return {
    same: Object.fromEntries(names.filter(isSame).map((name) => [name, configs[0]?.get(name) ?? null])),
    columns,
    rows: runs.map((run, i) => ({
      run,
      cells: columns.map(({ name, kind }) => (kind === 'config' ? configs : figures)[i]?.get(name) ?? null),
    })),
  };
}

const namesOf = (maps: readonly ReadonlyMap<string, unknown>[]): string[] => [
  ...new Set(maps.flatMap((map) => [...map.keys()])),
];

/** Every value in a tree by its path; lists are values. */
function leaves(tree: { readonly [key: string]: Json }, path = ''): (readonly [string, Cell])[] {
  return Object.entries(tree).flatMap(([key, x]) => {
    const here = path === '' ? key : `${path}.${key}`;
    if (typeof x !== 'object' || x === null) return [[here, x] as const];
    if (isList(x)) return [[here, JSON.stringify(x)] as const];
    return leaves(x, here);
  });
}

const isList = (x: Json): x is readonly Json[] => Array.isArray(x);
