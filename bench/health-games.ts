// The games that bench/health.ts plays: small networks on MNIST at 14 x 14, half of them set up to fail. Each kind is
// written once and takes its rates from a group, so that groups share neither rates nor seeds.
import {
  activation,
  adam,
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  leakyRelu,
  reshape,
  rmsprop,
  sequential,
  sgd,
  upSampling2d,
  type GanOptions,
} from '../src/index.ts';

/** Side of the pictures. */
export const side = 14;

/** A game that is to be played. */
export interface Wish {
  readonly name: string;
  /** What it was set up for; not what it is labelled. */
  readonly meant: 'well' | 'ill';
  readonly seed: number;
  readonly options: Partial<GanOptions>;
  readonly generator?: Parameters<typeof generator>[0];
  readonly critic?: Parameters<typeof critic>[0];
  /** Pictures it learns from, where they are not all. */
  readonly pictures?: number;
}

/** The generator of elix, an eighth as wide and a size smaller; without batch norm where that is asked for. */
export function generator({ normalized = true } = {}): GanOptions['generator'] {
  const active = () => [...(normalized ? [batchNorm()] : []), activation('relu')];
  return sequential(
    ...[dense(128), ...active(), dense(16 * 49), ...active()],
    reshape([7, 7, 16]),
    upSampling2d(2),
    conv2d(1, 5, { padding: 'same', activation: 'tanh' }),
  );
}

/** The critic of elix, an eighth as wide; with batch norm where that is asked for, or of one layer that sees little. */
export function critic({ normalized = false, drops = 0.5, linear = false } = {}): GanOptions['critic'] {
  if (linear) return sequential(flatten(), dense(1));
  const seen = (filters: number) => [
    conv2d(filters, 5, { strides: 2, padding: 'same' }),
    ...(normalized ? [batchNorm()] : []),
    leakyRelu(0.2),
  ];
  return sequential(...seen(12), ...seen(24), flatten(), dense(48), leakyRelu(0.2), dropout(drops), dense(1));
}

const both = (g: number, d: number, beta1 = 0.5): Partial<GanOptions> => ({
  generatorOptimizer: adam({ learningRate: g, beta1 }),
  criticOptimizer: adam({ learningRate: d, beta1 }),
});

const quick = (g: number, d: number): Partial<GanOptions> => ({
  generatorOptimizer: rmsprop({ learningRate: g }),
  criticOptimizer: rmsprop({ learningRate: d }),
});

type Kind = Omit<Wish, 'meant' | 'seed'>;

/** Kinds set up to fail, and to go well. */
type Lists = readonly [ill: readonly Kind[], well: readonly Kind[]];

const sure = { drops: 0 };

const bare = { normalized: false };

/** Set up to fail; `by` moves their rates. */
const ill = (by: number): readonly Kind[] => [
  // The post's rates and its batch norm as they stand there; its end in one class, sooner than after an hour.
  { name: 'elix, 2e-4 and 0.5 for both', options: both(2e-4, 2e-4) },
  { name: 'elix, batch norm in D', options: both(2e-4, 1e-5), critic: { normalized: true } },
  { name: 'elix, all of one class', options: both(5e-3 * by, 1e-3 * by), generator: bare },
  { name: 'elix, D twenty times as slow', options: both(1e-2 * by, 5e-4 * by, 0.9) },
  { name: 'D far ahead', options: { ...both(2e-5 * by, 1e-2 * by), criticSteps: 3 }, critic: sure },
  { name: 'D fifty times as fast', options: both(1e-4 * by, 5e-3 * by), critic: sure },
  { name: 'G far too fast', options: both(0.05 * by, 2e-4) },
  { name: 'minimax, G by plain descent', options: { loss: 'minimax', generatorOptimizer: sgd({ learningRate: 0.05 * by }), criticOptimizer: adam({ learningRate: 2e-3 * by, beta1: 0.5 }) }, critic: sure }, // prettier-ignore
  { name: 'wasserstein without a penalty', options: { ...both(5e-3 * by, 5e-2 * by), loss: 'wasserstein' } },
  { name: 'steps that overshoot', options: { ...both(1e-3, 1e-3), criticOptimizer: sgd({ learningRate: 1e6 * by }) } }, // prettier-ignore
  { name: 'both far too fast', options: both(0.02 * by, 0.02 * by) },
  { name: 'both far too slow', options: both(1e-5 * by, 1e-5 * by) },
  { name: 'few pictures', options: both(1e-3 * by, 5e-4 * by), pictures: 4 },
  { name: 'a critic of one layer', options: both(2e-3 * by, 2e-3 * by), critic: { linear: true } },
  { name: 'momentum', options: both(1e-2 * by, 1e-2 * by, 0.95) },
  { name: 'momentum without batch norm', options: both(5e-3 * by, 5e-3 * by, 0.9), generator: bare, critic: sure }, // prettier-ignore
  { name: 'hinge against five steps of D', options: { ...both(2e-5 * by, 3e-3 * by), loss: 'hinge', criticSteps: 5 }, critic: sure }, // prettier-ignore
];

