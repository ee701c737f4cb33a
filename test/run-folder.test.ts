// A run's folder: what it is called and holds, what stays of its checkpoints, and taking it up again, damaged or not.
import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { suite, test } from 'node:test';
import { readSafetensors } from '../src/files/safetensors.ts';
import { runName, shellWord } from '../src/run/naming.ts';
import { loadCheckpoint, readRun, resumeRun, startRun } from '../src/run/run.ts';
import { begun, refuses, scratch, snapshotAt, textOf, warned } from './run-kit.ts';
import { readFileSync } from 'node:fs';

const now = new Date(2026, 10, 22, 14, 15, 3);
const checkpoints = (folder: string): string[] => readdirSync(join(folder, 'checkpoints')).sort();

suite("a run's name", () => {
  test('says when, what and the seed', () => {
    assert.equal(runName(now, 'mnist-tutorial', 1), '2026-11-22-141503-mnist-tutorial-1');
    assert.equal(runName(now, '../etc/passwd', 2), '2026-11-22-141503-etc-passwd-2');
    assert.equal(runName(now, 'りんご 赤:*?', 3), '2026-11-22-141503-りんご-赤-3');
    assert.equal(runName(now, '///', 4), '2026-11-22-141503-4');
    assert.ok(Buffer.byteLength(runName(now, '𠮷'.repeat(300), 4294967295)) < 240);
  });

  test('is quoted for a shell where it has to be', () => {
    assert.equal(shellWord('runs/2026-りんご-1', 'linux'), 'runs/2026-りんご-1');
    assert.equal(shellWord("it's a run", 'linux'), "'it'\\''s a run'");
    assert.equal(shellWord('C:\\my runs', 'win32'), '"C:\\my runs"');
    assert.equal(shellWord('a$(b)', 'darwin'), "'a$(b)'");
  });
});

