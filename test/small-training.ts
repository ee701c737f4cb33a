// A training small enough to be killed often, written on the engine alone: dropout, Adam, a shuffled data set with a
// last, smaller batch. All it goes on from is in its snapshot, so whatever a snapshot forgets shows in the last bit.
//
// It stands in for a Model wherever only snapshot(), restore() and going on for some steps are asked for.
import { sizeOf, type Shape } from '../src/base/shape.ts';
import { shuffle } from '../src/base/rng.ts';
import type { Device, Program, Variable } from '../src/device/device.ts';
import type { Snapshot, Trained } from '../src/files/snapshot.ts';
import { grad } from '../src/grad.ts';
import { matmul } from '../src/ops/matmul.ts';
import { randomBernoulli } from '../src/ops/random.ts';
import { gather } from '../src/ops/rows.ts';
import type { MetricsLine } from '../src/run/record.ts';
import { Tensor } from '../src/tensor.ts';
import { draw } from './helpers.ts';

/** What can be trained step by step, saved and put back. */
export interface Trainable extends Trained {
  /** Steps done. */
  readonly step: number;
  run(steps: number): Promise<void>;
  /** Where it is and how well it does; the same for the same step, however it came there. */
  metrics(): Promise<MetricsLine & { readonly loss: number }>;
}

export interface SmallOptions {
  readonly seed?: number;
  /** Numbers that are carried along and change in every step, so that saving takes its time. */
  readonly ballast?: number;
}

const [examples, inputs, hidden, batch] = [100, 6, 16, 8];
const stepsInEpoch = Math.ceil(examples / batch);
const [rate, beta1, beta2, epsilon] = [0.01, 0.9, 0.999, 1e-7];

const shapes: Readonly<Record<string, Shape>> = { w1: [inputs, hidden], b1: [hidden], w2: [hidden, 1] };

/** A network of two layers that learns a rule from 100 examples. */
export async function smallTraining(
  device: Device,
  { seed = 5, ballast = 1 }: SmallOptions = {},
): Promise<Trainable> {
  const chance = draw(seed);
  const held: Record<string, Variable> = {};
  const hold = (name: string, shape: Shape, data: Float32Array | Int32Array): void => {
    held[name] = device.variable(data, shape, { name });
  };
  for (const [name, shape] of Object.entries(shapes)) {
    hold(name, shape, chance.floats(sizeOf(shape), -0.5, 0.5));
    for (const slot of ['m', 'v']) hold(`${name}/${slot}`, shape, new Float32Array(sizeOf(shape)));
  }
  hold('loss', [], new Float32Array(1));
  hold('step', [], new Int32Array(1));
  hold('position', [], new Int32Array(1));
  hold('ballast', [ballast], chance.floats(ballast));
  const x = chance.floats(examples * inputs);
  const y = Float32Array.from(
    { length: examples },
    (_, i) => Math.sin(x[i * inputs]! * 3) * x[i * inputs + 1]!,
  );
  const table: Table = {
    x: device.variable(x, [examples, inputs]),
    y: device.variable(y, [examples, 1]),
    order: device.variable(new Int32Array(examples), [examples]),
  };
  return new Small(held, table, await compiled(device, held, table, seed), seed);
}

/** The examples, and the order they are taken in. */
interface Table {
  readonly x: Variable;
  readonly y: Variable;
  readonly order: Variable;
}

const compiled = (
  device: Device,
  held: Readonly<Record<string, Variable>>,
  { x, y, order }: Table,
  seed: number,
): Promise<Program> =>
  device.compile(
    ({ places }) => {
      const of = (name: string): Tensor => held[name]!.tensor;
      const rows = gather(order.tensor, places.add(of('position')));
      const where = { seed: Tensor.fill(seed, [], 'i32'), step: of('step') };
      const layer = matmul(gather(x.tensor, rows), of('w1')).add(of('b1')).tanh();
      const kept = layer.mul(randomBernoulli(layer, 0.7, where, 1).to('f32')).div(0.7);
      const error = matmul(kept, of('w2')).sub(gather(y.tensor, rows));
      const squares = error.mul(error);
      const names = Object.keys(shapes);
      const gradients = grad(squares.mean(), names.map(of));
      const t = of('step').add(1);
      const left = (beta: number): Tensor => Tensor.fill(beta).pow(t.to('f32')).neg().add(1);
      const updates = names.flatMap((name, i): [Variable, Tensor][] => {
        const g = gradients[i]!;
        const m = of(`${name}/m`)
          .mul(beta1)
          .add(g.mul(1 - beta1));
        const v = of(`${name}/v`)
          .mul(beta2)
          .add(g.mul(g).mul(1 - beta2));
        const down = m
          .div(left(beta1))
          .mul(rate)
          .div(v.div(left(beta2)).sqrt().add(epsilon));
        return [
          [held[name]!, of(name).sub(down)],
          [held[`${name}/m`]!, m],
          [held[`${name}/v`]!, v],
        ];
      });
      return {
        updates: [
          ...updates,
          [held['loss']!, of('loss').add(squares.sum())],
          [held['step']!, t],
          [held['position']!, of('position').add(batch)],
          [held['ballast']!, of('ballast').mul(0.999).add(of('w2').sum())],
        ],
      };
    },
    { batch },
  );

class Small implements Trainable {
  step = 0;
  private readonly held: Readonly<Record<string, Variable>>;
  private readonly table: Table;
  private readonly program: Program;
  private readonly seed: number;
  private begun = false;

  constructor(held: Readonly<Record<string, Variable>>, table: Table, program: Program, seed: number) {
    this.held = held;
    this.table = table;
    this.program = program;
    this.seed = seed;
  }

  private get epoch(): number {
    return Math.floor(this.step / stepsInEpoch);
  }

  async run(steps: number): Promise<void> {
    for (const end = this.step + steps; this.step < end; this.step++) {
      const place = this.step % stepsInEpoch;
      if (place === 0 || !this.begun) await this.begin(place);
      await this.program.run({}, { batch: Math.min(batch, examples - place * batch) });
    }
  }

  /** The order of this epoch; at its first step the totals begin anew. */
  private async begin(place: number): Promise<void> {
    this.begun = true;
    await this.table.order.write(shuffle(this.seed, this.epoch, examples));
    if (place > 0) return;
    await this.held['position']!.write(new Int32Array(1));
    await this.held['loss']!.write(new Float32Array(1));
  }

  async metrics(): Promise<MetricsLine & { readonly loss: number }> {
    const [total, seen] = [(await this.held['loss']!.read())[0]!, (await this.held['position']!.read())[0]!];
    return { step: this.step, epoch: this.epoch, loss: total / Math.min(seen, examples) };
  }

  async snapshot(): Promise<Snapshot> {
    const tensors = await Promise.all(
      Object.entries(this.held).map(async ([name, v]) => {
        return { name, shape: v.shape, dtype: v.dtype, data: await v.read() };
      }),
    );
    return { tensors, counters: { step: this.step, seed: this.seed } };
  }

  async restore({ tensors, counters }: Snapshot): Promise<void> {
    this.step = counters['step']!;
    this.begun = false;
    for (const { name, data } of tensors)
      if (!(data instanceof Float64Array)) await this.held[name]!.write(data);
  }
}
