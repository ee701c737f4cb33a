// Where a step's time goes, kernel by kernel: milliseconds, operations a second and the share of the machine's peak.
//   node dist/bench/profile.js [workload] [--device native|wasm] [--batch n] [--size n] [--threads n] [--items]
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { printItems } from '../src/kernel/print.ts';
import { peak } from './peak.ts';
import { workloads } from './profile-work.ts';
import { profiled } from './profiling.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    device: { type: 'string', default: 'native' },
    batch: { type: 'string', default: '32' },
    size: { type: 'string', default: '1024' },
    threads: { type: 'string' },
    times: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '20' },
    items: { type: 'boolean', default: false },
  },
});

const threads = Number(values.threads ?? availableParallelism());
const work = workloads[positionals[0] ?? 'tutorial'];
if (!work) throw new Error(`profile: there are ${Object.keys(workloads).join(', ')}`);
const sizes = { batch: Number(values.batch), size: Number(values.size) };
const found = await profiled((device) => work(device, sizes), {
  device: values.device === 'wasm' ? 'wasm' : 'native',
  threads,
  times: Number(values.times),
  rounds: Number(values.rounds),
});
const limit = peak(({ 4: 16, 16: 64 } as const)[found.lanes] ?? 32);
const most = threads > 1 ? limit?.two : limit?.one;

for (const { item, parts, operations } of found.items) {
  const ms = parts.reduce((a, b) => a + b, 0);
  if (ms === 0) continue;
  const gflops = operations / ms / 1e6;
  const share =
    most && gflops > 1 ? `${gflops.toFixed(0)} GFLOP/s ${((100 * gflops) / most).toFixed(0)} %` : '';
  const split = parts.length > 1 ? ` (${parts.map((x) => x.toFixed(3)).join(' + ')})` : '';
  const text = printItems([item]);
  console.log(
    `${ms.toFixed(4)}${split} ms  ${share}  ${values.items ? text : text.split('\n')[0]?.slice(0, 150)}`,
  );
}
const all = found.operations / found.step / 1e6;
console.log(`${found.step.toFixed(3)} ms a step; ${all.toFixed(0)} GFLOP/s of ${most?.toFixed(0)}`);
