// The studio's pages as pictures: every page in both languages, narrow and wide, light and dark, each as a person would
// leave it after using it; those that learn, which takes long, only wide and light.
//   node dist/bench/studio-pictures.js [folder [scene …]]          docs/pictures has five of them
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startStudio } from '../cli/studio-server.ts';
import { drawByHand, launch, nine, readDigit, visit } from '../test/studio-kit.ts';

const [folder = 'runs/studio-pictures', ...wanted] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const stage = '.stage[aria-busy="false"]';

interface Scene {
  readonly hash: string;
  /** What is done there. */
  readonly use: (page: Page) => Promise<unknown>;
  /** The headings that the picture begins with and ends before; the whole page unless said. */
  readonly part?: readonly [from: string, until: string];
}

/** Milliseconds for what takes long. */
const patience = { timeout: 600_000 };

/** By name. */
const scenes: Readonly<Record<string, Scene>> = {
  draw: {
    hash: 'draw',
    use: async (page) => {
      await drawByHand(page, nine);
      await readDigit(page);
      await page.locator('.digit').nth(4).click();
      await page.locator('.plates[aria-busy="false"]').waitFor();
    },
  },
  idea: { hash: 'idea?class=3', use: (page) => pressed(page, 0, `${stage} .time`) },
  mix: { hash: 'idea?mix=50,0,0,0,0,0,0,0,50,0', use: (page) => pressed(page, 0, `${stage} .time`) },
  classes: { hash: 'idea?class=3', use: (page) => pressed(page, 1, `${stage} li:nth-child(10) .judge`) },
  methods: { hash: 'idea?class=3', use: (page) => pressed(page, 2, `${stage} li:nth-child(8) .judge`) },
  fool: {
    hash: 'fool?to=8',
    use: async (page) => {
      await drawByHand(page, nine);
      await page.locator('form .primary').click();
      await page.locator('.result').waitFor();
    },
  },
  train: {
    hash: 'train?model=simple-cnn&epochs=4&limit=6000',
    use: async (page) => {
      await begun(page);
      await page.locator('.now p a').waitFor(patience);
    },
    part: ['#train-now', '#train-numbers'],
  },
  generate: {
    hash: 'generate?recipe=digits&rounds=400&limit=20000',
    use: async (page) => {
      await begun(page);
      await page.locator('progress[value="400"]').waitFor(patience);
      await page.locator('.again button').waitFor();
      await page.locator('.wiper').focus();
      for (const key of ['Space', ...Array.from({ length: 4 }, () => ['ArrowRight', 'Space']).flat()])
        await page.keyboard.press(key);
      await page.locator('.side .primary').click();
      await page.locator('.side figure canvas').waitFor(patience);
    },
    part: ['#gan-now', '#gan-odd'],
  },
};

/** Chooses MNIST, waits until it is known what the settings take, and begins. */
async function begun(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'MNIST', exact: true }).click();
  await page.locator('dl.facts').waitFor(patience);
  await page.locator('section .primary').first().click();
}

/** A picture of the page, or of a part of it. */
async function pictured(page: Page, path: string, part: Scene['part']): Promise<void> {
  await page.evaluate(() => scrollTo(0, 0));
  const [top, bottom] = await Promise.all(
    (part ?? []).map(async (heading) => ((await page.locator(heading).boundingBox())?.y ?? 0) - 24),
  );
  const width = page.viewportSize()?.width ?? 0;
  const clip = top !== undefined && bottom !== undefined && { x: 0, y: top, width, height: bottom - top };
  await page.screenshot({ path, fullPage: true, ...(clip && { clip }) });
}

/** Presses one of the page's actions and waits for what comes of it. */
async function pressed(page: Page, action: number, then: string): Promise<void> {
  await page.locator('.actions button').nth(action).click();
  await page.locator(then).waitFor({ timeout: 120_000 });
}

const [browser, studio] = await Promise.all([launch(), startStudio({ port: 0 })]);
try {
  for (const [name, { hash, use, part }] of Object.entries(scenes))
    for (const locale of ['en-GB', 'ja-JP'])
      for (const width of part ? [1280] : [360, 1280])
        for (const colorScheme of part ? (['light'] as const) : (['light', 'dark'] as const)) {
          if (wanted.length > 0 && !wanted.includes(name)) continue;
          const { page, check, close } = await visit(browser, `${studio.address}#${hash}`, {
            locale,
            colorScheme,
            viewport: { width, height: 900 },
          });
          await use(page);
          const file = `${name}-${locale.slice(0, 2)}-${width}-${colorScheme}.png`;
          await pictured(page, join(folder, file), part);
          check();
          console.log(file);
          await close();
        }
} finally {
  await browser.close();
  await studio.close();
}
