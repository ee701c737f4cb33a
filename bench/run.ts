// npm run bench: measures the machine, then every workload for eidos on its devices and for the libraries found beside
// it, and writes bench/figures.jsonl and the tables of docs/performance.md. Figures of what was not run stay.
//   npm run bench -- W2 W3 --device native --no-peers
//   npm run bench -- --full --peers ~/peers
//   npm run bench -- GEMM CONV --variants     eidos on one thread and with AVX2, too
// Names are of workloads, W3 of all its parts; SCALE how time and memory grow; COMPILE are first steps,
// EPOCH the tutorial network's accuracy.
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { check } from '../src/base/check.ts';
import { Limits, type Limit } from '../src/device/native-limits.ts';
import type { DeviceName } from '../src/index.ts';
import { findPeers, ours, variants, type Contestant } from './contestants.ts';
import { kept, merged, save, type Epoch, type Machine } from './figures.ts';
import { firstSteps } from './first-step.ts';
import { race, type Pace } from './race.ts';
import { scalingPlots } from './scaling-plots.ts';
import { line, rounded } from './table.ts';
import { all } from './workloads/index.ts';
import { scaling } from './workloads/scaling.ts';
import type { Workload } from './workloads/workload.ts';
import { writeTables } from './write-tables.ts';

const text = { type: 'string' } as const;
const off = { type: 'boolean', default: false } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    device: { type: 'string', default: 'native,wasm' },
    peers: text,
    'no-peers': off,
    'no-docs': off,
    full: off,
    variants: off,
    threads: text,
    repetitions: { type: 'string', default: '20' },
    budget: text,
    results: { type: 'string', default: 'bench/figures.jsonl' },
  },
});

const { full } = values;
const names = positionals;
/** W3 means W3-32 too, GEMM-ab not GEMM-abt. */
const means = (name: string, id: string): boolean =>
  `${id}-`.toUpperCase().startsWith(`${name}-`.toUpperCase());
const wanted = (id: string, usual: boolean): boolean =>
  names.length === 0 ? usual : names.some((name) => means(name, id));
const known = [...[...all, ...scaling].map(({ id }) => id), 'COMPILE', 'EPOCH'];
for (const name of names)
  check(
    known.some((id) => means(name, id)),
    () => `bench: nothing is called ${name}; there are ${known.join(', ')}`,
  );

const threads = Number(values.threads ?? availableParallelism());
const devices = values.device.split(',') as DeviceName[];
const pace: Pace = {
  threads,
  repetitions: Number(values.repetitions),
  stretch: full ? 0.25 : 0.15,
  budget: Number(values.budget ?? (full ? 60 : 4.5)),
  least: full ? 5 : 3,
};
const began = performance.now();
const say = (what: string): void => console.log(what);

async function measured(limits: Limits): Promise<Machine> {
  const { width } = limits;
  const both = async (limit: Limit): Promise<number[]> => [
    await limits.measure(limit, 1),
    await limits.measure(limit, threads),
  ];
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    processors: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.versions.node,
    width,
    full: await both(width),
    narrow: await both(16),
    stream: await both('stream'),
    date: new Date().toISOString().slice(0, 10),
  };
}

/** bench/tutorial.ts in a process of its own. */
function epoch(device: DeviceName, seeds: number): Epoch {
  const out = execFileSync(
    process.execPath,
    ['dist/bench/tutorial.js', '--device', device, '--seeds', `${seeds}`, '--threads', `${threads}`],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const told = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Omit<Epoch, 'seeds'>;
  const { median, keras, epochSeconds, fastest, slowest } = told;
  return { device: told.device, median, keras, epochSeconds, fastest, slowest, seeds };
}

let everything = kept(values.results);
const note = (ran: Parameters<typeof merged>[1], workloads: readonly string[] = []): void => {
  everything = merged(everything, ran, workloads);
  save(values.results, everything);
};

const limits = await Limits.open().catch(() => undefined);
const width = limits?.width ?? 16;
if (limits) {
  const machine = await measured(limits);
  note({ machine });
  const told = (x: readonly number[]): string => x.map(rounded).join(' and ');
  say(`${machine.processor}: ${told(machine.full)} GFLOP/s on 1 and ${threads} threads (${8 * width} bits),`);
  say(`${told(machine.narrow)} with 128 bits; ${told(machine.stream)} GB/s through memory`);
} else say('no C compiler: the limits of the machine are not measured');

const { peers, missing } = values['no-peers']
  ? { peers: [], missing: [] }
  : findPeers(values.peers ?? process.env['EIDOS_PEERS'], threads, full);
for (const one of missing) say(one);
const contestants = [...devices.map(ours), ...(values.variants ? variants(devices, width) : []), ...peers];

async function raced(workload: Workload, who: readonly Contestant[], how: Pace): Promise<void> {
  const { figures, problems } = await race(workload, who, how, { limits, width });
  note({ figures, problems }, [workload.id]);
  for (const figure of figures) say(line(figure));
  for (const problem of problems) say(problem);
}

for (const workload of all.filter(({ id, rare = false }) => wanted(id, full || !rare)))
  await raced(workload, contestants, pace);
const growing = scaling.filter(({ id }) => wanted(id, full));
// Beside the newest PyTorch; a shape of a curve needs fewer repetitions.
const beside = peers.filter(({ library }) => library === 'PyTorch').slice(0, 1);
for (const workload of growing)
  await raced(workload, [...devices.map(ours), ...beside], {
    ...pace,
    stretch: 0.1,
    budget: Math.min(1.5, pace.budget),
  });
if (growing.length > 0 && !values['no-docs'])
  for (const file of await scalingPlots(everything.figures, 'docs/pictures')) say(`docs/pictures/${file}`);
if (wanted('COMPILE', true))
  for (const step of firstSteps(devices, full ? 5 : 3)) {
    note({ firstSteps: [step] });
    const cached = step.cached === null ? '' : `, ${rounded(step.cached)} s from the cache`;
    say(`first step of ${step.what}, ${step.with}: ${rounded(step.cold)} s${cached}`);
  }
if (wanted('EPOCH', true))
  for (const device of devices) {
    const found = epoch(device, full ? 11 : 3);
    note({ epochs: [found] });
    say(`epoch, ${device}: ${rounded(found.epochSeconds)} s, ${(100 * found.median).toFixed(2)} %`);
  }
await limits?.close();
if (!values['no-docs']) writeTables(everything, 'docs/performance.md');
say(`${Math.round((performance.now() - began) / 1000)} s`);
