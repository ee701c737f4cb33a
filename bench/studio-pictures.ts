// The studio's pages as pictures: every page in both languages, narrow and wide, light and dark, each as a person would
// leave it after using it.
//   node dist/bench/studio-pictures.js [folder]          docs/pictures has two of them
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startStudio } from '../cli/studio-server.ts';
import { drawByHand, launch, nine, readDigit, visit } from '../test/studio-kit.ts';

const folder = process.argv[2] ?? 'runs/studio-pictures';
mkdirSync(folder, { recursive: true });

const stage = '.stage[aria-busy="false"]';

/** By name: where the page is, and what is done there. */
const scenes: Readonly<Record<string, readonly [hash: string, use: (page: Page) => Promise<unknown>]>> = {
  draw: [
    'draw',
    async (page) => {
      await drawByHand(page, nine);
      await readDigit(page);
      await page.locator('.digit').nth(4).click();
      await page.locator('.plates[aria-busy="false"]').waitFor();
    },
  ],
  idea: ['idea?class=3', (page) => pressed(page, 0, `${stage} .time`)],
  mix: ['idea?mix=50,0,0,0,0,0,0,0,50,0', (page) => pressed(page, 0, `${stage} .time`)],
  classes: ['idea?class=3', (page) => pressed(page, 1, `${stage} li:nth-child(10) .judge`)],
  methods: ['idea?class=3', (page) => pressed(page, 2, `${stage} li:nth-child(8) .judge`)],
  fool: [
    'fool?to=8',
    async (page) => {
      await drawByHand(page, nine);
      await page.locator('form .primary:enabled').click();
      await page.locator('.result').waitFor();
    },
  ],
};

/** Presses one of the page's actions and waits for what comes of it. */
async function pressed(page: Page, action: number, then: string): Promise<void> {
  await page.locator('.actions button').nth(action).click();
  await page.locator(then).waitFor({ timeout: 120_000 });
}

const [browser, studio] = await Promise.all([launch(), startStudio({ port: 0 })]);
try {
  for (const [name, [hash, use]] of Object.entries(scenes))
    for (const locale of ['en-GB', 'ja-JP'])
      for (const width of [360, 1280])
        for (const colorScheme of ['light', 'dark'] as const) {
          const { page, check, close } = await visit(browser, `${studio.address}#${hash}`, {
            locale,
            colorScheme,
            viewport: { width, height: 900 },
          });
          await use(page);
          await page.evaluate(() => scrollTo(0, 0));
          const file = `${name}-${locale.slice(0, 2)}-${width}-${colorScheme}.png`;
          await page.screenshot({ path: join(folder, file), fullPage: true });
          check();
          console.log(file);
          await close();
        }
} finally {
  await browser.close();
  await studio.close();
}
