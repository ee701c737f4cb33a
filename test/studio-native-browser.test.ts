// The studio's page has its server train on `native`: MNIST for an epoch, paused, stepped, gone on with after a reload;
// then a server that is ended by Ctrl-C meanwhile, and the run gone on with when it is there again; and own pictures,
// gone on with in Node too.
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, suite, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startStudio, type Studio } from '../cli/studio-server.ts';
import { readZip } from '../src/data/zip.ts';
import { open, readSafetensors } from '../src/index.ts';
import { root } from './project.ts';
import { assertAccessible, assertFits, drawByHand, launch, readDigit, skip, visit } from './studio-kit.ts';
import { click, folder, saved, turn } from './studio-training-kit.ts';

/** Why `native` cannot be tested here, if it cannot. */
const lacking = await open({ device: 'native' }).then(
  async (device) => {
    await device.close();
    return false;
  },
  (error: unknown) => String(error),
);

const told = (page: Page): Promise<string> => page.locator('.now p').innerText();

/** Chooses MNIST and `native`, and waits until it is known what it will take. */
async function prepare(page: Page, settings: string): Promise<void> {
  await turn(page, settings);
  await click(page, 'MNIST');
  await page.getByText('60,000 to learn from').waitFor();
  await page.getByRole('radio', { name: /native/ }).check();
  await page.locator('dl.facts').waitFor();
}

/** A step more than there were. */
async function step(page: Page): Promise<void> {
  const before = await told(page);
  await click(page, 'One step');
  await page.waitForFunction(
    (was) => document.querySelector<HTMLElement>('.now p')?.innerText !== was,
    before,
  );
  const count = (text: string): number => Number(/step ([\d,]+) of/.exec(text)?.[1]?.replaceAll(',', ''));
  assert.equal(count(await told(page)), count(before) + 1);
}

/** Writes the files of a zip file. */
async function unpack(bytes: Uint8Array, into: string): Promise<void> {
  for (const entry of readZip(bytes, 'run')) {
    const path = join(into, entry.name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await entry.read());
  }
}

