// The figures of the bench as a file of JSON lines: what a run measures replaces what an earlier one did for the same workload and
// contestant, the rest stays.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { FirstStep } from './first-step.ts';
import type { Figure } from './race.ts';

/** What the machine is and can do. */
export interface Machine {
  readonly processor: string;
  readonly processors: number;
  readonly memoryBytes: number;
  readonly node: string;
  /** GFLOP/s in registers on one thread and on all: full width, and vectors of 128 bits. */
  readonly full: readonly number[];
  readonly narrow: readonly number[];
  /** Bytes of a full vector. */
  readonly width: number;
  /** GB/s read and written over 268 MB, on one thread and on all. */
  readonly stream: readonly number[];
  readonly date: string;
}

/** An epoch of the tutorial network, as bench/tutorial.ts tells it. */
export interface Epoch {
  readonly device: string;
  readonly median: number;
  readonly keras: number;
  readonly epochSeconds: number;
  readonly fastest: number;
  readonly slowest: number;
  readonly seeds: number;
}

export interface Kept {
  readonly machine?: Machine;
  readonly figures: readonly Figure[];
  readonly firstSteps: readonly FirstStep[];
  readonly epochs: readonly Epoch[];
  /** Who was not timed at a workload, and why: `W2: NumPy: ...`. */
  readonly problems: readonly string[];
}

const nothing: Kept = { figures: [], firstSteps: [], epochs: [], problems: [] };

/** What a file holds; nothing, if there is none. */
export function kept(file: string): Kept {
  if (!existsSync(file)) return nothing;
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const list = <T>(kind: string): T[] =>
    lines.flatMap(({ kind: own, ...rest }) => (own === kind ? [rest as T] : []));
  const [machine] = list<Machine>('machine');
  return {
    ...(machine && { machine }),
    figures: list('figure'),
    firstSteps: list('first step'),
    epochs: list('epoch'),
    problems: list<{ readonly text: string }>('problem').map(({ text }) => text),
  };
}

/** New figures in the place of old ones of the same workload: of contestants that ran, or that are gone. */
export function merged(old: Kept, ran: Partial<Kept>, workloads: readonly string[]): Kept {
  const { figures = [], firstSteps = [], epochs = [], problems = [] } = ran;
  const key = ({ workload, contestant }: Figure): string => `${workload} ${contestant}`;
  const fresh = new Set(figures.map(key));
  const about = (problem: string): string => problem.split(':')[0] ?? '';
  return {
    ...old,
    ...(ran.machine && { machine: ran.machine }),
    figures: [...old.figures.filter((one) => !fresh.has(key(one))), ...figures],
    firstSteps: [
      ...old.firstSteps.filter((one) => !firstSteps.some((f) => f.what === one.what && f.with === one.with)),
      ...firstSteps,
    ],
    epochs: [...old.epochs.filter((one) => !epochs.some(({ device }) => device === one.device)), ...epochs],
    problems: [...old.problems.filter((one) => !workloads.includes(about(one))), ...problems],
  };
}

const rounded = (_: string, x: unknown): unknown =>
  typeof x === 'number' && !Number.isInteger(x) ? Number(x.toPrecision(5)) : x;

/** A line for each, so that changes can be read. */
export function save(file: string, { figures, firstSteps, epochs, problems, machine }: Kept): void {
  const lines = [
    ...(machine ? [{ kind: 'machine', ...machine }] : []),
    ...figures.map((one) => ({ kind: 'figure', ...one })),
    ...firstSteps.map((one) => ({ kind: 'first step', ...one })),
    ...epochs.map((one) => ({ kind: 'epoch', ...one })),
    ...problems.map((text) => ({ kind: 'problem', text })),
  ];
  writeFileSync(file, lines.map((one) => `${JSON.stringify(one, rounded)}\n`).join(''));
}
