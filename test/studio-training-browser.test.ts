// Training in the studio as a person would: files are given, a run is paused, the page reloaded, the run resumed and
// ends to the bit as one that was never stopped; a tab crashes; a GAN is trained, looked at, drawn with; runs are
// compared, exported and removed. All in a real browser, on some of MNIST's digits.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startStudio, type Studio } from '../cli/studio-server.ts';
import { readZip } from '../src/data/zip.ts';
import { readSafetensors } from '../src/index.ts';
import { assertAccessible, assertFits, drawByHand, launch, readDigit, skip, visit } from './studio-kit.ts';
import { click, digits, folder, give, saved, turn } from './studio-training-kit.ts';

const scratch = mkdtempSync(join(tmpdir(), 'eidos-studio-'));

/** Steps done, from "Epoch 2 of 9, step 3 of 20". */
async function stepsIn(page: Page): Promise<number> {
  const text = (await page.locator('.now p').textContent()) ?? '';
  const [, epoch, , step, steps] = /Epoch (\d+) of (\d+), step (\d+) of (\d+)/.exec(text) ?? [];
  return (Number(epoch) - 1) * Number(steps) + Number(step);
}

const looks = async (page: Page, what: string): Promise<void> => {
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await assertFits(page, `${what} at ${width}`);
  }
  await assertAccessible(page, what);
};

/** In a page: takes what room the browser still gives it. */
async function fillUp(): Promise<void> {
  const opening = indexedDB.open('other things', 1);
  opening.onupgradeneeded = () => void opening.result.createObjectStore('noise', { autoIncrement: true });
  await new Promise((resolve, reject) => {
    opening.onsuccess = resolve;
    opening.onerror = () => reject(new Error(opening.error?.message));
  });
  const fits = (size: number): Promise<boolean> =>
    new Promise((resolve) => {
      const writing = opening.result.transaction('noise', 'readwrite');
      writing.objectStore('noise').add(crypto.getRandomValues(new Uint8Array(size)));
      writing.oncomplete = () => resolve(true);
      writing.onabort = () => resolve(false);
    });
  for (const size of [60_000, 6000, 600]) while (await fits(size));
}

