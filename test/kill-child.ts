// The program that kill-kit.ts kills: a model that fits in a run's folder, going on from what is there, and is saved
// after every few steps. Says `ready` when it begins to train, `saving` and `saved` before and after each checkpoint is
// written; anything else it says is a warning. All that could be forgotten is in it: see nn-resume-kit.ts.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  adam,
  averaged,
  batchNorm,
  dense,
  dropout,
  earlyStopping,
  learningRateScheduler,
  open,
  recorded,
  reduceLROnPlateau,
  resumeRun,
  sequential,
  sgd,
  startRun,
  type DeviceName,
  type Model,
} from '../src/index.ts';
import { classes } from './nn-kit.ts';
import { resumableData, rest } from './nn-resume-kit.ts';

const [folder = '', epochs = '', name = ''] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

await using device = await open({ device: name as DeviceName, threads: 1 });
// Wide enough for a checkpoint of some megabytes, so that writing one takes its time.
const first = dense(400, { activation: 'tanh' });
await using model = sequential(
  first,
  batchNorm(),
  dropout(0.3),
  dense(400, { activation: 'relu' }),
  dense(3, { activation: 'softmax' }),
)
  .build([2])
  .compile(
    classes(device, {
      seed: 5,
      optimizer: [
        { optimizer: averaged(adam({ learningRate: 0.001 }), 0.9), owns: [first] },
        { optimizer: sgd({ learningRate: 0.01, momentum: 0.9 }), owns: () => true },
      ],
    }),
  );
const { run, snapshot } = existsSync(join(folder, 'run.json'))
  ? await resumeRun(folder, { onWarning: say })
  : { run: await startRun({ name: 'killed', seed: 5, out: folder }), snapshot: undefined };
if (snapshot) await model.restore(snapshot);
say('ready');
const events = model.train(resumableData, {
  ...rest(),
  epochs: Number(epochs),
  callbacks: [
    learningRateScheduler((epoch, rate) => (epoch % 5 === 0 ? rate : rate * 0.9)),
    earlyStopping({ patience: 1000, restoreBestWeights: true }),
    reduceLROnPlateau({ patience: 2, factor: 0.5 }),
    // An event after every third step.
    { name: 'steps', everySteps: 3, onSteps: () => undefined },
  ],
  resume: true,
});
const told: Pick<Model, 'snapshot'> = {
  async snapshot() {
    const taken = await model.snapshot();
    say('saving');
    return taken;
  },
};
const recording = recorded(run, told, events, { saveEvery: 0, onWarning: say });
for (;;) {
  const { done, value } = await recording.next();
  if (!done) {
    say('saved');
    continue;
  }
  // The best weights have been put back.
  await run.save(await model.snapshot());
  const last = Object.entries(value.history).map(([figure, all]) => [figure, all.at(-1) ?? NaN] as const);
  await run.end('finished', { figures: Object.fromEntries(last) });
  break;
}
