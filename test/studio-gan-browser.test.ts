// A GAN in the studio that is interrupted twice, by a reload and by a crash of the tab, and gone on with: in the end all
// its pictures and both networks are to the bit those of one that was left alone.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startStudio, type Studio } from '../cli/studio-server.ts';
import { readZip } from '../src/data/zip.ts';
import { launch, skip, visit } from './studio-kit.ts';
import { click, digits, give, saved, turn } from './studio-training-kit.ts';

const scratch = mkdtempSync(join(tmpdir(), 'eidos-studio-gan-'));

const settings = 'generate?rounds=60&seed=5';

/** Waits until the round is past a number. */
const past = (page: Page, round: number): Promise<unknown> =>
  page.waitForFunction(
    (least) => Number(document.querySelector('progress[max="60"]')?.getAttribute('value')) > least,
    round,
    { timeout: 120_000 },
  );

/** Pictures and the last checkpoint of a run, by name. */
async function kept(page: Page, run: number): Promise<ReadonlyMap<string, string>> {
  const entries = readZip(await saved(page, run, 'Whole run (.zip)'), 'run');
  const wanted = entries.flatMap((entry) => {
    const name = entry.name.replace(/^[^/]+\//, '');
    return /^pictures\/|^checkpoints\/60\/weights/.test(name) ? [[name, entry] as const] : [];
  });
  return new Map(
    await Promise.all(
      wanted.map(
        async ([name, entry]) => [name, Buffer.from(await entry.read()).toString('base64')] as const,
      ),
    ),
  );
}

suite('browser: a GAN that is interrupted', { skip }, () => {
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

  test('a reload and a crash change nothing', async (t) => {
    const there = await visit(browser, studio.address);
    const { page } = there;
    const address = page.url();
    await turn(page, settings);
    await give(page, files);
    await page.locator('dl.facts').waitFor();
    await click(page, 'Begin the game');
    await past(page, 8);
    await click(page, 'Pause');
    await page.getByRole('button', { name: 'Go on', exact: true }).waitFor();
    await page.waitForTimeout(400); // what is under way comes to its end
    await page.reload();
    await turn(page, 'runs');
    await page.getByText('interrupted').waitFor();
    await click(page, 'Go on');
    await past(page, 20);
    there.check();

    const crashed = new Promise((resolve) => page.on('crash', resolve));
    const tools = await page.context().newCDPSession(page);
    void tools.send('Page.crash').catch(() => undefined);
    await crashed;
    const again = await page.context().newPage();
    await again.goto(`${address.split('#')[0]}#runs`);
    await again.getByText('interrupted').waitFor();
    await click(again, 'Go on');
    await again.getByText('The game is over').waitFor({ timeout: 120_000 });

    await turn(again, settings);
    await again.locator('.told strong').waitFor();
    await again.locator('dl.facts').waitFor();
    await click(again, 'Begin the game');
    await past(again, 0);
    await again.getByText('The game is over').waitFor({ timeout: 120_000 });
    await turn(again, 'runs');
    await again.locator('.runs > li').nth(1).waitFor();
    const [never, resumed] = [await kept(again, 0), await kept(again, 1)];
    t.diagnostic(`${never.size - 1} pictures and the networks after 60 rounds`);
    assert.ok(never.has('checkpoints/60/weights.safetensors') && never.has('pictures/round-000060.png'));
    // Rounds of which a picture is kept may differ where it was paused; those of both are the same.
    const both = [...never.keys()].filter((name) => resumed.has(name));
    assert.ok(both.length >= 20, `${both.length} in both`);
    for (const name of both) assert.equal(resumed.get(name), never.get(name), name);
    await there.close();
  });
});
