// What the tests of the studio share: the real server, a real browser, a person's hand, and a page that writes down
// whatever is amiss: its console, its errors, and requests to anywhere else.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { startStudio, type Studio } from '../cli/studio-server.ts';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { classesOf } from '../src/nn/confusion.ts';
import type { Stroke } from '../src/picture/strokes.ts';
import { shipped } from '../src/run/shipped.ts';
import { ownDigits } from './freehand-digits.ts';
import { root } from './project.ts';

const { findBrowser } = (await import(`${root}/tools/browser.mjs`)) as {
  findBrowser: () => string | undefined;
};

/** The browser to test with, if there is one. */
export const executablePath = findBrowser();

/** What a suite says where there is none. */
export const skip = executablePath ? false : 'no browser found';

/** Starts it. */
export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });

/** A page of the studio. */
export interface Visit {
  readonly page: Page;
  /** Throws if anything was amiss so far. */
  readonly check: () => void;
  readonly close: () => Promise<void>;
}

/** Opens the studio as someone new. */
export async function visit(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const amiss: string[] = [];
  const { origin } = new URL(address);
  page.on('console', (message) => amiss.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => amiss.push(error.message));
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)) amiss.push(`asks ${url}`);
  });
  await page.goto(address);
  return {
    page,
    check: () => assert.deepEqual(amiss, []),
    close: () => context.close(),
  };
}

/** Shows another page by its link in the navigation, and waits for its heading. */
export async function turnTo(page: Page, name: string): Promise<void> {
  await page.locator(`nav a[href="#${name}"]`).click();
  await page.locator(`nav a[href="#${name}"][aria-current]`).waitFor();
  await page.locator('main h1').waitFor();
}

/** A browser, the studio, and what the shipped network reads of grey bytes in Node. */
export interface Reading {
  readonly browser: Browser;
  readonly studio: Studio;
  readonly device: Device;
  readonly readInNode: (images: Uint8Array) => Promise<number | undefined>;
  readonly close: () => Promise<void>;
}

export async function withReader(): Promise<Reading> {
  const [browser, studio] = await Promise.all([launch(), startStudio({ port: 0 })]);
  const device = await open({ device: 'wasm', threads: 1 });
  const model = await shipped('freehand', { device });
  return {
    browser,
    studio,
    device,
    readInNode: async (images) => classesOf(await model.predict({ images, shape: [28, 28, 1], count: 1 }))[0],
    async close() {
      await Promise.all([browser.close(), studio.close()]);
      await model.close();
      await device.close();
    },
  };
}

/** Our own digits in the middle of a pad of 420 x 420. */
export const inTheMiddle = ownDigits.map(({ digit, strokes }) => ({
  digit,
  strokes: strokes.map((stroke) => stroke.map(([x, y]) => [2.2 * x + 100, 2.2 * y + 65] as const)),
}));

/** The first 9 of them. */
export const nine = inTheMiddle.find(({ digit }) => digit === 9)?.strokes ?? [];

/** Draws strokes with the mouse; they are in pixels of a pad of 420 x 420. */
export async function drawByHand(page: Page, strokes: readonly Stroke[]): Promise<void> {
  const pad = page.locator('.paper canvas');
  await pad.evaluate((one) => one.scrollIntoView({ block: 'nearest' }));
  const box = await pad.boundingBox();
  assert.ok(box, 'there is a pad');
  const at = ([x, y]: Stroke[number]): [number, number] => [
    box.x + (x / 420) * box.width,
    box.y + (y / 420) * box.height,
  ];
  for (const stroke of strokes) {
    const [first = [0, 0] as const, ...others] = stroke;
    await page.mouse.move(...at(first));
    await page.mouse.down();
    for (const point of others) await page.mouse.move(...at(point));
    await page.mouse.up();
  }
}

/** What is read of the drawing once all of it was looked at. */
export async function readDigit(page: Page): Promise<string> {
  await page.locator('.answer[aria-busy="false"]').waitFor();
  return (await page.locator('.answer .class').textContent()) ?? '';
}

/** The pixels of a canvas: red, green, blue, alpha. */
export const pixelsOf = (page: Page, canvas: string): Promise<number[]> =>
  page.locator(canvas).evaluate((one: HTMLCanvasElement) => {
    const context = one.getContext('2d');
    return context ? [...context.getImageData(0, 0, one.width, one.height).data] : [];
  });

/** Grey bytes of a canvas. */
export const greyOf = async (page: Page, canvas: string): Promise<Uint8Array> =>
  Uint8Array.from((await pixelsOf(page, canvas)).filter((_, i) => i % 4 === 0));

/** Throws if anything of the page is wider than the window, or a text is cut off. */
export async function assertFits(page: Page, what: string): Promise<void> {
  const wide = await page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    const found = [...document.querySelectorAll('body *')].filter((one) => {
      const { right, left, width } = one.getBoundingClientRect();
      const style = getComputedStyle(one);
      if (width <= 1 || style.position === 'fixed' || one.closest('.hidden, .skip')) return false;
      const text = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
      const cut = text && style.overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1;
      return right > clientWidth + 0.5 || left < -0.5 || cut;
    });
    return [
      ...found.map((one) => `${one.tagName} ${one.className} ${one.textContent?.slice(0, 30) ?? ''}`),
      ...(scrollWidth > clientWidth ? ['the page scrolls sideways'] : []),
    ];
  });
  assert.deepEqual(wide, [], what);
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Throws if axe finds anything against the rules of WCAG 2.1 A and AA, or its own best practices. */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
      };
    };
    const { violations: found } = await axe.run();
    return found.map(
      ({ id, nodes }) => `${id}: ${nodes.map((n) => `${n.html} ${n.failureSummary ?? ''}`).join(' | ')}`,
    );
  });
  assert.deepEqual(violations, [], what);
}