suite('browser: training in the studio', { skip }, () => {
  let browser: Browser;
  let studio: Studio;
  let files: string[];
  before(async () => {
    [browser, studio, files] = await Promise.all([launch(), startStudio({ port: 0 }), digits(scratch)]);
  });
  after(async () => {
    await Promise.all([browser.close(), studio.close()]);
    rmSync(scratch, { recursive: true, force: true });
  });

  test('a run is paused and stepped, the page reloaded, the run resumed; it ends as one that was not', async () => {
    const there = await visit(browser, studio.address);
    const { page } = there;
    const settings = 'train?model=simple-cnn&epochs=24&batch=16&seed=3';
    await turn(page, settings);
    await give(page, files);
    await page
      .getByText('320 to learn from, 60 to be tested with, 10 classes, 28 × 28 pixels, grey.')
      .waitFor();
    await page.locator('dl.facts').waitFor();
    assert.match((await page.locator('dl.facts').textContent()) ?? '', /Parameters\s*6,554.*Steps\s*432/s);
    await click(page, 'Train');
    await page.waitForFunction(() =>
      /Epoch ([2-9]|1\d) of/.test(document.querySelector('.now p')?.textContent ?? ''),
    );
    await click(page, 'Pause');
    await page.getByRole('button', { name: 'Go on', exact: true }).waitFor();
    await page.waitForTimeout(400); // what is under way comes to its end
    const paused = await stepsIn(page);
    assert.ok(paused > 18 && paused < 432, `${paused} steps`);
    const before = await page.locator('.now p').textContent();
    await click(page, 'One step');
    await page.waitForFunction((was) => document.querySelector('.now p')?.textContent !== was, before);
    assert.equal(await stepsIn(page), paused + 1);
    assert.equal(await page.locator('table tbody tr').count(), 10);
    assert.ok((await page.locator('.both li').count()) > 0, 'some are misread');
    await looks(page, 'train');

    await page.reload();
    await turn(page, 'runs');
    await page.getByText('interrupted').waitFor();
    await click(page, 'Go on');
    await page.getByText(/Done: .* of the test examples are read right/).waitFor();

    await turn(page, settings);
    await page.locator('.told strong').waitFor();
    await page.locator('dl.facts').waitFor();
    await click(page, 'Train');
    await page.getByRole('button', { name: 'Pause', exact: true, disabled: false }).waitFor();
    await page.getByText(/Done: .* of the test examples are read right/).waitFor();

    await turn(page, 'runs');
    await page.locator('.runs > li').nth(1).waitFor();
    const [never, resumed] = [
      await saved(page, 0, 'Model (.safetensors)'),
      await saved(page, 1, 'Model (.safetensors)'),
    ];
    assert.deepEqual(readSafetensors(resumed).tensors, readSafetensors(never).tensors);
    for (const box of await page.locator('.runs input[type=checkbox]').all()) await box.check();
    await page.locator('.compared li').nth(1).waitFor();
    await page.locator('.runs > li').first().getByRole('button', { name: 'Look' }).click();
    await page.locator('.details svg').first().waitFor();
    await looks(page, 'runs');
    const zip = readZip(await saved(page, 1, 'Whole run (.zip)'), 'run').map(({ name }) =>
      name.replace(/^[^/]+\//, ''),
    );
    assert.ok(['run.json', 'metrics.jsonl', 'checkpoints/432/weights.safetensors'].every((name) => zip.includes(name)), zip.join()); // prettier-ignore
    await page.locator('.runs > li').first().getByRole('button', { name: 'Remove' }).click();
    await click(page, 'Remove for good');
    await page.waitForFunction(() => document.querySelectorAll('.runs > li').length === 1);
    // What was trained reads drawings, after a reload too.
    await page.reload();
    await click(page, 'Read drawings with it');
    await page.waitForFunction(() => document.querySelector('select')?.value.startsWith('run:'));
    await drawByHand(page, [[[120, 120], [300, 120], [200, 330]]]); // prettier-ignore
    assert.match(await readDigit(page), /^[0-9]$/);
    there.check();
    await there.close();
  });

  test('a tab that crashes loses nothing; a rule is guessed; a link restores the settings', async () => {
    const there = await visit(browser, studio.address);
    const { page } = there;
    const address = page.url();
    await turn(page, 'train?model=dense&epochs=400&batch=4');
    await give(page, files);
    await page.getByRole('button', { name: 'Guess the rule' }).click();
    await page.locator('.answer').waitFor();
    assert.match(
      (await page.locator('.answer').innerText()).replaceAll(/\s+/g, ' '),
      /y = 1 x \+ 1 y′ \+ 0 .*11 42 2 44/,
    );
    await page.locator('dl.facts').waitFor();
    await click(page, 'Train');
    await page.waitForFunction(() =>
      /Epoch ([3-9]|\d\d) of/.test(document.querySelector('.now p')?.textContent ?? ''),
    );
    const crashed = new Promise((resolve) => page.on('crash', resolve));
    const tools = await page.context().newCDPSession(page);
    void tools.send('Page.crash').catch(() => undefined);
    await crashed;
    const again = await page.context().newPage();
    await again.goto(`${address.split('#')[0]}#runs`);
    await again.getByText('interrupted').waitFor();
    const told = (await again.locator('.what').textContent()) ?? '';
    assert.ok(Number(/step ([\d,]+)/.exec(told)?.[1]?.replace(',', '')) >= 2 * 72, told);
    await again.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await click(again, 'Link to these settings');
    await click(again, 'Copied');
    const link = await again.evaluate(() => navigator.clipboard.readText());
    await click(again, 'Go on');
    await again.getByRole('button', { name: 'Stop', exact: true, disabled: false }).click();
    await again.getByText('Stopped and saved').waitFor();
    assert.ok(Number(await again.locator('progress').getAttribute('value')) >= 2 * 72);
    await again.goto('about:blank');
    await again.goto(link);
    await again.locator('.told strong').waitFor(); // the data came back with it
    assert.equal(await again.locator('#epochs').inputValue(), '400');
    assert.equal(await again.locator('#preset').inputValue(), 'dense');
    await there.close();
  });

  test('where the browser has no more room, that is said; what was saved stays and can be gone on with', async () => {
    const there = await visit(browser, studio.address);
    const { page } = there;
    const tools = await page.context().newCDPSession(page);
    const { origin } = new URL(page.url());
    await tools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 5_000_000 });
    await turn(page, 'train?model=dense&epochs=4000&batch=4');
    await give(page, files);
    await page.locator('dl.facts').waitFor();
    await click(page, 'Train');
    await page.waitForFunction(() =>
      /Epoch ([3-9]|\d\d+) of/.test(document.querySelector('.now p')?.textContent ?? ''),
    );
    await page.evaluate(fillUp);
    await page.getByText('the browser has no more room for this page').waitFor();
    // It goes on; and whether the last of it still fits depends on what the browser tidied up meanwhile.
    await click(page, 'Stop');
    await page.getByText(/Stopped and saved|What was saved by then stays/).waitFor();
    await tools.send('Storage.overrideQuotaForOrigin', { origin });
    await turn(page, 'runs');
    await page.locator('.what').waitFor();
    const told = (await page.locator('.what').textContent()) ?? '';
    assert.ok(Number(/step ([\d,]+)/.exec(told)?.[1]?.replace(',', '')) >= 2 * 72, told);
    there.check();
    await there.close();
  });

  test('a GAN trains 50 rounds, its past is looked at, its generator draws', async () => {
    const there = await visit(browser, studio.address, { locale: 'ja-JP' });
    const { page } = there;
    await turn(page, 'generate?rounds=50');
    await give(page, files);
    await page.locator('dl.facts').waitFor();
    await click(page, '勝負を始める');
    await page.getByText('勝負が終わりました').waitFor({ timeout: 120_000 });
    const slider = page.getByRole('slider', { name: '時間' });
    const grids = Number(await slider.getAttribute('max')) + 1;
    assert.ok(grids >= 40 && grids <= 52, `${grids} grids`);
    await page.getByText('ラウンド 50 で同じ数から描いた絵').waitFor();
    await slider.fill('0');
    await page.getByText('ラウンド 0 で同じ数から描いた絵').waitFor();
    const drawn = (): Promise<string> =>
      page.locator('.draw canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    const before = await drawn();
    await page.getByRole('slider', { name: '数 1', exact: true }).fill('3');
    await page.waitForFunction(
      (was) => document.querySelector<HTMLCanvasElement>('.draw canvas')?.toDataURL() !== was,
      before,
    );
    // The others have theirs, eight at a time: by keys to the last, and on to the first.
    const first = await drawn();
    const next = page.getByRole('button', { name: '次の数' });
    await next.press('Enter');
    await page.getByText('64 個のうち 9〜16').waitFor();
    assert.equal(await page.getByRole('slider', { name: '数 1', exact: true }).count(), 0);
    await page.getByRole('button', { name: '前の数' }).press('Enter');
    await page.getByRole('button', { name: '前の数' }).press('Enter');
    await page.getByText('64 個のうち 57〜64').waitFor();
    await page.getByRole('slider', { name: '数 64' }).press('End');
    await page.waitForFunction(
      (was) => document.querySelector<HTMLCanvasElement>('.draw canvas')?.toDataURL() !== was,
      first,
    );
    await next.press('Enter');
    assert.equal(await page.getByRole('slider', { name: '数 1', exact: true }).inputValue(), '3');
    const mixed = await drawn();
    await page.getByRole('slider', { name: '7', exact: true }).fill('1');
    await page.waitForFunction(
      (was) => document.querySelector<HTMLCanvasElement>('.draw canvas')?.toDataURL() !== was,
      mixed,
    );
    await page.locator('.wiper').focus();
    for (const press of ['Space', 'ArrowRight', 'ArrowRight', 'Space']) await page.keyboard.press(press);
    await page.getByRole('button', { name: '埋める', exact: true }).click();
    await page.locator('.side figure canvas').waitFor({ timeout: 60_000 });
    assert.equal(
      await page.locator('.side figure canvas').evaluate((one: HTMLCanvasElement) => one.width),
      5 * 29 - 1,
    );
    await page.getByRole('button', { name: 'ふつうを学ぶ' }).click();
    await drawByHand(page, [[[120, 120], [300, 120], [200, 330]]]); // prettier-ignore
    await page.locator('.verdict').waitFor();
    await looks(page, 'generate');

    await page.reload();
    await turn(page, 'runs');
    await page.getByText('完了').waitFor();
    await page.getByRole('button', { name: '見る' }).click();
    await page.locator('.details canvas').waitFor();
    await looks(page, 'runs, a GAN');
    await page.getByRole('button', { name: '描かせる' }).click();
    await page.locator('.draw canvas').waitFor();
    assert.equal(
      await page.locator('.draw canvas').evaluate((canvas: HTMLCanvasElement) => canvas.width),
      28,
    );
    there.check();
    await there.close();
  });

  test('a folder of own pictures is read, what is broken is named, and learned from', async () => {
    const there = await visit(browser, studio.address);
    const { page } = there;
    await turn(page, 'train?model=dense&epochs=2');
    await page.locator('input[webkitdirectory]').setInputFiles(folder(scratch));
    await page.getByText('1 file was left out').click();
    await page.getByText('light/7.png is a damaged PNG; copy or save it again').waitFor();
    await page
      .getByText(/19 to learn from, 4 to be tested with, 2 classes, 28 × 28 pixels, in colour/)
      .waitFor();
    await page.locator('dl.facts').waitFor();
    await click(page, 'Train');
    await page.getByText(/Done: .* of the test examples are read right/).waitFor();
    there.check();
    await there.close();
  });
});
