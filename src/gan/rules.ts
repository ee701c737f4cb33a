// How a game is played, as plain data: who plays, for what, and with how many examples. Checked here once, so that
// the round need not.
import { check } from '../base/check.ts';
import { at, show, type Shape } from '../base/shape.ts';
import type { Count } from '../nn/layer.ts';
import type { Model } from '../nn/model.ts';
import { optimizerOf, type Optimizer, type OptimizerName } from '../nn/optimizer.ts';
import type { Sizes } from '../nn/sizes.ts';
import { distributions, type Latent } from './latent.ts';
import { ganLossOf, type GanLoss, type GanLossName, type Targets } from './loss.ts';

/** How real and generated examples come before the critic: in one batch, in two for one step, or in a step for each. */
export type Meeting = 'joined' | 'apart' | 'inTurn';

/** A GAN: two ordinary models and the rules of their game. */
export interface GanOptions {
  /** Makes examples of latent numbers [N, size], and of classes [N, classes] (one-hot) where there are such. */
  readonly generator: Model<Count>;
  /** Scores examples [N, ...shape], with their classes where there are such: [N, 1], or two units with softmax, the second for real. */
  readonly critic: Model<Count>;
  /** Of one example. */
  readonly shape: Shape;
  /** Numbers the generator starts from; 100 normal ones unless said. */
  readonly latent?: Partial<Latent>;
  readonly loss?: GanLossName | GanLoss;
  readonly generatorOptimizer: OptimizerName | Optimizer;
  readonly criticOptimizer: OptimizerName | Optimizer;
  /** How many classes are asked for by number; without it, labels are not looked at. */
  readonly classes?: number;
  /** Examples in the generator's step. */
  readonly batchSize?: number;
  /** Real examples in each step of the critic, and as many generated ones; batchSize unless said. */
  readonly criticBatchSize?: number;
  /** Steps of the critic in a round. */
  readonly criticSteps?: number;
  readonly meeting?: Meeting;
  /** What the critic's loss is multiplied by: 0.5 makes the mean over both kinds of it. */
  readonly criticWeight?: number;
  /** How normalizing layers of the generator work while it makes examples for the critic: as in Keras's predict(), or as in training. */
  readonly fakes?: 'training' | 'inference';
  /** How batch norm and dropout of both work in their steps: 'inference' as in programs that never say that they train. */
  readonly layers?: 'training' | 'inference';
  /** The generator is judged on the examples that the critic's last step saw: one pass through it less. */
  readonly sameNoise?: boolean;
  /** Weights of the penalties; 0 leaves one out. */
  readonly r1?: number;
  readonly r2?: number;
  readonly gradientPenalty?: number;
  /** Examples of each step of the critic that the penalties look at, the first ones; all unless said. Fewer cost less. */
  readonly penaltyBatchSize?: number;
  /** What real examples are to be called, 1 unless said: 0.9 keeps the critic from being too sure (Salimans et al. 2016). */
  readonly realTarget?: number;
  /** How much of the averaged generator stays at a round; 0 keeps none. */
  readonly average?: number;
  /** What bytes become: [-1, 1], or [0, 1]. */
  readonly range?: 'signed' | 'unit';
  /** Real examples are drawn at random, or come in the order of the data. */
  readonly order?: 'random' | 'rows';
}

/** The rules with nothing left open. */
export interface Rules {
  readonly shape: Shape;
  readonly latent: Latent;
  readonly loss: GanLoss;
  readonly targets: Targets;
  readonly classes: number;
  readonly batchSize: number;
  readonly criticBatchSize: number;
  readonly criticSteps: number;
  readonly meeting: Meeting;
  readonly criticWeight: number;
  readonly fakes: 'training' | 'inference';
  readonly layers: 'training' | 'inference';
  readonly sameNoise: boolean;
  readonly r1: number;
  readonly r2: number;
  readonly gradientPenalty: number;
  readonly penaltyBatchSize: number;
  readonly average: number;
  readonly range: 'signed' | 'unit';
  readonly order: 'random' | 'rows';
}

const whole = (name: string, value: number, least: number): void =>
  check(
    Number.isInteger(value) && value >= least,
    () => `gan: ${name} must be a whole number from ${least}, got ${value}`,
  );

/** Sizes and counts of a game. */
type Sized = Pick<Rules, 'classes' | 'batchSize' | 'criticBatchSize' | 'criticSteps' | 'penaltyBatchSize'> & {
  readonly size: number;
};