/** Set up to go well. */
const well = (by: number): readonly Kind[] => [
  { name: 'r1', options: { ...both(1e-3 * by, 1e-3 * by), r1: 0.1 } },
  { name: 'r1, averaged', options: { ...both(2e-3 * by, 1e-3 * by), r1: 0.1, average: 0.98 } },
  { name: 'pairs, r1 and r2', options: { ...both(1e-3 * by, 1e-3 * by), loss: 'relativistic', r1: 0.1, r2: 0.1 } }, // prettier-ignore
  { name: 'pairs, averaged', options: { ...both(2e-3 * by, 2e-3 * by), loss: 'relativistic', r1: 0.1, r2: 0.1, average: 0.98 } }, // prettier-ignore
  { name: 'elix with faster rates', options: both(1e-3 * by, 2e-4 * by) },
  { name: 'elix, averaged', options: { ...both(1e-3 * by, 4e-4 * by), average: 0.98 } },
  { name: 'least squares', options: { ...both(1e-3 * by, 3e-4 * by), loss: 'leastSquares' } },
  { name: 'least squares with r1, averaged', options: { ...both(1e-3 * by, 5e-4 * by), loss: 'leastSquares', r1: 0.05, average: 0.98 } }, // prettier-ignore
  { name: 'hinge with r1', options: { ...both(1e-3 * by, 5e-4 * by), loss: 'hinge', r1: 0.05 } },
  { name: 'hinge with r1, averaged', options: { ...both(1e-3 * by, 1e-3 * by), loss: 'hinge', r1: 0.1, average: 0.98 } }, // prettier-ignore
  { name: 'wasserstein with its penalty', options: { ...both(1e-3 * by, 1e-3 * by), loss: 'wasserstein', gradientPenalty: 10 } }, // prettier-ignore
  { name: 'smoothed labels', options: { ...both(1e-3 * by, 3e-4 * by), realTarget: 0.9 } },
  { name: 'two steps of D, r1', options: { ...both(1e-3 * by, 5e-4 * by), criticSteps: 2, r1: 0.2 } },
  { name: 'rmsprop, r1', options: { ...quick(5e-4 * by, 5e-4 * by), r1: 0.1, average: 0.98 } }, // prettier-ignore
  { name: 'four hundred pictures', options: { ...both(1e-3 * by, 1e-3 * by), r1: 0.1, average: 0.98 }, pictures: 400 }, // prettier-ignore
  { name: 'two steps of D, hinge', options: { ...both(1e-3 * by, 5e-4 * by), loss: 'hinge', criticSteps: 2, r1: 0.2, average: 0.98 } }, // prettier-ignore
  { name: 'larger batches', options: { ...both(2e-3 * by, 1e-3 * by), batchSize: 64, r1: 0.05 } },
];

