// Training that is recorded, stopped and taken up again: what is written meanwhile, what happens when that fails, and
// that the run goes on to the same bits.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { relative } from 'node:path';
import { suite, test } from 'node:test';
import { open } from '../src/device/open.ts';
import { metricsLine, type Told } from '../src/run/recorded.ts';
import { loadCheckpoint, metricsOf, readRun, recorded, resumeRun, safeStop } from '../src/run/run.ts';
import { begun, scratch } from './run-kit.ts';
import { smallTraining, type Trainable } from './small-training.ts';

const steps = 13;

/** Trains whole epochs, as fit() does: an event after some steps and one after each epoch; tells if it was ended early. */
async function* training(
  trained: Trainable,
  epochs: number,
  { signal, onEnd }: { readonly signal?: AbortSignal; readonly onEnd?: () => void } = {},
): AsyncGenerator<Told, string> {
  try {
    while (trained.step < epochs * steps && !signal?.aborted) {
      const place = trained.step % steps;
      await trained.run(Math.min(5, steps - place));
      const { loss } = await trained.metrics();
      const [epoch, step] = [Math.ceil(trained.step / steps), ((trained.step - 1) % steps) + 1];
      const told = { epoch, step, steps, seconds: 1, loss, metrics: { accuracy: 0.5 } };
      const complete = step === steps;
      yield { ...told, kind: complete ? 'epoch' : 'progress', ...(complete && { validation: { loss: 2 } }) };
    }
    return 'history';
  } finally {
    onEnd?.();
  }
}

suite('a training is recorded', () => {
  const at = scratch();

  test('stopped anywhere and taken up again it ends as if it had not been, on every compiled target', async () => {
    for (const name of ['wasm', 'native'] as const) {
      const device = await open({ device: name, threads: 2 }).catch(() => undefined);
      if (!device) continue; // there is no C compiler
      const whole = await smallTraining(device);
      await whole.run(4 * steps);
      const expected = await whole.snapshot();
      const stop = new AbortController();
      const before = await smallTraining(device);
      const run = await begun({ root: at(name) });
      for await (const { step, epoch } of recorded(run, before, training(before, 4, stop)))
        if (epoch === 2 && step === 10) stop.abort();
      const { folder, step, resume, why } = await safeStop(run, before, { metrics: { loss: 1 } });
      assert.deepEqual([folder, step, why], [run.folder, steps + 10, undefined]);
      const path = relative('.', folder);
      assert.equal(resume, `eidos train --resume '${path.length < folder.length ? path : folder}'`);
      const { state, figures } = await readRun(folder);
      assert.deepEqual([state, figures], ['stopped', { loss: 1 }]);

      const after = await smallTraining(device);
      const resumed = await resumeRun(folder);
      assert.ok(resumed.snapshot);
      await after.restore(resumed.snapshot);
      const events = recorded(resumed.run, after, training(after, 4));
      for (;;) {
        const { done, value } = await events.next();
        if (!done) continue;
        assert.equal(value, 'history');
        break;
      }
      await resumed.run.end('finished');
      assert.deepEqual(await after.snapshot(), expected, name);
      assert.deepEqual((await loadCheckpoint(folder)).snapshot.counters, expected.counters);
      const lines = await metricsOf({ folder });
      assert.deepEqual(
        lines.map(({ step, epoch, valLoss }) => [step, epoch, valLoss]),
        [1, 2, 3, 4].map((epoch) => [epoch * steps, epoch, 2]),
      );
      await device.close();
    }
  });

  test('by time within an epoch; a disk that fails is told and training goes on', async () => {
    const device = await open({ device: 'wasm', threads: 1 });
    const trained = await smallTraining(device);
    const run = await begun({ out: at('failing') });
    const warnings: string[] = [];
    const seen: number[] = [];
    let ended = 0;
    const events = training(trained, 2, { onEnd: () => ended++ });
    const options = { saveEvery: 0, onWarning: (warning: string) => warnings.push(warning) };
    for await (const { step, epoch } of recorded(run, trained, events, options)) {
      seen.push(step);
      if (epoch === 1 && step === 5) assert.equal((await loadCheckpoint(run.folder)).checkpoint.step, 5);
      if (epoch === 1 && step === 10) rmSync(run.folder, { recursive: true });
    }
    assert.deepEqual([seen, ended], [[5, 10, 13, 5, 10, 13], 1]);
    assert.equal(warnings.length, 4);
    assert.ok(
      warnings.every((warning) =>
        /^(save|log): cannot write .* \(ENOENT: the folder is gone\)/.test(warning),
      ),
    );
    await run.close();
    await device.close();
  });

  test('whoever leaves the loop ends training; errors that are not of the disk come through', async () => {
    const device = await open({ device: 'wasm', threads: 1 });
    const trained = await smallTraining(device);
    const run = await begun({ out: at('left') });
    let ended = 0;
    const onEnd = (): void => void ended++;
    for await (const _ of recorded(run, trained, training(trained, 1, { onEnd }))) break;
    assert.equal(ended, 1);
    const broken = { snapshot: () => Promise.reject(new TypeError('of the model')) };
    const events = recorded(run, broken, training(trained, 1, { onEnd }), { saveEvery: 0 });
    await assert.rejects(events.next(), new TypeError('of the model'));
    assert.equal(ended, 2);
    await run.close();
    await device.close();
  });

  test('a line has the step of all epochs, and scores of other data by their names in Keras', () => {
    const told = {
      kind: 'epoch',
      epoch: 3,
      step: 10,
      steps: 10,
      seconds: 2,
      loss: 0.5,
      metrics: { accuracy: 0.9 },
    };
    const line = { step: 30, epoch: 3, seconds: 2, loss: 0.5, accuracy: 0.9 };
    assert.deepEqual(metricsLine(told), line);
    const validation = { loss: 0.6, accuracy: NaN };
    assert.deepEqual(metricsLine({ ...told, validation }), { ...line, valLoss: 0.6, valAccuracy: NaN });
  });
});

test('in a web page a run needs other places', async () => {
  const { process } = globalThis;
  Object.assign(globalThis, { process: undefined });
  try {
    await assert.rejects(
      readRun('runs/x'),
      /^EidosError: readRun: needs a file system, got a web page; keep model\.snapshot\(\) where pages keep things$/,
    );
  } finally {
    Object.assign(globalThis, { process });
  }
});
