// The classifier of kaityo256's mnist_check (2018), in Chainer there: three layers, 784 units in both hidden ones, and
// logits at the end, which the project calls energy. https://github.com/kaityo256/mnist_check
import { dense } from '../dense.ts';
import { lecunNormal } from '../initializer.ts';
import { sparseCategoricalCrossentropy } from '../loss.ts';
import type { Model } from '../model.ts';
import { flatten } from '../reshape.ts';
import { sequential } from '../sequential.ts';
import { digits, type Preset } from './preset.ts';

/** 784-784-784-10, 1,238,730 parameters, with Chainer's first weights (LeCun normal). */
const network =
  (last?: 'softmax'): Preset['network'] =>
  (shape = digits, classes = 10): Model => {
    const first = { kernelInitializer: lecunNormal() };
    return sequential(
      flatten(),
      dense(784, { activation: 'relu', ...first }),
      dense(784, { activation: 'relu', ...first }),
      dense(classes, { ...(last && { activation: last }), ...first }),
    ).build(shape);
  };

const shared = {
  data: 'mnist',
  optimizer: 'adam',
  batchSize: 1000,
  epochs: 20,
  // Its trainer evaluates the test data after every epoch; here the test data stays for the end.
  validationSplit: 0.1,
  source: {
    title: 'mnist_check',
    link: 'https://github.com/kaityo256/mnist_check',
    testAccuracy: 0.9721,
    afterEpochs: 3,
  },
} as const satisfies Partial<Preset>;

/** The same network with logits, as in the project, and with probabilities. */
export const mlp784Presets = {
  mlp784: {
    ...shared,
    network: network(),
    loss: sparseCategoricalCrossentropy({ fromLogits: true }),
    logits: true,
  },
  'mlp784-softmax': { ...shared, network: network('softmax'), loss: 'sparseCategoricalCrossentropy' },
} as const satisfies Readonly<Record<string, Preset>>;
