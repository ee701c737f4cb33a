// What a game keeps on the device, and the same as a snapshot: both players with what their optimizers remember, the
// averaged generator, where the game is, and sums of what is told of it. To the bit: numbers are copied.
import { check } from '../base/check.ts';
import { same, show } from '../base/shape.ts';
import type { Device, Variable } from '../device/device.ts';
import type { FileTensor } from '../files/safetensors.ts';
import type { Snapshot } from '../files/snapshot.ts';
import { readExactly, writeExactly } from '../nn/exact.ts';
import { drawFrom } from '../nn/layer.ts';
import { begin, distinct, forget, hold, release, type Memory, type Training } from '../nn/memory.ts';
import type { Model } from '../nn/model.ts';
import type { Count } from '../nn/layer.ts';
import type { Optimizer } from '../nn/optimizer.ts';
import { isClosed } from '../nn/sizes.ts';
import { leavesOf } from '../nn/tree.ts';
import type { Player } from './player.ts';
import { signalNames, type SignalName } from './round.ts';

/** A player, with what release() needs. */
export interface Held extends Player {
  readonly memory: Memory;
}

/** All of a game on a device. */
export interface GameMemory {
  readonly device: Device;
  readonly generator: Held;
  readonly critic: Held;
  /** The averaged generator's parameters and state, by path; none if no average is kept. */
  readonly average: ReadonlyMap<string, Variable>;
  readonly seed: Variable;
  /** Rounds done; i32, shape []. */
  readonly round: Variable;
  /** 1 if the last round could not be taken; i32, shape []. */
  readonly fault: Variable;
  /** Sums of signals since they were last told; f32, shape []. */
  readonly totals: Readonly<Record<SignalName, Variable>>;
}

async function held(
  who: string,
  { layer, inputShapes = [] }: Model<Count>,
  optimizer: Optimizer,
  device: Device,
  seed: number,
): Promise<Held> {
  const draw = drawFrom(seed);
  // The two players have layers of the same names, which must not begin with the same numbers.
  const built = layer.lists.build(inputShapes.filter(isClosed), (parameter) => draw(`${who}/${parameter}`));
  const memory = await hold(device, layer, built, seed);
  return { layer, memory, optimizer, training: await begin(memory, optimizer) };
}

/** Makes what a game needs; models that have weights on the device keep them. */
export async function begun(
  device: Device,
  models: Readonly<Record<'generator' | 'critic', Model<Count>>>,
  optimizers: Readonly<Record<'generator' | 'critic', Optimizer>>,
  { seed, averages }: { readonly seed: number; readonly averages: boolean },
): Promise<GameMemory> {
  const generator = await held('generator', models.generator, optimizers.generator, device, seed);
  const critic = await held('critic', models.critic, optimizers.critic, device, seed);
  const average = new Map<string, Variable>();
  if (averages)
    for (const [path, v] of ownOf(generator))
      average.set(path, device.variable(await v.read(), v.shape, { name: `average/${path}` }));
  const one = (name: string): Variable => device.variable(Int32Array.of(0), [], { name });
  const totals = signalNames.map((name) => [name, device.variable(undefined, [], { name })] as const);
  return {
    device,
    generator,
    critic,
    average,
    seed: device.variable(Int32Array.of(seed), [], { name: 'seed' }),
    round: one('round'),
    fault: one('fault'),
    totals: Object.fromEntries(totals) as Record<SignalName, Variable>,
  };
}

/** A player's parameters and state, by path. */
export const ownOf = ({ memory }: Held): (readonly [path: string, Variable])[] =>
  distinct([...leavesOf(memory.params), ...leavesOf(memory.state)]);

const keptOf = (who: string, player: Held): (readonly [string, Variable])[] => {
  const { slots, step, rate }: Training = player.training;
  return [
    ...ownOf(player).map(([path, v]) => [`${who}/${path}`, v] as const),
    ...Object.entries(slots).flatMap(([slot, tree]) =>
      leavesOf(tree).map(([path, v]) => [`${who} optimizer/${slot}/${path}`, v] as const),
    ),
    [`${who} optimizer/step`, step],
    [`${who} optimizer/rate`, rate],
  ];
};

/** Everything that lies on the device, by name. */
export const lying = (memory: GameMemory): (readonly [string, Variable])[] => [
  ...keptOf('generator', memory.generator),
  ...keptOf('critic', memory.critic),
  ...[...memory.average].map(([path, v]) => [`average/${path}`, v] as const),
  ...Object.entries(memory.totals).map(([name, v]) => [`total/${name}`, v] as const),
  ['round', memory.round],
];

/** Everything as it is. */
export async function snapshotOf(memory: GameMemory): Promise<Snapshot> {
  const tensors = await Promise.all(
    lying(memory).map(async ([name, v]): Promise<FileTensor> => {
      const data = await readExactly(v);
      return { name, shape: v.shape, dtype: data instanceof Float64Array ? 'f64' : v.dtype, data };
    }),
  );
  const [round, seed] = [(await memory.round.read())[0] ?? 0, (await memory.seed.read())[0] ?? 0];
  return { tensors, counters: { step: round, seed: seed >>> 0 } };
}

/** Puts everything back; nothing is written unless all is there and fits. */
export async function putBack({ tensors, counters }: Snapshot, memory: GameMemory): Promise<void> {
  const given = new Map(tensors.map((t) => [t.name, t]));
  const jobs = lying(memory).map(([name, v]) => {
    const found = given.get(name);
    check(
      found !== undefined && same(found.shape, v.shape),
      () =>
        `gan.restore: needs ${name} ${show(v.shape)}, got ${found ? show(found.shape) : 'none'}; give a snapshot of such a game`,
    );
    return () => writeExactly(v, found.data);
  });
  await Promise.all(jobs.map((job) => job()));
  await memory.seed.write(Int32Array.of(counters['seed'] ?? 0));
  await memory.fault.write(Int32Array.of(0));
}

/** Gives all of it back now; weights that a model still uses stay. */
export async function giveBack(memory: GameMemory): Promise<void> {
  const { generator, critic, average, seed, round, fault, totals } = memory;
  forget([generator.training, critic.training]);
  for (const v of [...average.values(), seed, round, fault, ...Object.values(totals)]) v.close();
  await release(generator.memory);
  await release(critic.memory);
}
