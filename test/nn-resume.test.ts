// Going on: a run that is broken off at any event, saved, and put back into another model ends to the bit as one that
// was never broken off. Its snapshots pass through the bytes of a file, as they do on disk.
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from '../src/device/open.ts';
import { snapshotFromBytes, snapshotToBytes, type Snapshot } from '../src/files/snapshot.ts';
import { averaged } from '../src/nn/optimizer.ts';
import { cosineDecay } from '../src/nn/schedule-decay.ts';
import { adam, dense, sequential, sgd, type Model } from '../src/index.ts';
import { openNative } from './helpers.ts';
import { classes, heaps, numbers, one } from './nn-kit.ts';
import { resumable, resumableData, rest } from './nn-resume-kit.ts';

const throughFile = (snapshot: Snapshot): Snapshot => snapshotFromBytes(snapshotToBytes(snapshot));

suite('a snapshot', () => {
  for (const name of ['reference', 'wasm', 'native'] as const)
    test(`goes on to the bit, from every event, on ${name}`, async (t) => {
      await using device = name === 'native' ? await openNative(1) : await open({ device: name, threads: 1 });
      if (!device) return t.skip('there is no C compiler');
      const snapshots: Snapshot[] = [];
      const whole = resumable(device);
      const events = whole.train(resumableData, rest());
      const told: unknown[] = [];
      for (;;) {
        const { done, value } = await events.next();
        if (done) break;
        snapshots.push(throughFile(await whole.snapshot()));
        if (value.kind === 'epoch') told.push([value.epoch, value.loss, value.metrics, value.validation]);
      }
      const last = await whole.snapshot();
      assert.ok(snapshots.length >= 6, `${snapshots.length} events`);
      const places = snapshots.map(({ counters }) => counters['taken']);
      assert.ok(
        places.some((taken = 0) => taken > 0 && taken < 70),
        places.join(),
      );
      const chosen = [1, Math.floor(snapshots.length / 2), snapshots.length - 3];
      for (const i of chosen) {
        const other = resumable(device, 99);
        await other.restore(snapshots[i]!);
        const history = await other.fit(resumableData, { ...rest(), resume: true });
        assert.deepEqual(await other.snapshot(), last, `from event ${i}`);
        const again = history.epochs.map((e) => [e.epoch, e.loss, e.metrics, e.validation]);
        assert.deepEqual(again, told.slice(told.length - again.length));
        assert.equal(history.history['loss']?.length, 3);
        await other.close();
      }
    });

  test('goes on in another process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eidos 続き '));
    try {
      await using device = await one();
      const model = resumable(device);
      const events = model.train(resumableData, rest());
      for (let i = 0; i < 4; i++) await events.next();
      writeFileSync(join(folder, 'a'), snapshotToBytes(await model.snapshot()));
      const child = fileURLToPath(new URL('./nn-resume-child.js', import.meta.url));
      const out = execFileSync(process.execPath, [child, join(folder, 'a')], { encoding: 'utf8' });
      while (!(await events.next()).done);
      assert.deepEqual(JSON.parse(out), JSON.parse(JSON.stringify(await numbers(model))));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('is also right when the run was stopped by its signal, and the same model goes on', async () => {
    await using device = await one();
    const whole = resumable(device);
    await whole.fit(resumableData, rest());
    const parts = resumable(device);
    for (let broken = 0; broken < 5; broken++) {
      const stop = new AbortController();
      let left = 2;
      await parts.fit(resumableData, {
        ...rest(),
        resume: true,
        signal: stop.signal,
        onEvent: () => void (--left < 0 && stop.abort()),
      });
    }
    await parts.fit(resumableData, { ...rest(), resume: true });
    assert.deepEqual(await parts.snapshot(), await whole.snapshot());
  });

  test('waits for the steps under way', async () => {
    await using device = await one();
    const [whole, disturbed] = [resumable(device), resumable(device)];
    await whole.fit(resumableData, rest());
    let over = false;
    const fit = disturbed.fit(resumableData, rest()).finally(() => (over = true));
    const taken: Snapshot[] = [];
    await new Promise((resolve) => setTimeout(resolve, 1));
    while (!over && taken.length < 20) taken.push(await disturbed.snapshot());
    await fit;
    for (const snapshot of taken.slice(-5)) {
      const other = resumable(device);
      await other.restore(snapshot);
      await other.fit(resumableData, { ...rest(), resume: true });
      assert.deepEqual(await numbers(other), await numbers(whole));
    }
  });

  test('has averaged weights in it, which evaluate() and predict() use', async () => {
    await using device = await one();
    const made = () => sequential(dense(3, { activation: 'softmax' })).build([2]);
    const task = classes(device, { optimizer: averaged(sgd({ learningRate: 0.5 }), 0.9) });
    const model = made().compile(task);
    await model.fit(heaps(64), { epochs: 2 });
    const other = made().compile({ ...task, seed: 5 });
    await other.restore(throughFile(await model.snapshot()));
    for (const weights of ['latest', 'averaged'] as const) {
      const [a, b] = [
        await model.predict(heaps(9).x, { weights }),
        await other.predict(heaps(9).x, { weights }),
      ];
      assert.deepEqual(b, a);
      assert.deepEqual(
        await other.evaluate(heaps(9), { weights }),
        await model.evaluate(heaps(9), { weights }),
      );
    }
    assert.notDeepEqual(
      await model.evaluate(heaps(9), { weights: 'averaged' }),
      await model.evaluate(heaps(9), { weights: 'latest' }),
    );
  });

  test('has the place in a schedule in it', async () => {
    await using device = await one();
    const made = (): Model =>
      sequential(dense(3, { activation: 'softmax' }))
        .build([2])
        .compile(
          classes(device, {
            optimizer: sgd({ learningRate: cosineDecay({ initialLearningRate: 0.5, decaySteps: 12 }) }),
          }),
        );
    const [whole, parts, other] = [made(), made(), made()];
    await whole.fit(heaps(64), { epochs: 6 });
    await parts.fit(heaps(64), { epochs: 3 });
    await other.restore(await parts.snapshot());
    assert.deepEqual(await other.learningRates(), await parts.learningRates());
    await other.fit(heaps(64), { epochs: 6, resume: true });
    assert.deepEqual(await other.snapshot(), await whole.snapshot());
  });

  test('of an epoch with a number of steps of its own goes on within the order', async () => {
    await using device = await one();
    const options = { epochs: 5, batchSize: 8, stepsPerEpoch: 3 };
    const whole = resumable(device);
    const history = await whole.fit(resumableData, options);
    assert.deepEqual(
      history.epochs.map(({ step, steps }) => [step, steps]),
      Array(5).fill([3, 3]),
    );
    const parts = resumable(device);
    await parts.fit(resumableData, { ...options, epochs: 2 });
    const snapshot = throughFile(await parts.snapshot());
    assert.equal(snapshot.counters['taken'], 48);
    const other = resumable(device);
    await other.restore(snapshot);
    await other.fit(resumableData, { ...options, resume: true });
    assert.deepEqual(await numbers(other), await numbers(whole));
  });
});

