// The tables of docs/performance.md, each between two marks, written from the figures and from nothing else.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { check } from '../src/base/check.ts';
import { libraries } from './contestants.ts';
import type { Epoch, Kept, Machine } from './figures.ts';
import type { FirstStep } from './first-step.ts';
import type { Figure } from './race.ts';
import { limitsTable, variantsTable } from './product-tables.ts';
import { markdown, percent, rounded, spread, timesAs } from './table.ts';
import { all } from './workloads/index.ts';
import { growths, type Growing } from './workloads/scaling.ts';
import type { Workload } from './workloads/workload.ts';

/** The best of a library's versions and settings at a workload. */
function best(figures: readonly Figure[]): Figure | undefined {
  return figures.reduce<Figure | undefined>(
    (first, one) => (!first || timesAs(one, first) > 1 ? one : first),
    undefined,
  );
}

/** Rows of ours with the best of each library beside them. */
function compared(workloads: readonly Workload[], figures: readonly Figure[]): string {
  const goals = workloads.some(({ goal }) => goal);
  const rows = workloads.flatMap(({ id, unit, goal }) => {
    const mine = figures.filter(({ workload }) => workload === id);
    if (mine.length === 0) return [];
    const of = (name: string): Figure | undefined => mine.find(({ contestant }) => contestant === name);
    const peers = libraries.map((library) => best(mine.filter((one) => one.library === library)));
    const first = best(peers.filter((one) => one !== undefined));
    const web = best(mine.filter(({ library, contestant }) => library !== 'eidos' && inWasm(contestant)));
    const times = (one: Figure | undefined, other: Figure | undefined): string =>
      one && other ? timesAs(one, other).toFixed(2) : '–';
    const own = (name: 'native' | 'wasm'): string[] => {
      const found = of(name);
      const wanted = goal?.[name];
      return [
        found ? spread(found) : '–',
        ...(goals ? [wanted === undefined ? '' : rounded(wanted)] : []),
        found ? percent(found.share) : '–',
        times(found, first),
      ];
    };
    const theirs = peers.map((one) => (one ? rounded(one.median) : '–'));
    return [[id, unit, ...own('native'), ...own('wasm'), times(of('wasm'), web), ...theirs]];
  });
  const of = (device: string): string[] => [
    device,
    ...(goals ? ['goal'] : []),
    'of the limit',
    'times the best library',
  ];
  const head = ['workload', 'in', ...of('native'), ...of('wasm'), 'times the best in WebAssembly'];
  return markdown([...head, ...libraries], rows, 2);
}

/** Libraries say so at the end of their names. */
const inWasm = (contestant: string): boolean => contestant.endsWith(' wasm');

const machineTable = ({
  processor,
  processors,
  memoryBytes,
  node,
  full,
  narrow,
  width,
  stream,
  date,
}: Machine): string =>
  [
    `${processor}, ${processors} processors, ${Math.round(memoryBytes / 1e9)} GB, Node ${node}; ${date}.`,
    '',
    markdown(
      ['limit', 'one thread', 'all threads'],
      [
        [`multiplications and additions, ${8 * width} bits, GFLOP/s`, ...full.map(rounded)],
        ['the same with 128 bits, what WebAssembly has, GFLOP/s', ...narrow.map(rounded)],
        ['memory, read and written in one pass, GB/s', ...stream.map(rounded)],
      ],
    ),
  ].join('\n');

/** Who the libraries are, and what became of those that were not timed. */
function settings({ figures, problems }: Kept): string {
  const abouts = new Map(figures.map(({ contestant, about }) => [contestant, about]));
  const rows = [...abouts].map(([name, about]) => [name, about]);
  const list = problems.map((one) => `- ${one.replaceAll('|', '/')}`);
  return [
    markdown(['contestant', 'version and settings'], rows, 2),
    ...(list.length > 0 ? ['', 'Not timed:', '', ...list] : []),
  ].join('\n');
}

const described = (): string =>
  markdown(
    ['workload', 'what it is', 'operations of one time, 1e9'],
    all.map(({ id, about, giga }) => [id, about, giga > 0 ? rounded(giga) : '–']),
    2,
  );