function checkSizes({ size, penaltyBatchSize, criticBatchSize, ...sizes }: Sized): void {
  whole('latent.size', size, 1);
  whole('classes', sizes.classes, 0);
  whole('batchSize', sizes.batchSize, 1);
  whole('criticBatchSize', criticBatchSize, 1);
  whole('criticSteps', sizes.criticSteps, 1);
  whole('penaltyBatchSize', penaltyBatchSize, 1);
  check(
    penaltyBatchSize <= criticBatchSize,
    () =>
      `gan: penaltyBatchSize must be at most the ${criticBatchSize} examples of a step, got ${penaltyBatchSize}`,
  );
}

/** The rules of a game, checked. */
export function rulesOf({
  shape,
  latent: { size = 100, distribution = 'normal' } = {},
  loss = 'nonSaturating',
  classes = 0,
  batchSize = 64,
  criticBatchSize = batchSize,
  criticSteps = 1,
  meeting = 'apart',
  criticWeight = 1,
  fakes = 'training',
  layers = 'training',
  sameNoise = false,
  r1 = 0,
  r2 = 0,
  gradientPenalty = 0,
  penaltyBatchSize = criticBatchSize,
  realTarget = 1,
  average = 0,
  range = 'signed',
  order = 'random',
}: GanOptions): Rules {
  checkSizes({ size, classes, batchSize, criticBatchSize, criticSteps, penaltyBatchSize });
  for (const [name, value] of Object.entries({ r1, r2, gradientPenalty, criticWeight }))
    check(Number.isFinite(value) && value >= 0, () => `gan: ${name} must be a number from 0, got ${value}`);
  for (const [name, value] of Object.entries({ average, realTarget }))
    check(value >= 0 && value <= 1, () => `gan: ${name} must be a number from 0 to 1, got ${value}`);
  check(
    Object.hasOwn(distributions, distribution),
    () =>
      `gan: latent.distribution must be one of ${Object.keys(distributions).join(', ')}, got ${JSON.stringify(distribution)}`,
  );
  const row = ganLossOf(loss);
  check(
    meeting !== 'inTurn' || row.pairs === undefined,
    () => `gan: this loss compares pairs, which the meeting 'inTurn' never sees; use 'apart'`,
  );
  check(
    realTarget === 1 || row.smooths === true,
    () => `gan: realTarget does nothing for this loss; leave it at 1`,
  );
  const same = criticBatchSize === batchSize;
  check(
    same || (!sameNoise && row.pairs === undefined),
    () =>
      `gan: criticBatchSize must be batchSize with pairs or sameNoise, got ${criticBatchSize} and ${batchSize}`,
  );
  return {
    shape,
    latent: { size, distribution },
    loss: row,
    targets: { real: realTarget, fake: 0 },
    classes,
    batchSize,
    criticBatchSize,
    criticSteps,
    meeting,
    criticWeight,
    fakes,
    layers,
    sameNoise: sameNoise && fakes === 'training',
    r1,
    r2,
    gradientPenalty,
    penaltyBatchSize,
    average,
    range,
    order,
  };
}

/** The optimizers of both, by name or as they are. */
export const optimizersOf = ({
  generatorOptimizer,
  criticOptimizer,
}: GanOptions): { readonly generator: Optimizer; readonly critic: Optimizer } => ({
  generator: optimizerOf(generatorOptimizer),
  critic: optimizerOf(criticOptimizer),
});

/** Tells both models what they take, and checks that they fit together. */
export function fitTogether({ generator, critic }: GanOptions, { shape, latent, classes }: Rules): void {
  const withClasses = (first: Shape): Shape[] => (classes > 0 ? [first, [classes]] : [first]);
  generator.build(withClasses([latent.size]));
  critic.build(withClasses(shape));
  const made = at(generator.outputShapes ?? [], 0);
  const told = (sizes: Sizes): string => show(sizes.map((d) => d ?? 0));
  check(
    made.length === shape.length && made.every((d, i) => d === shape[i]),
    () => `gan: the generator makes ${told(made)}, the examples are ${show(shape)}; give it another end`,
  );
  const score = at(critic.outputShapes ?? [], 0);
  check(
    score.length === 1 && (score[0] === 1 || score[0] === 2),
    () => `gan: the critic must end in 1 unit, or in 2 with softmax, got ${told(score)}`,
  );
}
