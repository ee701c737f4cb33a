// The hot sums of products as shares of the machine's peak, on one thread and on all, native and WebAssembly: a
// matrix product four ways round, a wide convolution's three passes, those of a generator and a discriminator
// (five workloads of profile-work.ts). The peak is measured beside each; a quiet round of many counts.
//   node dist/bench/kernels.js [--rounds n] [--device native|wasm]
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Item } from '../src/kernel/kernel.ts';
import { peak } from './peak.ts';
import { workloads } from './profile-work.ts';
import { profiled, type Profiling } from './profiling.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, device: { type: 'string' } },
});

/** What a workload's contractions are called, in the order they run; without names only the whole is told. */
const hot: readonly (readonly [workload: string, batch: number, names: readonly string[]])[] = [
  ['matmul', 1, ['a b', 'aᵀ b', 'a bᵀ', 'aᵀ bᵀ']],
  ['conv', 16, ['forward', 'input gradient', 'weight gradient']],
  ['game-g2', 16, ['forward', 'input gradient', 'weight gradient']],
  ['game-d2', 16, ['input gradient', 'forward', 'weight gradient']],
  ['dense', 128, ['forward', 'input gradient', 'weight gradient']],
];

const large = (item: Item, operations: number): boolean => item.kind === 'contract' && operations > 1e7;

async function line(
  workload: string,
  batch: number,
  names: readonly string[],
  how: Profiling,
): Promise<void> {
  const work = workloads[workload];
  if (!work) throw new Error(`kernels: no workload ${workload}`);
  const found = await profiled((device) => work(device, { batch, size: 1024 }), how);
  const limit = peak(({ 4: 16, 16: 64 } as const)[found.lanes] ?? 32);
  const most = (how.threads > 1 ? limit?.two : limit?.one) ?? NaN;
  const share = (operations: number, ms: number): string =>
    `${((100 * operations) / ms / 1e6 / most).toFixed(0)} %`;
  const main = found.items.filter(({ item, operations }) => large(item, operations));
  const each = main.map(
    ({ parts, operations }, i) =>
      `${names[i] ?? '?'} ${share(
        operations,
        parts.reduce((a, b) => a + b, 0),
      )}`,
  );
  const told = how.device === 'native' ? each.join(', ') : `all ${share(found.operations, found.step)}`;
  console.log(`${workload}, ${how.device}, threads ${how.threads}, peak ${most.toFixed(0)} GFLOP/s: ${told}`);
}

const rounds = Number(values.rounds);
for (const device of ['native', 'wasm'] as const)
  for (const threads of [1, availableParallelism()])
    for (const [workload, batch, names] of hot)
      if (values.device === undefined || values.device === device)
        await line(workload, batch, names, { device, threads, times: 1, rounds });
