// Looking at runs: which there are and how they stand, whose process lives, what they differ in, and their curves.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { compareRuns } from '../src/run/compare.ts';
import { curvesOf, linesFrom, metricsCsv } from '../src/run/metrics.ts';
import { curves, latestRun, listRuns, metricsOf, readRun, resumeRun } from '../src/run/run.ts';
import { begun, refuses, scratch, snapshotAt, warned } from './run-kit.ts';

const kit = new URL('./run-kit.js', import.meta.url).href;

/** A process that begins a run and waits; kill it with the function given back. */
async function holding(t: TestContext, folder: string): Promise<() => Promise<void>> {
  const text = `const { begun } = await import(${JSON.stringify(kit)}); await begun({ out: process.argv[1] }); console.log(1); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', text, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => void child.kill('SIGKILL')); // or the tests' process would wait for it
  const over = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await Promise.race([over, new Promise((resolve) => child.stdout.once('data', resolve))]);
  return async () => {
    child.kill('SIGKILL');
    await over;
  };
}

const minute = (m: number): Date => new Date(Date.UTC(2026, 10, 22, 14, m));

suite('one process writes a run', () => {
  const at = scratch();

  test('another is refused while it lives, and goes on when it was killed', async (t) => {
    const folder = at('held');
    const kill = await holding(t, folder);
    assert.equal((await readRun(folder)).state, 'running');
    await refuses(resumeRun(folder), /^resumeRun: .*held is in use by process \d+ on .*; wait for it or stop it, or delete .*lock-\* if it is no more$/); // prettier-ignore
    await kill();
    assert.equal((await readRun(folder)).state, 'interrupted');
    const { run } = await resumeRun(folder);
    assert.equal((await readRun(folder)).state, 'running');
    assert.equal(readdirSync(folder).filter((name) => name.startsWith('lock-')).length, 1);
    await refuses(resumeRun(folder), new RegExp(`in use by process ${process.pid} on `));
    await run.end('stopped');
    assert.equal((await readRun(folder)).state, 'stopped');
  });

  test('of many at once at most one goes on', async () => {
    const first = await begun({ out: at('many') });
    await first.close();
    for (let round = 0; round < 5; round++) {
      const all = await Promise.allSettled(Array.from({ length: 8 }, () => resumeRun(at('many'))));
      const won = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value.run] : []));
      assert.ok(won.length <= 1, `${won.length} hold it`);
      for (const run of won) await run.close();
    }
    const { run } = await resumeRun(at('many'));
    await run.close();
  });

  test('locks of the dead, of reused numbers and of nobody do not count; those of other machines do', async () => {
    const locked = async (holder: unknown): Promise<string> => {
      const run = await begun({ root: at('locks') });
      await run.close();
      const text = typeof holder === 'string' ? holder : JSON.stringify(holder);
      writeFileSync(`${run.folder}/lock-00ff`, text);
      return run.folder;
    };
    const host = hostname();
    for (const holder of [
      { pid: process.pid, host, began: 'another time' },
      { pid: 2 ** 22 + 1, host, began: '' },
      '',
      '{"pid":1}',
    ]) {
      const folder = await locked(holder);
      assert.equal((await readRun(folder)).state, 'interrupted', JSON.stringify(holder));
      await (await resumeRun(folder)).run.close();
      assert.ok(!readdirSync(folder).includes('lock-00ff'));
    }
    const far = await locked({ pid: 1, host: `not ${host}`, began: '' });
    assert.equal((await readRun(far)).state, 'running');
    await refuses(resumeRun(far), `resumeRun: ${far} is in use by process 1 on not ${host}; wait for it or stop it, or delete ${far}/lock-* if it is no more`); // prettier-ignore
  });
});

suite('runs are listed', () => {
  const at = scratch();

  test('newest first, with how they stand and what they came to', async () => {
    assert.deepEqual(await listRuns(at('none')), []);
    const root = at('runs');
    const one = await begun({ root, name: 'one', now: minute(1) });
    const three = await begun({ root, name: 'three', now: minute(3) });
    const two = await begun({ root, name: 'two', now: minute(2) });
    await one.end('finished', { figures: { testAccuracy: 0.98 } });
    await two.log({ step: 7, loss: 0.5, note: 'x' });
    await two.save(snapshotAt(7));
    await two.close();
    mkdirSync(at('runs', 'broken'));
    writeFileSync(at('runs', 'broken', 'run.json'), '{');
    mkdirSync(at('runs', 'else'));
    writeFileSync(at('runs', 'file'), '');
    let listed: Awaited<ReturnType<typeof listRuns>> = [];
    const warnings = await warned(async (onWarning) => {
      listed = await listRuns(root, { onWarning });
    });
    assert.deepEqual(warnings, [
      `readRun(${at('runs', 'broken')}): run.json is not a JSON object; restore it, or leave this run aside`,
    ]);
    assert.deepEqual(
      listed.map(({ record, state, figures, checkpoints }) => [record.name, state, figures, checkpoints]),
      [
        ['three', 'running', {}, []],
        ['two', 'interrupted', { step: 7, loss: 0.5 }, [7]],
        ['one', 'finished', { testAccuracy: 0.98 }, []],
      ],
    );
    assert.equal((await latestRun(root))?.record.name, 'three');
    assert.equal((await latestRun(root, ({ checkpoints }) => checkpoints.length > 0))?.record.name, 'two');
    assert.equal(await latestRun(root, () => false), undefined);
    await three.close();
    await refuses(listRuns(at('runs', 'file')), `listRuns: cannot read ${at('runs', 'file')} (ENOTDIR); choose another folder`); // prettier-ignore
  });
});

suite('runs are compared', () => {
  const at = scratch();

  test('by what was asked for differently, and by all figures', async () => {
    const root = at('runs');
    const made = async (rate: number, figures: Record<string, number>, extra = {}): Promise<void> => {
      const config = { epochs: 2, optimizer: { name: 'adam', rate }, sizes: [5, 5], ...extra };
      const run = await begun({ root, config, now: minute(rate * 1000), device: 'wasm' });
      await run.end('finished', { figures });
    };
    await made(0.001, { loss: 0.5 });
    await made(0.01, { loss: 0.3, accuracy: 0.9 }, { clip: 1 });
    const runs = await listRuns(root);
    const { same, columns, rows } = compareRuns(runs);
    const { eidos } = runs[0]?.record.versions ?? {};
    assert.deepEqual(same, {
      epochs: 2,
      'optimizer.name': 'adam',
      sizes: '[5,5]',
      seed: 1,
      device: 'wasm',
      eidos,
    });
    assert.deepEqual(columns, [
      { name: 'optimizer.rate', kind: 'config' },
      { name: 'clip', kind: 'config' },
      { name: 'loss', kind: 'figure' },
      { name: 'accuracy', kind: 'figure' },
    ]);
    assert.deepEqual(
      rows.map(({ run, cells }) => [basename(run.folder), cells]),
      [
        [basename(runs[0]?.folder ?? ''), [0.01, 1, 0.3, 0.9]],
        [basename(runs[1]?.folder ?? ''), [0.001, null, 0.5, null]],
      ],
    );
    assert.deepEqual(compareRuns([]), { same: {}, columns: [], rows: [] });
  });
});

suite('metrics', () => {
  const at = scratch();

  test('of a run, as lines and as curves, a torn last line left out', async () => {
    const run = await begun({ out: at('curves') });
    for (const step of [1, 2]) await run.log({ step, epoch: 1, loss: 1 / step, note: 'x' });
    await run.log({ step: 3, loss: Infinity });
    appendFileSync(at('curves', 'metrics.jsonl'), '{"step":4,"lo');
    assert.equal((await metricsOf(run)).length, 3);
    assert.deepEqual(await curves(run), [
      { name: 'epoch', x: [1, 2], y: [1, 1] },
      { name: 'loss', x: [1, 2, 3], y: [1, 0.5, NaN] },
    ]);
    await run.close();
    assert.deepEqual(await metricsOf({ folder: at('none') }), []);
  });

  test('lines end where one cannot be read', () => {
    assert.deepEqual(linesFrom(''), { lines: [], torn: false });
    assert.deepEqual(linesFrom('{"a":1}\n{"b'), { lines: [{ a: 1 }], torn: true });
    for (const bad of ['x', '3', '[]', 'null', ''])
      assert.deepEqual(linesFrom(`{"a":1}\n${bad}\n{"b":2}\n`), { lines: [{ a: 1 }], torn: true });
  });

  test('as a table a cell is quoted where it has to be', () => {
    const lines = [
      { step: 1, 'a "b"': 'x,y' },
      { step: 2, more: 'two\nlines', ok: true },
    ];
    assert.equal(metricsCsv(lines), 'step,"a ""b""",more,ok\r\n1,"x,y",,\r\n2,,"two\nlines",true\r\n');
    assert.deepEqual(curvesOf([{ loss: 1 }, { step: 'x', loss: 2 }]), []);
    assert.deepEqual(curvesOf([{ step: 9, epoch: 1, loss: 2 }], 'epoch'), [
      { name: 'step', x: [1], y: [9] },
      { name: 'loss', x: [1], y: [2] },
    ]);
  });
});
