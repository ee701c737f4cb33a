// Where a step's time goes, kernel by kernel: milliseconds, operations a second and the share of the machine's peak.
// WebAssembly keeps no time by kernel: the whole step only.
//   node dist/bench/profile.js [workload] [--device native|wasm] [--batch n] [--size n] [--threads n] [--items]
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { compiledTarget } from '../src/device/compiled.ts';
import { productOperations, type Compiled } from '../src/device/compile.ts';
import { Device } from '../src/device/device.ts';
import type { Backend } from '../src/device/backend.ts';
import { nativeBackend, type EntryTime } from '../src/device/native.ts';
import { wasmBackend } from '../src/device/wasm.ts';
import type { Item } from '../src/kernel/kernel.ts';
import { printItems } from '../src/kernel/print.ts';
import { tile } from '../src/kernel/tile.ts';
import { peak } from './peak.ts';
import { workloads } from './profile-work.ts';

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
const profiles: (() => readonly EntryTime[])[] = [];

/** The native backend, with the profile of each program it loads noted down. */
async function watched(): Promise<Backend> {
  const backend = await nativeBackend({ threads });
  const load = backend.load.bind(backend);
  backend.load = async (listing) => {
    const executable = await load(listing);
    profiles.push(() => executable.profile());
    return executable;
  };
  return backend;
}

const backend = values.device === 'wasm' ? await wasmBackend({ threads }) : await watched();
const device = new Device(compiledTarget(backend));
const work = workloads[positionals[0] ?? 'tutorial'];
if (!work) throw new Error(`profile: there are ${Object.keys(workloads).join(', ')}`);
const { program, inputs } = await work(device, { batch: Number(values.batch), size: Number(values.size) });
const { items } = (program as unknown as { compiled: Compiled }).compiled;
const profile = profiles.at(-1);
await program.start(inputs, { times: 3 }).done;
profile?.();
const times = Number(values.times);
/** By entry, milliseconds a step in the round that took the least: other work on the machine only adds. */
let best: readonly number[] = [];
let wall = Infinity;
for (let round = 0; round < Number(values.rounds); round++) {
  const before = profile?.() ?? [];
  const begin = performance.now();
  await program.start(inputs, { times }).done;
  wall = Math.min(wall, (performance.now() - begin) / times);
  const took = (profile?.() ?? []).map((x, i) => (x.ms - (before[i]?.ms ?? 0)) / times);
  best = took.map((ms, i) => Math.min(ms, best[i] ?? Infinity));
}
const limit = peak(({ 4: 16, 16: 64 } as const)[backend.machine.lanes] ?? 32);
const most = threads > 1 ? limit?.two : limit?.one;

/** Entries that an item becomes; a scan's are counted within. */
const entriesOf = (item: Item): number =>
  item.kind === 'scan'
    ? item.items.reduce((n, i) => n + entriesOf(i), 0)
    : tile([item], backend.machine).table.length;

let entry = 0;
const rows = items.map((item) => {
  const count = entriesOf(item);
  const parts = best.slice(entry, entry + count);
  entry += count;
  const ms = parts.reduce((a, b) => a + b, 0);
  const operations = productOperations([item]);
  return { item, parts, ms, gflops: operations / ms / 1e6 };
});
for (const { item, parts, ms, gflops } of profile ? rows : []) {
  const head = printItems([item]).split('\n')[0] ?? '';
  const share =
    most && gflops > 1 ? `${gflops.toFixed(0)} GFLOP/s ${((100 * gflops) / most).toFixed(0)} %` : '';
  const split = parts.length > 1 ? ` (${parts.map((x) => x.toFixed(3)).join(' + ')})` : '';
  console.log(
    `${ms.toFixed(4)}${split} ms  ${share}  ${values.items ? printItems([item]) : head.slice(0, 150)}`,
  );
}
const sum = rows.reduce((n, r) => n + r.ms, 0);
const all = productOperations(items) / wall / 1e6;
console.log(
  `${sum.toFixed(3)} ms in kernels, ${wall.toFixed(3)} ms a step; ${all.toFixed(0)} GFLOP/s of ${most?.toFixed(0)}`,
);
await device.close();
