// What a step that made NaN or infinity made it of. The step was not taken, so everything is as it was before it: it
// is gone through once more, by a program that looks at all that it computes, in the order in which it does.
import { EidosError } from '../base/check.ts';
import type { TypedArray } from '../base/dtype.ts';
import { sizeOf } from '../base/shape.ts';
import type { InputSpec, Trace } from '../device/compile.ts';
import type { Tensor } from '../tensor.ts';
import type { Examples } from './data.ts';
import { flaw } from './finite.ts';
import { variablesOf, type Training, type Weights } from './memory.ts';
import { rateAfter } from './schedule.ts';
import { stepOver, type Batch } from './step.ts';
import type { Task } from './task.ts';

/** The examples of a step that could not be taken. */
export interface Suspect {
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** They as tensors. */
  readonly batch: (trace: Trace) => Batch;
  /** What the program is handed. */
  readonly given: Readonly<Record<string, TypedArray>>;
  readonly count: number;
  /** The most there can be. */
  readonly most?: number;
  /** Their numbers among `examples`. */
  readonly rows: Int32Array;
  readonly examples: Examples;
}

interface Found {
  readonly kind: 'x' | 'state' | 'layer' | 'loss' | 'penalty' | 'sum' | 'gradient' | 'update';
  readonly name: string;
  /** Infinity, or NaN. */
  readonly what: string;
}

/** The first of all a step computes that is not finite; undefined if each is, and only their squares are not. */
async function firstFlaw(
  task: Task,
  memory: Weights,
  training: readonly Training[],
  { inputs, batch, given, count, most = count }: Suspect,
): Promise<Found | undefined> {
  const heads: Omit<Found, 'what'>[] = [];
  const program = await memory.device.compile(
    (trace) => {
      const flaws: Tensor[] = [];
      const look = (kind: Found['kind'], name: string, x: Tensor): void => {
        heads.push({ kind, name });
        flaws.push(flaw(x));
      };
      const rows = batch(trace);
      rows.xs.forEach((x, i) => look('x', String(i), x));
      for (const [path, v] of variablesOf(memory)) look('state', path, v.tensor);
      const seen: [string, Tensor][] = [];
      const step = stepOver(task, memory, training, rows, (path, ys) =>
        ys.forEach((y) => seen.push([path, y])),
      );
      const layers = seen.length > 0 ? seen : step.applied.ys.map((y) => [task.layer.name, y] as const);
      for (const [path, y] of layers) look('layer', path, y);
      step.wrong.forEach((wrong, i) => look('loss', task.outputs[i]?.loss.name ?? '', wrong));
      if (step.applied.penalty) look('penalty', '', step.applied.penalty);
      look('sum', '', step.loss);
      // Gradients come from the last layer to the first.
      for (const [path, g] of step.gradients.toReversed()) look('gradient', path, g);
      for (const [v, next] of step.updates) look('update', v.name, next);
      return { outputs: Object.fromEntries(flaws.map((x, i) => [String(i), x])) };
    },
    { batch: most, inputs },
  );
  try {
    const out = await program.run(given, { batch: count });
    for (const [i, head] of heads.entries()) {
      const worst = out[String(i)]?.[0] ?? 0;
      if (worst > 0) return { ...head, what: worst > 1 ? 'NaN' : 'infinity' };
    }
    return undefined;
  } finally {
    program.close();
  }
}

/** The first of `rows` whose example holds a number that is not finite. */
function exampleIn({ rows, examples }: Suspect, input: number): number | undefined {
  const column = examples.inputs[input];
  if (!column) return undefined;
  const size = sizeOf(column.shape);
  return rows.find((row) => column.x.subarray(row * size, (row + 1) * size).some((x) => !Number.isFinite(x)));
}

/** What came up, and where. */
function whatIs(suspect: Suspect, found: Found | undefined): string {
  if (!found) return 'gradients or a learning rate so large that their squares are infinite';
  const { kind, name, what } = found;
  switch (kind) {
    case 'x': {
      const example = exampleIn(suspect, Number(name));
      return suspect.examples.inputs.length > 1
        ? `${what} in the data, at example ${example} of input ${name}`
        : `${what} in the data, at example ${example}`;
    }
    case 'state':
      return `${what} in ${name}, from before it`;
    case 'layer':
      return `${what} in what ${name} gives`;
    case 'penalty':
      return `${what} in the regularizers' penalty`;
    case 'loss':
      return `${what} in the loss ${name}`;
    case 'sum':
      return `${what} in the sum of the losses`;
    case 'gradient':
      return `${what} in the gradient of ${name}`;
    case 'update':
      return `${what} in the next ${name}`;
  }
}

/** The way out; `rates` are the learning rates. */
function wayOut(found: Found | undefined, rates: string): string {
  if (found?.kind === 'x') return 'mend it or leave it out';
  if (found?.kind === 'state') return 'put good numbers in with setWeights() or restore()';
  return found?.kind === 'loss'
    ? `a smaller learning rate (now ${rates}) or clipnorm may help, or a loss that takes no logarithm or root of 0`
    : `a smaller learning rate (now ${rates}) or clipnorm may help`;
}

/** Where a step is in an epoch; both from 1. */
export interface InEpoch {
  readonly epoch: number;
  readonly step: number;
}

/** Outside an epoch, steps are counted since the optimizer began. */
const placeOf = (inEpoch: InEpoch | undefined, step: number): string =>
  inEpoch ? `step ${inEpoch.step} of epoch ${inEpoch.epoch}` : `step ${step}`;

/** What to say of a step that could not be taken; `inEpoch` is its place, if it was in an epoch. */
export async function faultIn(
  call: string,
  task: Task,
  { memory, training }: { readonly memory: Weights; readonly training: readonly Training[] },
  suspect: Suspect,
  inEpoch?: InEpoch,
): Promise<EidosError> {
  const found = await firstFlaw(task, memory, training, suspect);
  const rates = (await ratesOf(task, training)).map((rate) => Number(rate.toPrecision(4))).join(' and ');
  const before = (await training[0]?.step.read())?.[0] ?? 0;
  return new EidosError(
    `${call}: ${placeOf(inEpoch, before + 1)} made ${whatIs(suspect, found)}; it was not taken, and the weights are those from before it; ${wayOut(found, rates)}`,
  );
}

/** The learning rates of the next step, by optimizer. */
export const ratesOf = ({ groups }: Task, training: readonly Training[]): Promise<number[]> =>
  Promise.all(
    training.map(async ({ rate, step }, i) => {
      const learningRate = groups[i]?.optimizer.learningRate;
      return typeof learningRate === 'object'
        ? rateAfter(learningRate, (await step.read())[0] ?? 0)
        : ((await rate.read())[0] ?? NaN);
    }),
  );