suite('what cannot be put back', () => {
  test('is said, and nothing is changed', async () => {
    await using device = await one();
    const says = (job: Promise<unknown>, message: string): Promise<void> =>
      assert.rejects(job, { name: 'EidosError', message });
    const task = classes(device, { optimizer: adam() });
    const model = sequential(dense(3, { activation: 'softmax' }))
      .build([2])
      .compile(task);
    const snapshot = await model.snapshot();
    const plain = sequential(dense(3, { activation: 'softmax' }))
      .build([2])
      .compile({ ...task, optimizer: 'sgd' });
    const before = await plain.snapshot();
    await says(
      model.restore(before),
      'restore: the snapshot has no optimizer:0/m/dense/kernel; it is of another model, or of one compiled otherwise',
    );
    const wide = sequential(dense(4, { activation: 'softmax' }))
      .build([2])
      .compile(task);
    await says(
      wide.restore(snapshot),
      'restore: dense/kernel is f32 [2, 4] here and f32 [2, 3] in the snapshot; make the model it was taken from',
    );
    await says(
      plain.restore({ ...snapshot, counters: {} }),
      'restore: the snapshot has no counters step and seed; give one that model.snapshot() made',
    );
    assert.deepEqual(await plain.snapshot(), before);
    await says(
      sequential(dense(3)).restore(snapshot),
      'restore: the model is not compiled; call compile({ optimizer, loss }) first',
    );
    const events = model.train(heaps(64), { epochs: 9 });
    await events.next();
    await says(model.restore(snapshot), 'restore: the model is training; stop it first');
    await events.return(undefined as never);
    await says(
      model.fit(heaps(65), { epochs: 9, resume: true }),
      'fit: the epoch to go on with has 64 examples, got 65; give the same data, or leave resume out',
    );
  });
});
