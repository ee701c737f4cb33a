// Ideas by gradient: many pictures climb the slope of their scores together, all steps of all pictures in one program.
// A picture is drawn from numbers on a canvas (fourier.ts), priors say what pictures are like (priors.ts), Adam moves
// the numbers. Where the seed of the project subject for "x with N fixed", this is it.
import { check } from '../base/check.ts';
import { at, range } from '../base/shape.ts';
import type { Traced } from '../device/compile.ts';
import type { Device, Program, Variable } from '../device/device.ts';
import type { Running } from '../device/backend.ts';
import { grad } from '../grad.ts';
import { adam } from '../nn/optimizer-adam.ts';
import { randomNormal, type Chance } from '../ops/random.ts';
import { logSoftmax } from '../ops/rows.ts';
import { Tensor } from '../tensor.ts';
import { beside } from './attack.ts';
import { canvasOf, type Canvas, type CanvasName } from './fourier.ts';
import { penaltyOf, shapeOf, viewOf, type Prior } from './priors.ts';
import type { Seen } from './sight.ts';
import { closeAll, type Subject } from './subject.ts';

/** What is climbed: a number for each picture [N], more is better, from what the model sees in them. */
export type Goal = (seen: Seen) => Tensor;

/** How pictures climb. */
export interface ClimbOptions {
  /** Pictures that climb side by side. */
  readonly ideas?: number;
  readonly canvas?: CanvasName | Canvas;
  readonly priors?: readonly Prior[];
  /** How values of any size become pixels: smoothly, or cut off at 0 and 1. */
  readonly limits?: 'sigmoid' | 'clip';
  /** Adam's. */
  readonly learningRate?: number;
  /** The deviation of the first numbers, which are normal round the value that `paper` says. */
  readonly noise?: number;
  /** The pixel that a canvas of zeros stands for: black is hard to leave, grey is hard to lose. */
  readonly paper?: number;
  readonly seed?: number;
  /** Steps that polishing takes. */
  readonly polish?: number;
  /** How far below 0 a score that ends there begins to pull less, so that it is reached and not passed. */
  readonly ease?: number | undefined;
  /** A layer inside that the goal asks about. */
  readonly inside?: string | undefined;
}

/** Pictures after a number of steps. */
export interface Climbed {
  /** Multiples of 1/255 in [0, 1], as they would be stored: [ideas, H, W, C]. */
  readonly pictures: Float32Array;
  /** The goal for them, without penalties: [ideas]. */
  readonly scores: Float32Array;
  /** What the model says of them: [ideas, classes]. */
  readonly probabilities: Float32Array;
  readonly logits: Float32Array;
}

/** All that a climb goes on from: plain data. */
export interface ClimbState {
  readonly steps: number;
  readonly numbers: readonly Float32Array[];
}

/** Pictures that climb. */
export interface Climb {
  readonly ideas: number;
  /**
   * Begins `times` steps and returns when they run. `polish` takes shorter and shorter steps, and shows the model the pictures
   * as they are: the last part of a climb.
   */
  start(times: number, polish?: boolean): Promise<Running>;
  /** The pictures as they are, after what was started before. */
  look(): Promise<Climbed>;
  state(): Promise<ClimbState>;
  resume(state: ClimbState): Promise<void>;
  /** Gives programs and memory back. */
  close(): void;
}

/** The pixel nearest to each of 256 levels, as a stored picture has it. */
export const stored = (x: Tensor): Tensor => x.mul(255).round().div(255);

/** log(p / (1 - p)): what a sigmoid makes p of. */
const logit = (p: number): number => Math.log(p / (1 - p));

interface Slots extends Readonly<Record<string, Variable>> {
  readonly z: Variable;
  readonly m: Variable;
  readonly v: Variable;
  /** Adam's rate. */
  readonly rate: Variable;
  readonly step: Variable;
  readonly seed: Variable;
}

const purposeOfStart = 400;

function slotsFor(
  device: Device,
  shape: readonly number[],
  { rate, seed }: { rate: number; seed: number },
): Slots {
  const room = (name: string): Variable => device.variable(undefined, shape, { name });
  return {
    z: room('numbers'),
    m: room('mean'),
    v: room('mean square'),
    rate: device.variable(Float32Array.of(rate), [], { name: 'rate' }),
    step: device.variable(Int32Array.of(0), [], { name: 'step' }),
    seed: device.variable(Int32Array.of(seed | 0), [], { name: 'seed' }),
  };
}

/** Values of any size as pixels. A cut lets the slope through, or what is once beyond an end would stay there. */
const limited = (y: Tensor, limits: 'sigmoid' | 'clip'): Tensor =>
  limits === 'sigmoid' ? y.sigmoid() : y.add(y.clip(0, 1).sub(y).stop());

/**
 * Each picture's slope divided by its root mean square, so that priors weigh the same for models of large and of small
 * logits, at the start and at the end. The largest comes first: squares of slopes underflow.
 */
function evened(slope: Tensor): Tensor {
  const axes = range(slope.rank).slice(1);
  const fair = slope.div(slope.abs().max(axes, { keep: true }).max2(1e-30));
  return fair.mul(fair.mul(fair).mean(axes, { keep: true }).add(1e-12).rsqrt());
}