/** More ways to fail and to go well. */
const more = (by: number): Lists => [
  [
    { name: 'rmsprop, far too fast', options: quick(0.02 * by, 0.02 * by) },
    { name: 'r1 that stifles', options: { ...both(1e-3 * by, 1e-3 * by), r1: 300 } },
    { name: 'two numbers to start from', options: { ...both(3e-3 * by, 3e-3 * by), latent: { size: 2, distribution: 'uniform' } } }, // prettier-ignore
    { name: 'least squares, far too fast', options: { ...both(0.02 * by, 0.02 * by), loss: 'leastSquares' } },
    { name: 'batches of two', options: { ...both(1e-3 * by, 1e-3 * by), batchSize: 2 } },
    { name: 'a D that hardly learns', options: both(1e-3 * by, 1e-6 * by) },
    { name: 'hinge without batch norm', options: { ...both(5e-3 * by, 5e-3 * by), loss: 'hinge' }, generator: bare }, // prettier-ignore
    { name: 'D far ahead, least squares', options: { ...both(2e-5 * by, 5e-3 * by), loss: 'leastSquares', criticSteps: 3 }, critic: sure }, // prettier-ignore
  ],
  [
    { name: 'eight numbers to start from', options: { ...both(1e-3 * by, 1e-3 * by), r1: 0.1, average: 0.98, latent: { size: 8, distribution: 'normal' } } }, // prettier-ignore
    { name: 'batches of sixteen', options: { ...both(1e-3 * by, 5e-4 * by), batchSize: 16, r1: 0.1, average: 0.98 } }, // prettier-ignore
    { name: 'least squares, rmsprop', options: { ...quick(5e-4 * by, 3e-4 * by), loss: 'leastSquares', average: 0.98 } }, // prettier-ignore
    { name: 'beta1 of 0', options: { ...both(1e-3 * by, 1e-3 * by, 0), r1: 0.1, average: 0.98 } },
    { name: 'little dropout', options: { ...both(1e-3 * by, 1e-3 * by), r1: 0.1 }, critic: { drops: 0.2 } },
    { name: 'pairs, rmsprop', options: { ...quick(1e-3 * by, 1e-3 * by), loss: 'relativistic', r1: 0.1, r2: 0.1, average: 0.98 } }, // prettier-ignore
    { name: 'r1 without batch norm', options: { ...both(5e-4 * by, 5e-4 * by), r1: 0.1, average: 0.98 }, generator: bare }, // prettier-ignore
    { name: 'hinge, pace of two', options: { ...both(2e-3 * by, 1e-3 * by), loss: 'hinge', r1: 0.1, average: 0.98 } }, // prettier-ignore
  ],
];

/** Ways to fail and to go well that no limit had been set on when they were played. */
const fresh: Lists = [
  [
    { name: 'momentum of G alone', options: { generatorOptimizer: adam({ learningRate: 5e-3, beta1: 0.98 }), criticOptimizer: adam({ learningRate: 2e-4, beta1: 0.5 }) } }, // prettier-ignore
    { name: 'pairs without penalties, far too fast', options: { ...both(0.02, 0.02), loss: 'relativistic' } },
    { name: 'one number to start from', options: { ...both(3e-3, 3e-3), latent: { size: 1, distribution: 'uniform' } } }, // prettier-ignore
    { name: 'minimax, G by slow descent', options: { loss: 'minimax', generatorOptimizer: sgd({ learningRate: 1e-3 }), criticOptimizer: adam({ learningRate: 2e-3, beta1: 0.5 }) }, generator: bare, critic: sure }, // prettier-ignore
  ],
  [
    { name: 'normal numbers', options: { ...both(1e-3, 1e-3), r1: 0.1, average: 0.98, latent: { size: 64, distribution: 'normal' } } }, // prettier-ignore
    { name: 'a thousand pictures', options: { ...both(1e-3, 1e-3), loss: 'hinge', r1: 0.1, average: 0.98 }, pictures: 1000 }, // prettier-ignore
    { name: 'wasserstein with its penalty, averaged', options: { ...both(1e-3, 1e-3), loss: 'wasserstein', gradientPenalty: 10, average: 0.98 } }, // prettier-ignore
    { name: 'smoothed labels, averaged', options: { ...both(1.5e-3, 5e-4), realTarget: 0.9, average: 0.98 } },
  ],
];

const meant = ([ill, well]: Lists, seed: number): readonly Wish[] => [
  ...ill.map((kind) => ({ ...kind, meant: 'ill' as const, seed })),
  ...well.map((kind) => ({ ...kind, meant: 'well' as const, seed })),
];

const usual = (by: number): Lists => [ill(by), well(by)];

/**
 * Limits were set on `tune`, frozen, and tried on `first`; then set anew on both, frozen, and tried on `test`, which was
 * played afterwards.
 */
export const groups: Readonly<Record<string, readonly Wish[]>> = {
  tune: [...meant(usual(1), 1), ...meant(usual(0.7), 2), ...meant(more(1), 3)],
  first: [...meant(usual(1.25), 11), ...meant(fresh, 12)],
  test: meant(usual(0.85), 21),
};
