// What a model will need, told before it is trained: memory, operations, and the time of a step.
import type { Shape } from '../base/shape.ts';
import { compile, productOperations } from '../device/compile.ts';
import type { Tensor } from '../tensor.ts';
import { answering, learning, type Ready } from './asking.ts';
import { productsPerSecond } from './estimate.ts';
import { nothing, type AnyLayer } from './layer.ts';
import { isClosed, type Sizes } from './sizes.ts';
import type { Task } from './task.ts';
import { leavesOf, mapTree } from './tree.ts';

/** Predicted; nothing of it was run. */
export interface ModelCost {
  /** Of weights and state. */
  readonly weightBytes: number;
  /** Multiplications and additions of the sums of products, for one answer, as the network is written: some need not be done. */
  readonly operationsPerExample: number;
  /** In use while it trains: weights, what optimizers keep, a batch, and everything between. */
  readonly peakBytes: number;
  /** Of a step of training, from its operations and what the device does of them in a second. */
  readonly secondsPerStep: number;
}

/** What answering and learning cost for batches of `batch`; the two programs are kept for when they are wanted. */
export async function costOf(task: Task, ready: Ready, batch: number): Promise<ModelCost> {
  const { memory } = ready;
  const answer = await answering(task.layer, ready, batch);
  const learn = await learning(task, ready, batch);
  const { peakBytes, productOperations } = learn.cost();
  const variables = [...leavesOf(memory.params), ...leavesOf(memory.state)];
  return {
    weightBytes: 4 * variables.reduce((n, [, v]) => n + v.shape.reduce((p, d) => p * d, 1), 0),
    operationsPerExample: answer.cost().plainOperations / batch,
    peakBytes,
    secondsPerStep: productOperations / (await productsPerSecond(memory.device)),
  };
}

/**
 * Multiplications and additions of the sums of products for one answer as it is written, from the kernels it would be
 * compiled to; undefined where a size is open. No device is needed.
 */
export function operationsOf(layer: AnyLayer, shapes: readonly Sizes[]): number | undefined {
  if (!shapes.every(isClosed)) return undefined;
  const built = layer.lists.build(shapes, nothing);
  const weights = new Map([...leavesOf(built.params), ...leavesOf(built.state)]);
  const one = (shape: Shape): { readonly shape: readonly (number | 'batch')[] } => ({
    shape: ['batch', ...shape],
  });
  const inputs = {
    ...Object.fromEntries([...weights].map(([path, t]) => [path, { shape: t.shape, dtype: t.dtype }])),
    ...Object.fromEntries(
      shapes.map((shape, i) => [
        `x/${i}`,
        { ...one(shape), dtype: layer.wiring?.inputs?.[i]?.dtype ?? ('f32' as const) },
      ]),
    ),
  };
  const { items } = compile(
    'summary',
    ({ inputs: given }) => {
      const of = (_: Tensor, path: string): Tensor => given[path] as Tensor;
      const held = { params: mapTree(built.params, of), state: mapTree(built.state, of) };
      const xs = shapes.map((_, i) => given[`x/${i}`] as Tensor);
      const { ys } = layer.lists.apply(held, xs, { training: false, uniform: (like) => like });
      return { outputs: Object.fromEntries(ys.map((y, i) => [`y/${i}`, y])) };
    },
    { inputs },
  );
  return productOperations(items, true);
}
