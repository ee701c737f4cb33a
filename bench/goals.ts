// The goal kernels of goals.c, by hand, beside what the tiler makes of the same sums: both on one thread, in turn, as GFLOP/s and
// as shares of the peak.
//   node dist/bench/goals.js [--rounds n]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { peak } from './peak.ts';
import { workloads } from './profile-work.ts';
import { profiled } from './profiling.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } });

/** What the tiler's kernels are called by goals.c, in the order in which a program runs them. */
const ours: readonly (readonly [workload: string, names: readonly (string | undefined)[]])[] = [
  ['matmul', ['matmul a b', 'matmul aT b', 'matmul a bT', 'matmul aT bT']],
  ['conv', ['conv forward', 'conv input gradient', 'conv weight gradient']],
  ['game-d2', [undefined, 'game-d2 forward', undefined]],
];

/** Name and GFLOP/s of each goal kernel; it must agree with sums in float64. */
function goals(): Map<string, number> {
  const folder = mkdtempSync(join(tmpdir(), 'eidos-goals-'));
  try {
    const [source, program] = [
      fileURLToPath(new URL('../../bench/goals.c', import.meta.url)),
      join(folder, 'goals'),
    ];
    const march = process.arch === 'arm64' ? '-mcpu=native' : '-march=native';
    execFileSync(process.env['CC'] ?? 'cc', [
      '-O2',
      march,
      '-ffp-contract=fast',
      source,
      '-o',
      program,
      '-lm',
    ]);
    const lines = execFileSync(program, { encoding: 'utf8' }).trim().split('\n');
    return new Map(
      lines.map((line) => {
        const [name = '', speed, error] = line.split('\t');
        if (!(Number(error) < 1e-6)) throw new Error(`goals: ${name} is off by ${error ?? '?'}`);
        return [name, Number(speed)];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same of what the tiler makes. */
async function made(): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const [name, names] of ours) {
    const how = { device: 'native', threads: 1, times: 1, rounds: Number(values.rounds) } as const;
    const { items } = await profiled((device) => workloads[name]!(device, { batch: 16, size: 1024 }), how);
    const sums = items.filter(({ item, operations }) => item.kind === 'contract' && operations > 1e7);
    sums.forEach(({ parts, operations }, i) => {
      const called = names[i];
      if (called !== undefined) found.set(called, operations / parts.reduce((a, b) => a + b, 0) / 1e6);
    });
  }
  return found;
}

const [before, ran, mine, after] = [peak(64) ?? peak(32), goals(), await made(), goals()];
const most = before?.one ?? NaN;
const share = (x: number): string => `${x.toFixed(0)} (${((100 * x) / most).toFixed(0)} %)`;
console.log(`peak of one thread: ${most.toFixed(0)} GFLOP/s`);
for (const [name, speed] of ran)
  console.log(
    `${name}: by hand ${share(Math.max(speed, after.get(name) ?? 0))}, eidos ${share(mine.get(name) ?? NaN)}`,
  );
