// A small training that a page and Node both do: the same numbers must come out. It waits for nothing but the
// device, so that a page can tell from its own timers whether the run let it live.
import { grad, ops, Tensor, type Device } from '../../src/index.ts';

/** What came of it, in plain numbers. */
export interface Trained {
  readonly threads: number;
  readonly losses: readonly number[];
  /** All weights, as they are in memory. */
  readonly weights: readonly number[];
  /** Steps of the long run, that was cancelled, and how far its progress was seen to rise meanwhile. */
  readonly steps: number;
  readonly seen: number;
}

const [examples, width, classes] = [256, 24, 3];

/** Points on three arms of a spiral, and which arm each is on. */
function spirals(): { x: Float32Array; y: Int32Array } {
  const x = new Float32Array(2 * examples);
  const y = new Int32Array(examples);
  for (let i = 0; i < examples; i++) {
    const [arm, r] = [i % classes, i / examples];
    const turn = 3 * r + (2 * Math.PI * arm) / classes;
    [x[2 * i], x[2 * i + 1], y[i]] = [r * Math.cos(turn), r * Math.sin(turn), arm];
  }
  return { x, y };
}

/**
 * Trains on a device for 300 steps, then runs on for `milliseconds` and cancels; `compiled` is called, and waited
 * for, when only running is left to do.
 */
export async function training(
  device: Device,
  milliseconds: number,
  compiled: () => Promise<void> = () => Promise.resolve(),
): Promise<Trained> {
  const { x, y } = spirals();
  const shapes = [[2, width], [width], [width, width], [width], [width, classes], [classes]];
  const weights = shapes.map((shape, i) => {
    const size = shape.reduce((n, d) => n * d, 1);
    const start = Float32Array.from(
      { length: size },
      (_, j) => (((j * 7919 + i * 104729) % 1000) / 1000 - 0.5) * 1.2,
    );
    return device.variable(shape.length > 1 ? start : undefined, shape);
  });
  const step = await device.compile(() => {
    const params = weights.map((v) => v.tensor);
    const [w1, b1, w2, b2, w3, b3] = params as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
    const hidden = ops
      .matmul(
        ops
          .matmul(Tensor.from(x, [examples, 2]), w1)
          .add(b1)
          .tanh(),
        w2,
      )
      .add(b2)
      .tanh();
    const logits = ops.matmul(hidden, w3).add(b3);
    const loss = ops.pick(ops.logSoftmax(logits), Tensor.from(y)).neg().mean();
    const gradients = grad(loss, params);
    return { outputs: { loss }, updates: weights.map((v, i) => [v, v.tensor.sub(gradients[i]!.mul(0.5))]) };
  });
  await compiled();
  const losses: number[] = [];
  for (let i = 0; i < 3; i++) {
    await step.start({}, { times: 100 }).done;
    losses.push((await step.outputs())['loss']![0]!);
  }
  const all: number[] = [];
  for (const v of weights) all.push(...(await v.read()));

  const running = step.start({}, { times: 1e9 });
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const seen = running.progress();
  running.cancel();
  const steps = await running.done;
  return { threads: device.threads, losses, weights: all, steps, seen };
}