/** Own processor time, other load, and memory of every figure. */
const conditions = (figures: readonly Figure[]): string =>
  markdown(
    [
      'workload',
      'contestant',
      'clean repetitions',
      'processors used',
      'by others',
      'limit, GFLOP/s or GB/s',
      'peak memory, MB',
      'date',
    ],
    figures.map((one) => [
      one.workload,
      one.contestant,
      `${one.clean} of ${one.repetitions}`,
      one.own.toFixed(2),
      one.others === null ? '–' : one.others.toFixed(2),
      one.limit === null ? '–' : rounded(one.limit),
      one.peakBytes === null ? '–' : rounded(one.peakBytes / 1e6),
      one.date,
    ]),
    2,
  );

const firstStepTable = (steps: readonly FirstStep[]): string =>
  markdown(
    ['program', 'with', 'nothing compiled, s', 'goal', 'from the cache, s', 'goal', 'date'],
    steps.map(({ what, with: by, cold, cached, goals: [first, second], date }) => [
      what === 'tutorial' ? 'a step of W3' : 'a round of W6',
      by,
      rounded(cold),
      first ? rounded(first) : '',
      cached === null ? '–' : rounded(cached),
      second ? rounded(second) : '',
      date,
    ]),
    2,
  );

const epochTable = (epochs: readonly Epoch[]): string =>
  markdown(
    ['device', 'seconds an epoch', 'fastest, slowest', 'median accuracy', "Keras's", 'seeds'],
    epochs.map(({ device, epochSeconds, fastest, slowest, median, keras, seeds }) => [
      device,
      rounded(epochSeconds),
      `${rounded(fastest)}, ${rounded(slowest)}`,
      `${(100 * median).toFixed(2)} %`,
      `${(100 * keras).toFixed(2)} %`,
      String(seeds),
    ]),
  );

/** Pictures of what was measured; scaling-plots.ts draws them. */
function scalingTable(figures: readonly Figure[]): string {
  const rows = (Object.keys(growths) as Growing[]).flatMap((what) => {
    const drawn = figures.some(({ workload }) => workload.startsWith(`SCALE-${what}-`));
    const picture = (of: string): string => `![${of} by ${what}](pictures/scaling-${what}-${of}.png)`;
    return drawn ? [[what, picture('time'), picture('memory')]] : [];
  });
  return rows.length > 0 ? markdown(['what grows', 'time', 'memory'], rows, 3) : '';
}

const byId = (...starts: readonly string[]): Workload[] =>
  all.filter(({ id }) => starts.some((start) => id.startsWith(start)));

/** All tables by their marks. */
export function tablesOf(kept: Kept): Readonly<Record<string, string>> {
  const { figures } = kept;
  const order = new Map(all.map(({ id }, i) => [id, i]));
  const inOrder = [...figures].sort(
    (a, b) =>
      (order.get(a.workload) ?? 0) - (order.get(b.workload) ?? 0) || a.contestant.localeCompare(b.contestant),
  );
  const names = [...inOrder].sort((a, b) => a.contestant.localeCompare(b.contestant));
  return {
    machine: kept.machine ? machineTable(kept.machine) : '',
    training: compared(byId('W1', 'W2', 'W3-32', 'W3-128', 'W4', 'W5', 'W6'), figures),
    answering: compared(byId('W3-ask', 'W7'), figures),
    products: compared(byId('GEMM', 'CONV', 'GAME'), figures),
    limits: limitsTable(byId('GEMM', 'CONV', 'GAME'), figures),
    variants: variantsTable(all, figures),
    'small sizes': compared(byId('SMALL'), figures),
    streams: compared(byId('CHAIN', 'RANDOM'), figures),
    'first steps': firstStepTable(kept.firstSteps),
    epochs: epochTable(kept.epochs),
    scaling: scalingTable(figures),
    workloads: described(),
    contestants: settings({ ...kept, figures: names }),
    conditions: conditions(inOrder.filter(({ workload }) => order.has(workload))),
  };
}

/** Puts tables between their marks: <!-- bench: name --> and <!-- bench: end -->. */
export function placed(text: string, tables: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /(<!-- bench: ([a-z ]+) -->)\n[\s\S]*?(<!-- bench: end -->)/g,
    (_, begin: string, name: string, end: string) => {
      const table = tables[name];
      check(table !== undefined, () => `bench: there is no table ${name}; remove its marks`);
      return `${begin}\n\n${table}\n\n${end}`;
    },
  );
}

export function writeTables(kept: Kept, file: string): void {
  writeFileSync(file, placed(readFileSync(file, 'utf8'), tablesOf(kept)));
  execFileSync(process.execPath, ['node_modules/prettier/bin/prettier.cjs', '--write', file], {
    stdio: 'ignore',
  });
}