suite('a run begins', () => {
  const at = scratch();

  test('in a folder with its record, whatever the path', async () => {
    const run = await startRun({
      name: 'mnist-tutorial',
      seed: 1,
      root: at('実験 1'),
      config: { epochs: 3 },
      device: 'wasm, 2 threads',
      command: ['train', 'mnist'],
      now,
    });
    assert.equal(run.folder, at('実験 1', '2026-11-22-141503-mnist-tutorial-1'));
    const record = JSON.parse(textOf(run.folder, 'run.json')) as Record<string, unknown>;
    const { eidos } = run.record.versions;
    const os = `${process.platform} `;
    assert.deepEqual(
      { ...record, versions: { ...(record['versions'] as object), os } },
      {
        format: 1,
        name: 'mnist-tutorial',
        seed: 1,
        config: { epochs: 3 },
        versions: { eidos, node: process.versions.node, device: 'wasm, 2 threads', os },
        command: ['train', 'mnist'],
        keeping: { newest: 3 },
        started: now.toISOString(),
        resumed: [],
        state: 'running',
        figures: {},
      },
    );
    assert.match(eidos ?? '', /^\d+\.\d+\.\d+/);
    await run.log({ step: 1, loss: 0.5, note: 'ä' });
    await run.log({ step: 2, loss: NaN });
    assert.equal(
      textOf(run.folder, 'metrics.jsonl'),
      '{"step":1,"loss":0.5,"note":"ä"}\n{"step":2,"loss":null}\n',
    );
    assert.equal(textOf(await run.writeCsv()), 'step,loss,note\r\n1,0.5,ä\r\n2,,\r\n');
    assert.equal(textOf(await run.savePicture('a.png', Buffer.from('png'))), 'png');
    await run.end('finished', { figures: { testAccuracy: 0.98, never: NaN } });
    const left = readdirSync(run.folder).sort();
    assert.deepEqual(left, ['checkpoints', 'metrics.csv', 'metrics.jsonl', 'pictures', 'run.json']);
    const { state, figures, finished } = (await readRun(run.folder)).record;
    assert.deepEqual([state, figures, typeof finished], ['finished', { testAccuracy: 0.98 }, 'string']);
  });

  test('twenty in one second get twenty folders', async () => {
    const runs = await Promise.all(Array.from({ length: 20 }, () => begun({ root: at('same'), now })));
    const names = runs.map(({ folder }) => basename(folder)).sort();
    assert.equal(new Set(names).size, 20);
    assert.ok(names.includes('2026-11-22-141503-test-1') && names.includes('2026-11-22-141503-test-1-20'));
    await Promise.all(runs.map((run) => run.close()));
  });

  test('in the folder that is named, unless a run is there', async () => {
    mkdirSync(at('mine'));
    writeFileSync(at('mine', 'notes.txt'), 'kept');
    const run = await begun({ out: at('mine') });
    assert.equal(textOf(at('mine', 'notes.txt')), 'kept');
    await run.close();
    const message = `startRun: ${at('mine')} holds a run already; resume it, or choose another folder`;
    await refuses(begun({ out: at('mine') }), message);
    assert.deepEqual(
      readdirSync(at('mine')).filter((name) => name.startsWith('lock')),
      [],
    );
  });

  test('what cannot be asked for', async () => {
    await refuses(
      begun({ root: at('none'), keeping: { newest: 0 } }),
      'startRun: keeping.newest must be a whole number from 1, got 0',
    );
    assert.ok(!existsSync(at('none')));
    const run = await begun({ root: at('words') });
    for (const name of ['../a.png', 'a/b.png', '.hidden', 'c:a', ''])
      assert.throws(() => run.savePicture(name, Buffer.of(1)), {
        message: `savePicture: needs the plain name of a file, got ${JSON.stringify(name)}`,
      });
    const step = "save: the snapshot's counters need a step, a whole number from 0, got";
    await refuses(run.save({ tensors: [], counters: {} }), `${step} undefined`);
    await refuses(run.save({ tensors: [], counters: { step: 1.5 } }), `${step} 1.5`);
    await run.close();
    await refuses(run.log({ step: 1 }), `log: the run ${run.folder} is closed; resume it with resumeRun()`);
    const nothing = `resumeRun: ${at('words')} holds no run (there is no run.json); eidos runs lists them`;
    await refuses(resumeRun(at('words')), nothing);
  });
});

suite('checkpoints', () => {
  const at = scratch();

  test('the newest few and the best stay; other programs can read the weights', async () => {
    const run = await begun({ root: at(), keeping: { newest: 2, best: { metric: 'loss', mode: 'min' } } });
    const losses = [0.9, 0.3, NaN, 0.3, 0.7, 0.8];
    for (const [i, loss] of losses.entries()) await run.save(snapshotAt(10 * (i + 1)), { loss });
    assert.deepEqual(checkpoints(run.folder), ['20', '50', '60']);
    assert.equal((await loadCheckpoint(run.folder)).checkpoint.step, 60);
    assert.equal((await loadCheckpoint(run.folder, { which: 'best' })).checkpoint.step, 20);
    const { tensors } = readSafetensors(readFileSync(join(run.folder, 'checkpoints/60/weights.safetensors')));
    assert.deepEqual(tensors, snapshotAt(60).tensors);
    await run.close();
  });

  test('the best of what grows', async () => {
    const run = await begun({
      root: at(),
      keeping: { newest: 1, best: { metric: 'accuracy', mode: 'max' } },
    });
    for (const [i, accuracy] of [0.5, 0.9, 0.7].entries()) await run.save(snapshotAt(i), { accuracy });
    assert.deepEqual(checkpoints(run.folder), ['1', '2']);
    await run.close();
  });

  test('a step that is saved again is kept beside the first, or not written if it is the same', async () => {
    const run = await begun({ root: at() });
    await run.save(snapshotAt(5));
    await run.save(snapshotAt(5));
    assert.deepEqual(checkpoints(run.folder), ['5']);
    const other = { ...snapshotAt(5), tensors: [] };
    await run.save(other);
    assert.deepEqual(checkpoints(run.folder), ['5', '5-2']);
    assert.deepEqual((await loadCheckpoint(run.folder)).snapshot, other);
    await run.close();
  });

  test('there may be none, or none to be the best', async () => {
    const run = await begun({ root: at() });
    const path = run.folder;
    await refuses(
      loadCheckpoint(path),
      `loadCheckpoint: ${path} has no checkpoint that can be read; train it first`,
    );
    await refuses(
      loadCheckpoint(path, { which: 'best' }),
      `loadCheckpoint: ${path} has no best checkpoint: nothing was measured to choose by; use 'latest'`,
    );
    await run.close();
  });
});

