// What the tests of training in the studio share: some of MNIST as files, a folder of pictures, and a hand that gives them, turns pages by
// their address, presses buttons and takes what is saved.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { writeIdx } from '../src/data/idx.ts';
import { encodePng, mnist, subset } from '../src/index.ts';

/** Some of MNIST as its four files. */
export async function digits(scratch: string): Promise<string[]> {
  const { train, test: others } = await mnist();
  const files = { train: subset(train, 320), t10k: subset(others, 60) };
  return Object.entries(files).flatMap(([name, { images, labels, count }]) => {
    const paths = [`${name}-images-idx3-ubyte`, `${name}-labels-idx1-ubyte`].map((file) =>
      join(scratch, file),
    );
    writeFileSync(paths[0] ?? '', writeIdx([count, 28, 28], images));
    writeFileSync(paths[1] ?? '', writeIdx([count], labels));
    return paths;
  });
}

/** A folder of small colour pictures, and one that is broken. */
export function folder(scratch: string): string {
  const path = join(scratch, 'mine');
  for (let i = 0; i < 24; i++) {
    const kind = i % 2 ? 'light' : 'dark';
    mkdirSync(join(path, kind), { recursive: true });
    const data = Uint8Array.from(
      { length: 3 * 20 * 20 },
      (_, at) => ((at * 7 + i * 31) % 90) + (i % 2 ? 150 : 0),
    );
    const png = encodePng({ width: 20, height: 20, channels: 3, data });
    writeFileSync(join(path, kind, `${i}.png`), i === 7 ? png.subarray(0, 50) : png);
  }
  return path;
}

/** Shows a page by its address behind the #. */
export const turn = async (page: Page, address: string): Promise<void> => {
  await page.goto(`${page.url().split('#')[0]}#${address}`);
  await page.locator('main h1').waitFor();
};

/** Gives files, and waits until they are read. */
export const give = async (page: Page, files: readonly string[]): Promise<void> => {
  await page.locator('input[type=file]:not([webkitdirectory])').setInputFiles([...files]);
  await page.locator('.told strong').waitFor();
};

/** Presses the first button of that name. */
export const click = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).first().click();

/** What a button of a run saves. */
export async function saved(page: Page, run: number, name: string): Promise<Uint8Array> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('.runs > li').nth(run).getByRole('button', { name, exact: true }).click(),
  ]);
  return readFileSync(await download.path());
}
