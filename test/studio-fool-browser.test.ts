// Fooling in the studio: a drawing is changed until it is read otherwise, by every kind of attack; as it is when that is
// asked for; and what takes long, the coach too, can be stopped. What comes of it is read in Node.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { Studio } from '../cli/studio-server.ts';
import { drawByHand, greyOf, nine, skip, turnTo, visit, withReader, type Reading } from './studio-kit.ts';

suite('browser: fooling in the studio', { skip }, () => {
  let browser: Browser;
  let studio: Studio;
  let readInNode: Reading['readInNode'];
  let closeAll: Reading['close'];
  before(async () => {
    ({ browser, studio, readInNode, close: closeAll } = await withReader());
  });
  after(() => closeAll());

  test('an attack and the coach can be stopped, and what was found until then is shown', async (t) => {
    const { page, check, close } = await visit(browser, `${studio.address}#fool?to=8&model=mlp784`);
    await drawByHand(page, nine);
    await page.getByText(/% sure/).waitFor();
    const stop = page.getByRole('button', { name: 'Stop', exact: true });
    const seconds = async (work: () => Promise<unknown>): Promise<number> => {
      const began = performance.now();
      await work();
      return (performance.now() - began) / 1000;
    };
    const begin = page.getByRole('button', { name: 'Fool it' });
    const whole = await seconds(async () => {
      await begin.click();
      await page.locator('.outcome[aria-busy="false"] canvas').first().waitFor();
    });
    await begin.click();
    await page.waitForTimeout(200);
    const attack = await seconds(async () => {
      await stop.click();
      await page.locator('.outcome[aria-busy="false"] canvas').first().waitFor();
    });
    await turnTo(page, 'draw');
    await page.getByLabel('Model', { exact: true }).selectOption('mlp784');
    await page.getByRole('button', { name: 'Why not my 4?' }).click();
    await page.waitForTimeout(200);
    const advice = await seconds(async () => {
      await stop.click();
      await page.locator('.plates[aria-busy="false"]').waitFor();
    });
    t.diagnostic(
      `${attack.toFixed(2)} and ${advice.toFixed(2)} s after Stop; a whole attack ${whole.toFixed(2)} s`,
    );
    assert.ok(attack < 0.7 * whole && advice < 0.7 * whole);
    assert.equal(await stop.count(), 0);
    await page.getByText('This is my 4.').waitFor();
    check();
    await close();
  });

  test('what is fooled is the drawing as it is at the click, though only a part of it was read', async () => {
    const { page, check, close } = await visit(browser, `${studio.address}#idea`);
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    // No model reads before it is there.
    await page.route('**/models/freehand.safetensors', async (route) => {
      await answered;
      await route.continue();
    });
    await page.goto(`${page.url().split('#')[0]}#fool?to=8`);
    const [loop = [], ...others] = nine;
    await drawByHand(page, [loop.slice(0, 8)]);
    await page.waitForTimeout(100); // it is asked what this is
    await drawByHand(page, [loop.slice(7), ...others]);
    await page.getByRole('button', { name: 'Fool it' }).click();
    answer();
    await page.getByRole('heading', { name: 'Fooled: the 9 is read as 8' }).waitFor();
    assert.equal(await readInNode(await greyOf(page, '.plates figure:nth-child(1) canvas')), 9);
    // Asked for what it is read as already, it is left alone, and that is said.
    await page.getByRole('radio', { name: '9' }).check({ force: true });
    await page.getByRole('status').getByText('It is read so already').waitFor();
    await page.getByRole('button', { name: 'Fool it' }).click();
    await page.locator('.plates').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Fool it' }).waitFor();
    assert.equal(await page.locator('.plates').count(), 0);
    check();
    await close();
  });

  for (const attack of ['smallest', 'pgd', 'few-pixels'])
    test(`a 9 becomes an 8 for the model by ${attack}`, async () => {
      const { page, check, close } = await visit(browser, `${studio.address}#fool?to=8&attack=${attack}`);
      await drawByHand(page, nine);
      await page.getByRole('button', { name: 'Fool it' }).click();
      await page.getByRole('heading', { name: 'Fooled: the 9 is read as 8' }).waitFor();
      const plate = (n: number): Promise<Uint8Array> => greyOf(page, `.plates figure:nth-child(${n}) canvas`);
      assert.equal(await readInNode(await plate(1)), 9);
      assert.equal(await readInNode(await plate(3)), 8);
      check();
      await close();
    });
});
