// The studio follows its address: what stands there is chosen on the page, whether a link brought it, a hand wrote it, or
// back and forward did.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startStudio, type Studio } from '../cli/studio-server.ts';
import { drawByHand, launch, nine, readDigit, skip, visit } from './studio-kit.ts';

/** A stroke down the middle of the pad, as it stands in an address. */
const one = 'fzx_ZH-Mf74';

/** Changes what stands behind the #, as a hand would. */
const follow = (page: Page, hash: string): Promise<void> =>
  page.evaluate((to) => void (location.hash = to), hash);

/** Waits for a choice to be made. */
const chosen = (page: Page, name: string): Promise<void> =>
  page.getByRole('radio', { name, exact: true, checked: true }).waitFor({ state: 'attached' });

suite('browser: the address of the studio', { skip }, () => {
  let browser: Browser;
  let studio: Studio;
  before(async () => {
    [browser, studio] = await Promise.all([launch(), startStudio({ port: 0 })]);
  });
  after(() => Promise.all([browser.close(), studio.close()]));

  test('Draw: preparation, model and drawing; undo brings back the drawing before', async () => {
    const { page, check, close } = await visit(browser, `${studio.address}#draw?as=raw`);
    await drawByHand(page, nine);
    await page.waitForURL(/as=raw&drawing=/);
    const drawn = page.url();
    await follow(page, `#draw?model=simple-cnn&drawing=${one}`);
    const model = page.getByLabel('Model', { exact: true });
    await chosen(page, 'As in MNIST');
    assert.equal(await model.inputValue(), 'simple-cnn');
    assert.equal(await readDigit(page), '1');
    await page.goBack();
    await chosen(page, 'Only smaller');
    assert.equal(await model.inputValue(), 'freehand');
    assert.equal(page.url(), drawn);
    await page.getByRole('button', { name: 'Undo' }).click();
    assert.equal(await readDigit(page), '1');
    check();
    await close();
  });

  test('Idea: a class, a mix, and how it is searched for', async () => {
    const { page, check, close } = await visit(browser, studio.address);
    await follow(page, '#idea?class=3&budget=400&method=fourier&seed=7&priors=none');
    await chosen(page, '3');
    await follow(page, '#idea?mix=0,50,0,0,0,0,0,50,0,0&model=tutorial');
    const part = page.getByRole('slider', { name: 'Part of 7' });
    await part.waitFor();
    assert.equal(await part.inputValue(), '50');
    assert.equal(await page.getByLabel('Model', { exact: true }).inputValue(), 'tutorial');
    assert.equal(await page.getByLabel('Seed').inputValue(), '1');
    await page.goBack();
    await chosen(page, '3');
    assert.equal(await page.getByLabel(/^Method/).inputValue(), 'fourier');
    assert.equal(await page.getByLabel('Told of pictures').inputValue(), 'none');
    assert.equal(await page.getByLabel('Pictures to try').inputValue(), '400');
    assert.equal(await page.getByLabel('Seed').inputValue(), '7');
    check();
    await close();
  });

  test('Fool: what an attack is told; what cannot be had is what comes nearest', async () => {
    const { page, check, close } = await visit(browser, `${studio.address}#fool?to=8`);
    await chosen(page, '8');
    await follow(page, `#fool?to=3&attack=pgd&norm=l2&strength=9999&model=nobody&drawing=${one}`);
    await chosen(page, '3');
    await chosen(page, 'all together');
    const attack = page.getByLabel('Attack');
    assert.equal(await attack.inputValue(), 'pgd');
    await page.getByText(/% sure/).waitFor();
    // The strongest there is, and a model that is at hand.
    await page.waitForURL(/strength=600/);
    assert.doesNotMatch(page.url(), /model=/);
    assert.equal(await page.getByLabel('Model', { exact: true }).inputValue(), 'freehand');
    await page.goBack();
    await chosen(page, '8');
    assert.equal(await attack.inputValue(), 'smallest');
    assert.equal(await page.getByLabel('Model', { exact: true }).inputValue(), 'freehand');
    check();
    await close();
  });
});