/** `eidos studio` in a process of its own. */
async function serve(port: string): Promise<{ readonly child: ChildProcess; readonly address: string }> {
  const main = join(root, 'dist/cli/main.js');
  const child = spawn(process.execPath, [main, 'studio', '--port', port, '--no-open', '--quiet', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, address: (JSON.parse(line) as { address: string }).address };
}

suite('browser: training on native', { skip: skip || lacking }, () => {
  let browser: Browser;
  let studio: Studio;
  before(async () => {
    [browser, studio] = await Promise.all([launch(), startStudio({ port: 0 })]);
  });
  after(() => Promise.all([browser.close(), studio.close()]));

  test('an epoch of MNIST: paused, stepped, the page reloaded, gone on with; then it reads', async (t) => {
    const there = await visit(browser, studio.address);
    const { page } = there;
    await prepare(page, 'train?model=simple-cnn&epochs=1&seed=3');
    assert.match(page.url(), /on=native/);
    await click(page, 'Train');
    await page.waitForFunction(() =>
      /step [2-9]\d/.test(document.querySelector<HTMLElement>('.now p')?.innerText ?? ''),
    );
    await click(page, 'Pause');
    await page.getByRole('button', { name: 'Go on', exact: true }).waitFor();
    await page.waitForTimeout(400); // what is under way comes to its end
    const paused = await told(page);
    await page.waitForTimeout(400);
    assert.equal(await told(page), paused, 'nothing is learned while it is paused');
    await step(page);
    await step(page);
    // What it gives for an example, by its newest weights.
    assert.ok((await page.locator('.both li').count()) > 0, 'some are misread');
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await assertFits(page, `train on native at ${width}`);
    }
    await assertAccessible(page, 'train on native');

    await page.reload();
    await turn(page, 'runs');
    await page.getByText('interrupted').waitFor();
    await click(page, 'Go on');
    const done = page.getByText(/Done: .* of the test examples are read right/);
    await done.waitFor({ timeout: 90_000 });
    const accuracy = Number(/([\d.]+)\s?%/.exec(await done.innerText())?.[1]);
    t.diagnostic(`${accuracy} % after an epoch on native`);
    assert.ok(accuracy > 95, `${accuracy} %`);
    const table = await page.locator('table tbody td').allInnerTexts();
    const counts = table.map(Number).filter(Number.isFinite);
    assert.equal(
      counts.reduce((a, b) => a + b, 0),
      10_000,
      'all test examples are in the table',
    );
    assert.ok((await page.locator('svg path, svg polyline').count()) > 0, 'there are curves');

    await turn(page, 'runs');
    await page
      .locator('.what')
      .getByText(/native, \d+ threads?/)
      .waitFor();
    await click(page, 'Read drawings with it');
    await drawByHand(page, [[[110, 110], [200, 105], [300, 105], [250, 210], [210, 330]]]); // prettier-ignore
    assert.equal(await readDigit(page), '7');
    there.check();
    await there.close();
  });

  test('stopped by hand; and a second page is told that one is being trained', async () => {
    const there = await visit(browser, studio.address);
    const { page } = there;
    await prepare(page, 'train?model=dense&epochs=2000');
    await click(page, 'Train');
    await page.getByText(/Epoch ([2-9]|\d\d+) of 2000/).waitFor();
    const other = await visit(browser, studio.address);
    await prepare(other.page, 'train?model=dense&epochs=2');
    await click(other.page, 'Train');
    await other.page.getByText('Something is being trained already').waitFor();
    await other.close();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText('Stopped and saved').waitFor();
    there.check();
    await there.close();
  });

  test('own pictures: gone on with in the page after a reload, and in Node where their folder is named, to the same bits', async (t) => {
    const scratch = mkdtempSync(join(tmpdir(), 'eidos-studio-own-'));
    t.after(() => rmSync(scratch, { recursive: true, force: true }));
    const own = folder(scratch);
    const there = await visit(browser, studio.address);
    const { page } = there;
    await turn(page, 'train?model=dense&epochs=400&batch=4');
    await page.locator('input[webkitdirectory]').setInputFiles(own);
    await page.getByText('19 to learn from').waitFor();
    await page.getByRole('radio', { name: /native/ }).check();
    await page.locator('dl.facts').waitFor();
    await click(page, 'Train');
    await page.getByText(/Epoch ([3-9]|\d\d+) of 400/).waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText('Stopped and saved').waitFor();
    await page.reload();
    await turn(page, 'runs');
    await unpack(await saved(page, 0, 'Whole run (.zip)'), join(scratch, 'runs'));
    await click(page, 'Go on');
    await page.getByText(/Done: .* of the test examples are read right/).waitFor({ timeout: 60_000 });
    await turn(page, 'runs');
    await page.getByText('finished').waitFor();
    const inPage = readSafetensors(await saved(page, 0, 'Model (.safetensors)')).tensors;
    there.check();
    await there.close();

    const [run = ''] = readdirSync(join(scratch, 'runs'));
    const eidos = (...words: string[]): ReturnType<typeof spawnSync> =>
      spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...words, '--quiet'], {
        cwd: scratch,
        encoding: 'utf8',
      });
    const named = eidos('train', 'mine', '--resume', `runs/${run}`);
    assert.equal(named.status, 0, String(named.stderr));
    const steps = Math.max(...readdirSync(join(scratch, 'runs', run, 'checkpoints')).map(Number));
    const weights = join(scratch, 'runs', run, 'checkpoints', String(steps), 'weights.safetensors');
    const inNode = readSafetensors(readFileSync(weights)).tensors;
    assert.equal(steps, 400 * 5);
    assert.ok(inNode.length > 0);
    assert.deepEqual(
      inNode,
      inPage.filter(({ name }) => inNode.some((one) => one.name === name)),
    );
  });

  test('Ctrl-C of the server: the page saves what was learned, and goes on when there is one again', async (t) => {
    const first = await serve('0');
    t.after(() => first.child.kill());
    const there = await visit(browser, first.address);
    const { page } = there;
    await prepare(page, 'train?model=dense&epochs=60');
    await click(page, 'Train');
    await page.getByText(/Epoch ([3-9]|\d\d) of 60/).waitFor();
    const ended = once(first.child, 'exit');
    first.child.kill('SIGINT');
    await page.getByText('Stopped and saved').waitFor();
    assert.deepEqual(await ended, [130, null]);
    there.check();

    const second = await serve(new URL(first.address).port);
    t.after(() => second.child.kill());
    await page.goto(second.address);
    await turn(page, 'runs');
    await page.getByText('stopped', { exact: true }).waitFor();
    const what = (await page.locator('.what').textContent()) ?? '';
    // In the third epoch, when it was ended.
    assert.ok(Number(/step ([\d,]+)/.exec(what)?.[1]?.replace(',', '')) >= 2 * 469, what);
    await click(page, 'Go on');
    await page.getByText(/Done: .* of the test examples are read right/).waitFor({ timeout: 90_000 });
    there.check();
    await there.close();
  });
});
