// What the studio looks like and how it is reached: every page in both languages, narrow and wide, light and dark, with
// and without isolation, by axe's rules; and how much a visitor loads.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { startStudio, type Studio } from '../cli/studio-server.ts';
import { root } from './project.ts';
import {
  assertAccessible,
  assertFits,
  drawByHand,
  launch,
  readDigit,
  skip,
  turnTo,
  visit,
} from './studio-kit.ts';

const built = join(root, 'dist/studio');

const seven = [[[110, 110], [200, 105], [300, 105], [250, 210], [210, 330]]] as const; // prettier-ignore

const namesOf = (page: Page): Promise<string[]> =>
  page.locator('nav a').evaluateAll((all) => all.map((one) => one.getAttribute('href')?.slice(1) ?? ''));

/** One line of a browser's trace. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of the processor. */
  readonly tdur?: number;
  readonly args?: { readonly beginData?: { readonly url?: string } };
}

/**
 * Milliseconds of the processor that tasks on the own thread of a page of this origin took, the longest first. Not of the
 * clock: a thread that waits for its turn on a busy machine does nothing meanwhile. The browser's own pages, as the one
 * below its address field, do not count.
 */
function tasksIn(trace: Buffer, origin: string): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;
  const own = traceEvents
    .filter(({ name, args }) => name === 'ParseHTML' && args?.beginData?.url?.startsWith(`${origin}/`))
    .map(threadOf);
  return traceEvents
    .filter((event) => event.name.endsWith('RunTask') && own.includes(threadOf(event)))
    .map(({ tdur = 0 }) => tdur / 1000)
    .sort((x, y) => y - x);
}

suite('browser: the looks of the studio', { skip }, () => {
  let browser: Browser;
  let studio: Studio;
  before(async () => {
    [browser, studio] = await Promise.all([launch(), startStudio({ port: 0 })]);
  });
  after(() => Promise.all([browser.close(), studio.close()]));

  for (const [locale, colorScheme] of [
    ['en-GB', 'light'],
    ['ja-JP', 'dark'],
  ] as const)
    test(`${locale}, ${colorScheme}: every page fits 360 to 1920 pixels and keeps axe's rules`, async () => {
      const { page, check, close } = await visit(browser, studio.address, {
        locale,
        colorScheme,
        viewport: { width: 1280, height: 900 },
      });
      await page.locator('main h1').waitFor();
      assert.equal(await page.locator('html').getAttribute('lang'), locale.slice(0, 2));
      await drawByHand(page, seven);
      await readDigit(page);
      await page.locator('.digit').nth(2).click();
      await page.locator('.plates[aria-busy="false"]').waitFor();
      const names = await namesOf(page);
      assert.ok(names.length >= 3, names.join());
      for (const name of names) {
        // The first page is looked at as it was left, with advice on it.
        if (name !== names[0]) await turnTo(page, name);
        for (const width of [360, 768, 1280, 1920]) {
          await page.setViewportSize({ width, height: 900 });
          await assertFits(page, `${name} at ${width}`);
        }
        await page.setViewportSize({ width: 1280, height: 900 });
        await assertAccessible(page, name);
      }
      check();
      await close();
    });

  test('language and colours are switched, and stay', async () => {
    const { page, check, close } = await visit(browser, studio.address, { colorScheme: 'light' });
    const paper = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await paper();
    await page.getByRole('button', { name: 'Dark colours' }).click();
    assert.notEqual(await paper(), light);
    await page.getByRole('button', { name: '日本語' }).click();
    await page.getByRole('heading', { name: '数字を描く' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: '数字を描く' }).waitFor();
    assert.notEqual(await paper(), light);
    assert.equal(await page.getByRole('button', { name: '明るい配色' }).count(), 1);
    check();
    await close();
  });

  test('a plain static host will do: slower, and the page says so', async () => {
    const kinds: Record<string, string> = {
      '.html': 'text/html',
      '.js': 'text/javascript',
      '.css': 'text/css',
    };
    const server = createServer((request, response) => {
      const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname));
      readFile(join(built, path.endsWith('/') ? `${path}index.html` : path)).then(
        (bytes) => {
          response.writeHead(200, {
            'content-type': kinds[extname(path) || '.html'] ?? 'application/octet-stream',
          });
          response.end(bytes);
        },
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    try {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const { page, check, close } = await visit(browser, address);
      await drawByHand(page, seven);
      assert.equal(await readDigit(page), '7');
      await page.getByText('on one thread, and so more slowly').waitFor();
      await turnTo(page, 'idea');
      await page.getByRole('button', { name: 'Let it form' }).click();
      await page.locator('.stage[aria-busy="false"] .time').waitFor();
      check();
      await close();
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  /** The tasks of a visitor who draws, asks for ten ideas and trains a network. */
  async function visitorsTasks(): Promise<number[]> {
    const { page, close } = await visit(browser, 'about:blank');
    await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline'] });
    await page.goto(studio.address);
    await drawByHand(page, seven);
    await readDigit(page);
    await turnTo(page, 'idea');
    await page.getByRole('button', { name: 'All classes' }).click();
    await page.waitForFunction(
      () => document.querySelectorAll('.stage[aria-busy="false"] .judge').length === 10,
    );
    await turnTo(page, 'train');
    await page.getByRole('button', { name: 'MNIST', exact: true }).click();
    await page.getByLabel('Network and recipe').selectOption('simple-cnn');
    await page.getByLabel('Epochs').fill('2');
    await page.getByLabel('Examples, at most').fill('6000');
    await page.locator('dl.facts').waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByText(/Done: .* of the test examples are read right/).waitFor({ timeout: 120_000 });
    const tasks = tasksIn(await browser.stopTracing(), new URL(studio.address).origin);
    await close();
    return tasks;
  }

  test("the page's own thread is never busy for more than 50 ms while it loads, compiles and trains", async (t) => {
    // What the page does takes long at every visit; what others on the machine do to a task, at one of them.
    let longest = Infinity;
    for (let visits = 0; visits < 3 && longest > 50; visits++) {
      const [first = Infinity, ...others] = await visitorsTasks();
      assert.ok(others.length > 1000, 'the trace holds the tasks');
      t.diagnostic(
        `${others.length + 1} tasks; the longest took ${first.toFixed(1)} ms of the processor, the next ${others[0]?.toFixed(1)}`,
      );
      longest = Math.min(longest, first);
    }
    assert.ok(longest <= 50, `a task of ${longest} ms at each of three visits`);
  });
});

test('the studio: page and engine are under 350 kB gzipped, each model under 500 kB', (t) => {
  const bytesIn = (folder: string): [string, Buffer][] =>
    readdirSync(join(built, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [name, readFileSync(join(built, folder, name))]);
  // The Japanese letters of diagrams come by themselves, and no diagram of the studio has Japanese words.
  const parts = [...bytesIn('.'), ...bytesIn('assets')].filter(([name]) => !name.startsWith('font-japanese'));
  const size = parts.reduce((sum, [, bytes]) => sum + gzipSync(bytes, { level: 9 }).length, 0);
  t.diagnostic(`${(size / 1000).toFixed(1)} kB gzipped in ${parts.length} files`);
  assert.ok(size < 350_000, `${size} bytes gzipped`);
  assert.ok(bytesIn('models').length >= 4);
  for (const [name, { length }] of bytesIn('models')) assert.ok(length < 500_000, `${name}: ${length} bytes`);
});
