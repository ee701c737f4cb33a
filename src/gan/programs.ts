// The two programs of a game: one plays a round over a table of examples, the other draws pictures of the generator.
import { check } from '../base/check.ts';
import { at, same, show, sizeOf } from '../base/shape.ts';
import type { Device, Program, Variable } from '../device/device.ts';
import type { Labelled } from '../nn/data.ts';
import { Tensor } from '../tensor.ts';
import type { GameMemory } from './memory.ts';
import { ownOf } from './memory.ts';
import { answer } from './player.ts';
import { play, signalNames, type Table } from './round.ts';
import type { Rules } from './rules.ts';

/** Examples put on the device; labels only if they are asked for. */
export function tableOf(
  device: Device,
  { images, labels, shape, count }: Labelled,
  { shape: wanted, classes }: Rules,
): Table {
  check(
    same(shape, wanted) && images.length === count * sizeOf(shape) && count > 0,
    () =>
      `gan.train: needs examples of ${show(wanted)}, got ${count} of ${show(shape)} in ${images.length} numbers`,
  );
  check(images instanceof Uint8Array, () => 'gan.train: examples must be bytes, 0 to 255, as data sets come');
  const wrong = classes > 0 ? labels.findIndex((label) => !(label >= 0 && label < classes)) : -1;
  check(
    wrong < 0 && (classes === 0 || labels.length === count),
    () =>
      `gan.train: needs a class from 0 to ${classes - 1} for each of ${count} examples, got ${labels.length} labels${wrong < 0 ? '' : `, ${labels[wrong] ?? NaN} for example ${wrong}`}`,
  );
  return {
    images: device.variable(images, [count, ...shape], { name: 'images' }),
    labels: classes > 0 ? device.variable(Int32Array.from(labels), [count], { name: 'labels' }) : undefined,
    count,
  };
}

/** Updates that are done only if `may`: bool, shape []; else all stays as it is. */
const onlyIf = (may: Tensor, updates: readonly (readonly [Variable, Tensor])[]): [Variable, Tensor][] =>
  updates.map(([v, next]) => [v, next.where(may.expandTo(next), v.tensor)]);

/**
 * The averaged generator after a round. While few rounds are done it follows faster, so that it does not remember how
 * the game began: e <- d e + (1 - d) w with d = min(average, (1 + t) / (10 + t)), as in TensorFlow's
 * ExponentialMovingAverage with num_updates.
 */
function averaging(
  memory: GameMemory,
  { average }: Rules,
  now: ReadonlyMap<string, Tensor>,
): (readonly [Variable, Tensor])[] {
  const t = memory.round.tensor.to('f32');
  const stays = t.add(1).div(t.add(10)).min2(average);
  return [...memory.average].map(([path, v]) => {
    const w = now.get(path) as Tensor;
    return [v, v.tensor.add(w.sub(v.tensor).mul(stays.neg().add(1)))] as const;
  });
}

/** A program that plays a round, or takes note that it cannot. */
export const player = (memory: GameMemory, rules: Rules, table: Table): Promise<Program> =>
  memory.device.compile(() => {
    const { generator, critic, round, seed, totals, fault } = memory;
    const chance = { seed: seed.tensor, step: round.tensor };
    const played = play({ rules, generator, critic, table, chance });
    const after = new Map([...played.generator.params, ...played.generator.state]);
    const sums = signalNames.map(
      (name) => [totals[name], totals[name].tensor.add(played.signals[name])] as const,
    );
    const all = [
      ...played.updates,
      ...averaging(memory, rules, after),
      ...sums,
      [round, round.tensor.add(1)] as const,
    ];
    const one = Tensor.fill(1, [], 'i32');
    return { updates: [...onlyIf(played.finite, all), [fault, one.sub(one).where(played.finite, one)]] };
  });

/** Which weights of the generator draw. */
export interface Drawn {
  /** The averaged ones, where such are kept. */
  readonly averaged: boolean;
}

/** In a traced function: what the generator makes of numbers z [N, size] and classes c [N, classes], as it is outside of training. */
export function paint(memory: GameMemory, { averaged }: Drawn, z: Tensor, c: Tensor | undefined): Tensor {
  const own = ownOf(memory.generator).map(([path, v]) => {
    const from = averaged ? (memory.average.get(path) ?? v) : v;
    return [path, from.tensor] as const;
  });
  const held = new Map(own);
  const { ys } = answer(memory.generator, { params: held, state: held }, c ? [z, c] : [z], {
    training: false,
    uniform: (like) => like,
  });
  return at(ys, 0);
}

/** A program that draws pictures of numbers z, and of classes c: bytes [batch, ...shape]. */
export const drawer = (
  memory: GameMemory,
  { latent, classes, range }: Rules,
  { averaged, batch }: Drawn & { readonly batch: number },
): Promise<Program> =>
  memory.device.compile(
    ({ inputs }) => {
      const y = paint(memory, { averaged }, inputs['z'] as Tensor, classes > 0 ? inputs['c'] : undefined);
      const bytes = range === 'signed' ? y.add(1).mul(127.5) : y.mul(255);
      return { outputs: { images: bytes.add(0.5).max2(0).min2(255).to('u8') } };
    },
    {
      batch,
      inputs: {
        z: { shape: ['batch', latent.size] },
        ...(classes > 0 && { c: { shape: ['batch', classes] as const } }),
      },
    },
  );
