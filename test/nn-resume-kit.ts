// A training with everything in it that could be forgotten: shuffling, dropout, batch norm, adam with averaged
// weights beside sgd with momentum, weights of examples, validation, and callbacks that remember.
import type { Device } from '../src/device/device.ts';
import { batchNorm } from '../src/nn/batch-norm.ts';
import { earlyStopping } from '../src/nn/early-stopping.ts';
import { learningRateScheduler, reduceLROnPlateau } from '../src/nn/rate-callbacks.ts';
import { adam, averaged, dense, dropout, sequential, sgd, type Model } from '../src/index.ts';
import type { FitOptions } from '../src/nn/fit.ts';
import type { Pairs } from '../src/nn/data.ts';
import { classes, heaps } from './nn-kit.ts';

export const resumableData = heaps(70);

/** How it is trained; callbacks are new ones each time. */
export const rest = (): FitOptions<Pairs> => ({
  epochs: 3,
  batchSize: 16,
  validationData: heaps(20, 2),
  sampleWeight: Float32Array.from({ length: 70 }, (_, i) => 1 + (i % 3)),
  callbacks: [
    learningRateScheduler((epoch, rate) => (epoch === 0 ? rate : rate * 0.9)),
    earlyStopping({ patience: 5, minDelta: 10, restoreBestWeights: true }),
    reduceLROnPlateau({ patience: 1, minDelta: 10, factor: 0.5 }),
    // A call for every step: else an epoch this short is one event.
    { name: 'steps', everySteps: 1, onSteps: () => undefined },
  ],
});

/** The model, for a seed that a snapshot must overrule. */
export const resumable = (device: Device, seed = 3): Model => {
  const first = dense(8, { activation: 'tanh' });
  return sequential(first, batchNorm(), dropout(0.3), dense(3, { activation: 'softmax' }))
    .build([2])
    .compile(
      classes(device, {
        seed,
        optimizer: [
          { optimizer: averaged(adam({ learningRate: 0.01 }), 0.9), owns: [first] },
          { optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }), owns: () => true },
        ],
      }),
    );
};
