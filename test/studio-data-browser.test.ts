// Data sets that the studio's page has from its server: Fashion-MNIST where this machine has it, learned from, with its
// classes by their names; and one that cannot be had, which is said in one line with the way out.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { startStudio, type Studio } from '../cli/studio-server.ts';
import { dataset, type DatasetName } from '../src/index.ts';
import { assertAccessible, assertFits, launch, skip, visit } from './studio-kit.ts';
import { click, turn } from './studio-training-kit.ts';

/** Whether a data set is on this machine. */
const isHere = (name: DatasetName): Promise<boolean> =>
  dataset(name, { download: false }).then(
    () => true,
    () => false,
  );

suite('browser: data from the server of the studio', { skip }, () => {
  let browser: Browser;
  let studio: Studio;
  before(async () => {
    [browser, studio] = await Promise.all([launch(), startStudio({ port: 0 })]);
  });
  after(() => Promise.all([browser.close(), studio.close()]));

  test('Fashion-MNIST is fetched and learned from; its classes have names', async (t) => {
    if (!(await isHere('fashion-mnist'))) {
      t.skip('Fashion-MNIST is not on this machine; eidos data --download fetches it');
      return;
    }
    const there = await visit(browser, studio.address);
    const { page } = there;
    await turn(page, 'train?model=dense&epochs=2&limit=6000');
    await click(page, 'Fashion-MNIST');
    await page
      .getByText('60,000 to learn from, 10,000 to be tested with, 10 classes, 28 × 28 pixels, grey.')
      .waitFor();
    await page.locator('dl.facts').waitFor();
    await click(page, 'Train');
    const done = page.getByText(/Done: .* of the test examples are read right/);
    await done.waitFor({ timeout: 60_000 });
    const accuracy = Number(/([\d.]+)\s?%/.exec(await done.innerText())?.[1]);
    t.diagnostic(`dense: ${accuracy} % of Fashion-MNIST's test examples after two epochs of 6,000`);
    assert.ok(accuracy > 65 && accuracy < 95, `${accuracy} %`);
    await page.locator('th[scope=row]', { hasText: 'Ankle boot' }).waitFor();
    await page.getByRole('button', { name: '日本語' }).click();
    await page.locator('th[scope=row]', { hasText: 'ワンピース' }).waitFor();
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await assertFits(page, `clothes at ${width}`);
    }
    await assertAccessible(page, 'clothes');
    there.check();
    await there.close();
  });

  test('one that is not here is refused in one line, with the way out; another can be had then', async (t) => {
    if (await isHere('kmnist')) {
      t.skip('KMNIST is on this machine');
      return;
    }
    const there = await visit(browser, studio.address);
    const { page } = there;
    await turn(page, 'train');
    await click(page, 'KMNIST');
    const line = page.getByText('The server has no kmnist: ');
    await line.waitFor();
    const said = await line.innerText();
    t.diagnostic(said);
    assert.match(said, /download|fetch/i);
    assert.ok(!said.includes('\n'), said);
    await click(page, 'MNIST');
    await page.getByText('60,000 to learn from').waitFor();
    await there.close();
  });
});