/** Sets pictures up to climb towards `goal`; nothing is climbed yet. */
export async function climb(
  subject: Subject,
  goal: Goal,
  {
    ideas = 1,
    canvas: named = 'fourier',
    priors = [],
    limits = 'sigmoid',
    learningRate = 0.1,
    noise = 0.5,
    paper = 0.25,
    seed = 0,
    polish: last = 60,
    ease,
    inside,
  }: ClimbOptions = {},
): Promise<Climb> {
  check(
    Number.isInteger(ideas) && ideas >= 1,
    () => `climb: ideas must be a whole number from 1, got ${ideas}`,
  );
  check(
    (paper > 0 || (limits === 'clip' && paper === 0)) && paper < 1,
    () => `climb: paper must be a number between 0 and 1, got ${paper}`,
  );
  const { device, shape } = subject;
  const canvas = typeof named === 'string' ? canvasOf(named, shape) : named;
  const slots = slotsFor(device, [ideas, ...canvas.size], { rate: learningRate, seed });
  const middle = limits === 'sigmoid' ? logit(paper) : paper;
  const drawn = (): Tensor => limited(shapeOf(priors, canvas.draw(slots.z.tensor)).add(middle), limits);
  const chance: Chance = { seed: slots.seed.tensor, step: slots.step.tensor };
  const step = (polish: boolean) => (): Traced<Variable> => {
    const x = drawn();
    const seen = subject.see(polish ? x : viewOf(priors, x, chance), inside);
    const penalty = sumOf(penaltyOf(priors, x), canvas.penalty?.(slots.z.tensor));
    // What is asked comes last: priors fade as steps grow shorter.
    const left = slots.rate.tensor.div(learningRate);
    const weighed = polish ? penalty?.mul(left.mul(left)) : penalty;
    const score = goal(seen);
    const pull = ease === undefined ? undefined : score.neg().div(ease).clip(0, 1).stop();
    return climbed(slots, { x, score, pull, penalty: weighed }, polish ? learningRate / last : 0);
  };
  const begin = await device.compile(() => ({
    updates: [[slots.z, randomNormal(slots.z.tensor, chance, purposeOfStart).mul(noise)]],
  }));
  await begin.run();
  begin.close();
  const look = await device.compile(() => {
    const pictures = stored(drawn());
    const seen = subject.see(pictures, inside);
    return {
      outputs: { pictures, scores: goal(seen), probabilities: seen.probabilities, logits: seen.logits },
    };
  });
  return climbing(ideas, slots, {
    step: await device.compile(step(false)),
    look,
    polish: () => device.compile(step(true)),
  });
}

const sumOf = (a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined =>
  a && b ? a.add(b) : (a ?? b);

/** What moves pictures x in one step. */
interface Pulled {
  readonly x: Tensor;
  readonly score: Tensor;
  /** By how much each score pulls, if not by 1. */
  readonly pull: Tensor | undefined;
  readonly penalty: Tensor | undefined;
}

/** One step of Adam up the slope of the score, which is made even, less the penalty; the next is shorter by `less`. */
function climbed(
  { z, m, v, rate, step }: Slots,
  { x, score, pull, penalty }: Pulled,
  less: number,
): Traced<Variable> {
  const [slope] = grad(score.sum(), [x]);
  const even = evened(slope as Tensor);
  const uphill = x
    .mul((pull ? even.mul(beside(pull, x)) : even).stop())
    .neg()
    .sum();
  const [g] = grad(penalty ? uphill.add(penalty.sum()) : uphill, [z.tensor]);
  const t = step.tensor.add(1);
  const next = adam().step(
    z.tensor,
    g as Tensor,
    { m: m.tensor, v: v.tensor },
    { t: t.to('f32'), rate: rate.tensor, path: 'numbers' },
  );
  return {
    updates: [
      [z, next.w],
      [m, next.slots['m'] as Tensor],
      [v, next.slots['v'] as Tensor],
      [step, t],
      ...(less > 0 ? [[rate, rate.tensor.sub(less).max2(less / 20)] as const] : []),
    ],
  };
}

function climbing(
  ideas: number,
  slots: Slots,
  { step, look, polish }: { step: Program; look: Program; polish: () => Promise<Program> },
): Climb {
  const kept = [slots.z, slots.m, slots.v, slots.rate];
  let last: Program | undefined;
  return {
    ideas,
    async start(times, polished = false) {
      if (polished) last ??= await polish();
      return (polished && last ? last : step).start({}, { times });
    },
    look: async () => (await look.run()) as unknown as Climbed,
    async state() {
      const [steps, ...numbers] = await Promise.all([slots.step.read(), ...kept.map((one) => one.read())]);
      return { steps: Number(steps?.[0]), numbers: numbers as Float32Array[] };
    },
    async resume({ steps, numbers }) {
      await Promise.all([
        slots.step.write(Int32Array.of(steps)),
        ...kept.map((one, i) => one.write(at(numbers, i))),
      ]);
    },
    close: () => closeAll([step, look, ...(last ? [last] : []), ...Object.values(slots)]),
  };
}

/**
 * One class for each picture: its logit, its lead over the best other logit, or the logarithm of its probability. The
 * first two have no end; the last has no slope where the model is sure.
 */
export function towardsClasses(
  classes: readonly number[],
  score: 'logit' | 'lead' | 'probability',
  count: number,
): Goal {
  const wanted = Tensor.from(
    Float32Array.from({ length: classes.length * count }, (_, k) =>
      k % count === classes[Math.floor(k / count)] ? 1 : 0,
    ),
    [classes.length, count],
  );
  return ({ logits }) => {
    if (score === 'probability') return logSoftmax(logits).mul(wanted).sum(1);
    const own = logits.mul(wanted).sum(1);
    return score === 'logit' ? own : own.sub(logits.sub(wanted.mul(1e9)).max(1));
  };
}