suite('a run is taken up again', () => {
  const at = scratch();

  /** A run with checkpoints at 10, 20 and 30 and a line of metrics for every 5 steps, left at step 40. */
  async function left(name: string): Promise<string> {
    const run = await begun({ out: at(name) });
    for (let step = 5; step <= 40; step += 5) {
      await run.log({ step });
      if (step % 10 === 0 && step < 40) await run.save(snapshotAt(step));
    }
    await run.close();
    return run.folder;
  }
  const steps = (folder: string): number[] =>
    textOf(folder, 'metrics.jsonl')
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { step: number }).step]));

  test('at its newest checkpoint; lines of later steps are cut, a torn one too', async () => {
    const folder = await left('cut');
    appendFileSync(join(folder, 'metrics.jsonl'), '{"step":45,"lo');
    const { run, snapshot, step } = await resumeRun(folder);
    assert.deepEqual([step, snapshot], [30, snapshotAt(30)]);
    assert.deepEqual(steps(folder), [5, 10, 15, 20, 25, 30]);
    await run.log({ step: 35 });
    assert.deepEqual(steps(folder), [5, 10, 15, 20, 25, 30, 35]);
    assert.deepEqual(
      run.record.resumed.map(({ step }) => step),
      [30],
    );
    await run.end('failed', { error: new Error('NaN in dense') });
    const again = await resumeRun(folder);
    const { state, error, finished, resumed } = again.run.record;
    assert.deepEqual([state, error, finished, resumed.length], ['running', undefined, undefined, 2]);
    await again.run.close();
  });

  test('from the beginning if nothing was saved', async () => {
    const run = await begun({ out: at('nothing') });
    await run.log({ step: 1 });
    await run.close();
    rmSync(at('nothing', 'checkpoints'), { recursive: true });
    const again = await resumeRun(at('nothing'));
    assert.deepEqual([again.snapshot, again.step, steps(run.folder)], [undefined, 0, []]);
    await again.run.save(snapshotAt(1));
    await again.run.close();
  });

  test('by the checkpoint before, if one does not verify', async () => {
    const weights = '30/weights.safetensors';
    const record = '30/checkpoint.json';
    const damage: Record<string, [why: string, (root: string) => void]> = {
      'a flipped bit': [
        'weights.safetensors has not the checksum it was saved with',
        (root) => {
          const bytes = readFileSync(join(root, weights));
          writeFileSync(join(root, weights), bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1));
        },
      ],
      'cut short': [
        'weights.safetensors has not the checksum it was saved with',
        (root) => truncateSync(join(root, weights), 100),
      ],
      'no weights': ['ENOENT', (root) => rmSync(join(root, weights))],
      'no record': ['ENOENT', (root) => rmSync(join(root, record))],
      'an empty record': ['Unexpected end of JSON input', (root) => writeFileSync(join(root, record), '')],
      'a strange record': [
        'checkpoint.json is not what it must be',
        (root) => writeFileSync(join(root, record), '{}'),
      ],
      "another step's files": [
        'its files are of two steps',
        (root) => {
          const text = textOf(root, '20/checkpoint.json').replace('"step": 20', '"step": 30');
          cpSync(join(root, '20/weights.safetensors'), join(root, weights));
          writeFileSync(join(root, record), text);
        },
      ],
    };
    for (const [name, [why, spoil]] of Object.entries(damage)) {
      const folder = await left(name);
      spoil(join(folder, 'checkpoints'));
      const path = join(folder, 'checkpoints', '30');
      const warning = `the checkpoint ${path} is damaged (${why}); the one before it is used`;
      const looked = await warned((onWarning) => loadCheckpoint(folder, { onWarning }));
      assert.deepEqual(looked.map(plain), [plain(warning)]);
      let step = 0;
      const warnings = await warned(async (onWarning) => {
        const resumed = await resumeRun(folder, { onWarning });
        step = resumed.step;
        await resumed.run.save(snapshotAt(25));
        await resumed.run.close();
      });
      assert.deepEqual([step, warnings.map(plain)], [20, [plain(warning)]], name);
      // What was damaged does not count as the newest of the few that stay.
      assert.equal((await loadCheckpoint(folder)).checkpoint.step, 25, name);
      assert.equal(checkpoints(folder).filter((one) => one.startsWith('damaged-30-')).length, 1, name);
      assert.deepEqual(steps(folder), [5, 10, 15, 20], name);
    }
  });
  /** Node says which file is not there, and V8's words for broken JSON differ from version to version. */
  const plain = (warning: string): string =>
    warning.replace(/(ENOENT|JSON)[^)]*\)/, '$1)').replace(/[^(]*JSON\)/, 'JSON)');

  test('not at all if every checkpoint is damaged', async () => {
    const folder = await left('all');
    for (const step of [10, 20, 30])
      truncateSync(join(folder, 'checkpoints', `${step}`, 'weights.safetensors'), 8);
    const root = join(folder, 'checkpoints');
    await refuses(resumeRun(folder), `resumeRun: every checkpoint in ${root} is damaged; begin a new run`);
    assert.deepEqual(checkpoints(folder), ['10', '20', '30']);
    assert.deepEqual(steps(folder).at(-1), 40);
  });

  test('and what was left half done is swept away', async () => {
    const folder = await left('swept');
    mkdirSync(join(folder, 'checkpoints', '.aside-1-x-40'));
    writeFileSync(join(folder, '.aside-1-x-run.json'), '{');
    await (await resumeRun(folder)).run.close();
    assert.deepEqual(readdirSync(folder).sort(), ['checkpoints', 'metrics.jsonl', 'run.json']);
    assert.deepEqual(checkpoints(folder), ['10', '20', '30']);
  });

  test('unless its run.json is not one', async () => {
    const folder = await left('record');
    const good = JSON.parse(textOf(folder, 'run.json')) as object;
    const cases: [text: string, why: string][] = [
      ['{', 'run.json is not a JSON object; restore it, or leave this run aside'],
      ['3', 'run.json is not a JSON object; restore it, or leave this run aside'],
      ['{"format":2}', 'run.json is of format 2, this eidos reads format 1; use the eidos that wrote it'],
      [JSON.stringify({ ...good, seed: 'x' }), 'seed in run.json is not what it must be, got "x"'],
      [JSON.stringify({ ...good, state: 'done' }), 'state in run.json is not what it must be, got "done"'],
      [JSON.stringify({ ...good, config: [] }), 'config in run.json is not what it must be, got []'],
    ];
    for (const [text, why] of cases) {
      writeFileSync(join(folder, 'run.json'), text);
      await refuses(resumeRun(folder), `resumeRun(${folder}): ${why}`);
    }
    rmSync(join(folder, 'run.json'));
    mkdirSync(join(folder, 'run.json'));
    await refuses(
      resumeRun(folder),
      `run: cannot read ${join(folder, 'run.json')} (EISDIR); make it readable and try again`,
    );
  });
});
