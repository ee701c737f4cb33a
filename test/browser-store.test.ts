// Runs in a real browser: paused, reloaded and resumed to the bit; a tab that crashes; a browser without room; two
// tabs; what is exported and taken up by Node. And folders that are dropped on a page.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { readZip } from '../src/data/zip.ts';
import { encodePng, open, pictures, readRun, resumeRun } from '../src/index.ts';
import { bundled, skip, started, visiting, type Visit } from './browser-kit.ts';
import { batchSize, epochs, network, spirals, weightsOf } from './browser/store-training.ts';

interface Look {
  readonly state: string;
  readonly checkpoints: readonly number[];
  readonly lines: readonly Record<string, number>[];
  readonly pictures: readonly string[];
  readonly resumed: number;
}

const steps = Math.ceil(spirals().count / batchSize);

suite('browser: runs that are kept', { skip }, () => {
  let browser: Browser;
  let script: string;
  before(async () => {
    script = await bundled('store-page.js');
    browser = await started();
  });
  after(() => browser.close());
  const visit = (use: (visit: Visit) => Promise<void>): Promise<void> =>
    visiting(browser, script, async (found) => {
      await use(found);
      assert.deepEqual(found.complaints, []);
    });

  test('paused, reloaded and resumed, a run ends as one that was never stopped; Node ends it alike', () =>
    visit(async ({ page: opened, call }) => {
      const page = await opened();
      const never = await call<number[]>(page, 'whole');
      const name = await call<string>(page, 'begin', 'spirals', { epoch: 2, step: 5 });
      await page.waitForFunction('window.last?.epoch === 2 && window.last.step === 5');
      const at = await call<Record<string, number>>(page, 'pause');
      assert.equal(at['epoch'], 2);
      await page.reload();
      await page.waitForFunction('window.work');
      const paused = await call<Look>(page, 'look', name);
      assert.equal(paused.state, 'interrupted');
      assert.ok(
        paused.checkpoints[0]! > steps && paused.checkpoints[0]! < 2 * steps,
        paused.checkpoints.join(),
      );
      assert.deepEqual(paused.pictures, ['epoch-1.png']);
      const zip = Uint8Array.from(await call<number[]>(page, 'exported', name));

      const ended = await call<{ weights: number[]; step: number }>(page, 'finish', name);
      assert.equal(ended.step, paused.checkpoints[0]);
      assert.deepEqual(ended.weights, never);
      const look = await call<Look>(page, 'look', name);
      assert.deepEqual([look.state, look.resumed, look.checkpoints[0]], ['finished', 1, epochs * steps]);
      assert.deepEqual(look.lines.map(({ epoch }) => epoch), [1, 2, 3, 4]); // prettier-ignore
      assert.deepEqual(
        look.pictures,
        [1, 2, 3, 4].map((n) => `epoch-${n}.png`),
      );
      assert.deepEqual(await goneOn(zip, name), never);
    }));

  test('a tab that crashes loses nothing but what was being saved', () =>
    visit(async ({ page: opened, call, tools }) => {
      const page = await opened();
      const name = await call<string>(page, 'begin', 'crash');
      await page.waitForFunction('window.last?.epoch >= 2');
      const crashed = new Promise((resolve) => page.on('crash', resolve));
      void (await tools(page)).send('Page.crash').catch(() => undefined);
      await crashed;
      const other = await opened();
      const look = await call<Look>(other, 'look', name);
      assert.equal(look.state, 'interrupted');
      assert.ok(look.checkpoints[0]! >= steps, look.checkpoints.join());
      assert.equal(look.lines[0]?.['epoch'], 1);
      const never = await call<number[]>(other, 'whole');
      const { weights } = await call<{ weights: number[] }>(other, 'finish', name);
      assert.deepEqual(weights, never);
    }));

  test('without room it says so, keeps what is there, and goes on when there is room again', () =>
    visit(async ({ base: origin, page: opened, call, tools }) => {
      const page = await opened();
      // Before anything is written: browsers remember for a while how much room there was.
      const quota = await tools(page);
      await quota.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 500_000 });
      const name = await call<string>(page, 'hand', 'full', false);
      assert.equal(await call(page, 'save', 1, 1000), 'nothing');
      const said = await call<string>(page, 'save', 2, 1_000_000);
      assert.equal(
        said,
        `save: cannot write ${name} (QuotaExceededError: the browser has no more room for this page); what was saved before is intact and training can go on; remove runs or export them, then save again`,
      );
      const load = (): Promise<unknown> => call(page, 'load', name, 'latest');
      assert.deepEqual(await load(), { step: 1, first: 1, warnings: [] });
      await quota.send('Storage.overrideQuotaForOrigin', { origin });
      assert.equal(await call(page, 'log', 3), 'nothing');
      assert.equal(await call(page, 'save', 3, 1_000_000), 'nothing');
      assert.deepEqual(await load(), { step: 3, first: 3, warnings: [] });
      await call(page, 'end');
      assert.deepEqual((await call<Look>(page, 'look', name)).lines, [{ step: 3, loss: 1 / 3 }]);
    }));

  test('keeps the newest and the best, passes over a damaged one, and forgets what came after it', () =>
    visit(async ({ page: opened, call }) => {
      const page = await opened();
      const name = await call<string>(page, 'hand', 'hand', true);
      assert.equal(name, '2026-01-02-030405-hand-5');
      for (const [step, loss] of [
        [1, 3],
        [2, 1],
        [3, 2],
        [4, 2],
      ] as const)
        // prettier-ignore
        for (const job of ['log', 'save']) await call(page, job, step, 4, ...(job === 'save' ? [loss] : []));
      const look = (): Promise<Look> => call<Look>(page, 'look', name);
      assert.deepEqual((await look()).checkpoints, [4, 3, 2]);
      assert.deepEqual(await call(page, 'load', name, 'best'), { step: 2, first: 2, warnings: [] });
      await call(page, 'damage', name, 4);
      await call(page, 'close');
      const [warning] = (await call<{ warnings: string[] }>(page, 'load', name, 'latest')).warnings;
      assert.match(
        warning ?? '',
        /\/4 is damaged \(weights\.safetensors has not the checksum .*; the one before/,
      );
      assert.equal(await call(page, 'resume', name), 'nothing');
      const { checkpoints, lines } = await look();
      assert.deepEqual([checkpoints, lines.length], [[3, 2], 3]);
    }));

  test('one tab writes a run, others are told', () =>
    visit(async ({ page: opened, call }) => {
      const [one, other] = [await opened(), await opened()];
      const first = await call<string>(one, 'hand', 'two', false);
      const second = await call<string>(other, 'hand', 'two', false);
      assert.equal(second, `${first}-2`);
      assert.equal((await call<Look>(other, 'look', first)).state, 'running');
      assert.equal(
        await call(other, 'resume', first),
        `resume: ${first} is being trained in another tab; stop it there first`,
      );
      assert.equal(await call(other, 'remove', first), `remove: ${first} is being trained; stop it first`);
      await call(one, 'end');
      assert.deepEqual(await call(other, 'list'), [second, first]);
      assert.equal(await call(other, 'remove', first), 'nothing');
      assert.deepEqual(await call(other, 'list'), [second]);
      assert.match(await call<string>(other, 'resume', first), /there is no run .*list\(\) names those/);
    }));

  test('a folder that is dropped is what Node reads from it; what is broken is named', () =>
    visit(async ({ page: opened, call }) => {
      const page = await opened();
      const folder = mkdtempSync(join(tmpdir(), 'eidos-drop-'));
      try {
        const files = ['b/2.png', 'b/1.png', 'ä/x.png', 'ä/.DS_Store', 'ä/broken.png', 'ä/words.txt'].map(
          (path, i) => ({
            path,
            bytes: bytesOf(path, i),
          }),
        );
        for (const { path, bytes } of files) {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), bytes);
        }
        const plain = files.map(({ path, bytes }) => ({ path: `mine/${path}`, bytes: Array.from(bytes) }));
        const dropped = await call<Record<string, unknown>>(page, 'dropped', plain, false);
        const {
          images,
          labels,
          classes,
          skipped,
          shape,
          files: paths,
        } = await pictures(folder, { size: 16 });
        assert.deepEqual(dropped, {
          images: Array.from(images),
          labels: Array.from(labels),
          classes,
          skipped,
          shape,
          files: paths,
        });
        assert.deepEqual(skipped.map(({ file }) => file), ['ä/broken.png', 'ä/words.txt']); // prettier-ignore
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
      const own = await call<{ images: number[]; classes: string[]; skipped: object[] }>(
        page,
        'dropped',
        [],
        true,
      );
      assert.deepEqual(own.classes, ['mine']);
      assert.ok(own.images[0]! > 245 && own.images[1]! < 12, own.images.slice(0, 3).join());
      assert.deepEqual(own.skipped, [
        {
          file: 'b.jpg',
          why: 'is JPEG, damaged or not known to this browser',
          advice: 'save it again, as PNG or JPEG',
        },
      ]);
    }));
});

/** A file for a path: a picture of its own, or what is none. */
function bytesOf(path: string, i: number): Uint8Array {
  if (!path.endsWith('.png')) return new TextEncoder().encode('no picture');
  const [width, height] = [20 + i, 18];
  const data = Uint8Array.from({ length: 3 * width * height }, (_, at) => (at * (i + 3)) % 251);
  const png = encodePng({ width, height, channels: 3, data });
  return path.includes('broken') ? png.subarray(0, 60) : png;
}

/** The run of an exported folder, unpacked and trained to its end in Node: its weights. */
async function goneOn(zip: Uint8Array, name: string): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'eidos-export-'));
  try {
    for (const entry of readZip(zip, 'export')) {
      const path = join(folder, entry.name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, await entry.read());
    }
    assert.equal((await readRun(join(folder, name))).state, 'interrupted');
    const { run, snapshot } = await resumeRun(join(folder, name));
    const device = await open({ device: 'wasm', threads: 1 });
    const model = network(device);
    if (snapshot) await model.restore(snapshot);
    await model.fit(spirals(), { epochs, batchSize, resume: true });
    const weights = await weightsOf(model);
    await run.end('finished');
    await device.close();
    return weights;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
