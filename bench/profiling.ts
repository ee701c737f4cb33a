// A program run by a profiled device: the time each of its kernels took in a quiet round of many, so that other work
// on the machine, which only adds, is left out. WebAssembly keeps no time by kernel: the whole step only.
import type { Backend } from '../src/device/backend.ts';
import { compiledTarget } from '../src/device/compiled.ts';
import { constantsOf } from '../src/device/prepare.ts';
import { productOperations, type Compiled } from '../src/device/compile.ts';
import { Device } from '../src/device/device.ts';
import { nativeBackend, type EntryTime } from '../src/device/native.ts';
import { wasmBackend } from '../src/device/wasm.ts';
import { writtenBy, type Item } from '../src/kernel/kernel.ts';
import { parted } from '../src/kernel/steady.ts';
import { factsOf } from '../src/kernel/terms.ts';
import { tile } from '../src/kernel/tile.ts';
import type { Work } from './profile-work.ts';

export interface Profile {
  /** By item of the program: milliseconds of its entries (packing, products, finishing), and its operations. */
  readonly items: readonly {
    readonly item: Item;
    readonly parts: readonly number[];
    readonly operations: number;
  }[];
  /** Milliseconds of a whole step, and all operations. */
  readonly step: number;
  readonly operations: number;
  readonly lanes: number;
}

export interface Profiling {
  readonly device: 'native' | 'wasm';
  readonly threads: number;
  /** Steps in a round, and rounds. */
  readonly times: number;
  readonly rounds: number;
}

/** Times what `make` compiles last. */
export async function profiled(
  make: (device: Device) => Promise<Work>,
  { device: name, threads, times, rounds }: Profiling,
): Promise<Profile> {
  const profiles: (() => readonly EntryTime[])[] = [];
  const backend: Backend =
    name === 'wasm' ? await wasmBackend({ threads }) : await watched(threads, profiles);
  const device = new Device(compiledTarget(backend));
  const { program, inputs } = await make(device);
  const { compiled } = program as unknown as { compiled: Compiled };
  const { items } = compiled;
  const profile = profiles.at(-1) ?? ((): readonly EntryTime[] => []);
  await program.start(inputs, { times: 2 }).done;
  profile();
  const rows: (readonly number[])[] = [];
  let step = Infinity;
  for (let round = 0; round < rounds; round++) {
    const before = profile();
    const begin = performance.now();
    await program.start(inputs, { times }).done;
    step = Math.min(step, (performance.now() - begin) / times);
    rows.push(profile().map((x, i) => (x.ms - (before[i]?.ms ?? 0)) / times));
  }
  await device.close();
  // The quarter mark, not the least: a clock read on another core can be wrong once.
  const best = (rows[0] ?? []).map((_, i) => quarter(rows.map((row) => row[i] ?? NaN)));
  const { machine } = backend;
  const constants = constantsOf(compiled, writtenBy(items));
  const facts = factsOf(items, constants);
  const bound = new Set(
    [...compiled.inputs, ...compiled.outputs, ...compiled.literals].map(({ buffer }) => buffer),
  );
  for (const buffer of compiled.state.values()) bound.add(buffer);
  /** Entries that an item becomes in every run; a scan's are counted within. */
  const entriesOf = (item: Item): number =>
    item.kind === 'scan'
      ? item.items.reduce((n, i) => n + entriesOf(i), 0)
      : parted(tile([item], machine, facts), constants, (b) => !bound.has(b)).main.table.length;
  let entry = 0;
  const timed = items.map((item) => {
    const parts = best.slice(entry, (entry += entriesOf(item)));
    return { item, parts, operations: productOperations([item]) };
  });
  return { items: timed, step, operations: productOperations(items), lanes: machine.lanes };
}

const quarter = (x: readonly number[]): number =>
  [...x].sort((a, b) => a - b)[Math.floor(x.length / 4)] ?? NaN;

/** The native backend, with the profile of each program it loads noted down. */
async function watched(threads: number, profiles: (() => readonly EntryTime[])[]): Promise<Backend> {
  const backend = await nativeBackend({ threads });
  const load = backend.load.bind(backend);
  backend.load = async (listing) => {
    const executable = await load(listing);
    profiles.push(() => executable.profile());
    return executable;
  };
  return backend;
}
