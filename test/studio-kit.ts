// What the tests of the studio share: the real server, a real browser, and a page that writes down whatever is amiss:
// its console, its errors, requests to anywhere else, and tasks of the page's thread that took too long.
import assert from 'node:assert/strict';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
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
  check(): void;
  close(): Promise<void>;
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
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) amiss.push(`asks ${url}`);
  });
  await page.goto(address);
  return {
    page,
    check: () => assert.deepEqual(amiss, []),
    close: () => context.close(),
  };
}

/** Throws if anything of the page is wider than the window, or a text is cut off. */
export async function assertFits(page: Page, what: string): Promise<void> {
  const wide = await page.evaluate(() => {
    const { clientWidth } = document.documentElement;
    const name = (one: Element): string =>
      `${one.tagName} ${one.className} ${one.textContent?.slice(0, 30) ?? ''}`;
    return [...document.querySelectorAll('body *')]
      .filter((one) => {
        const { right, left, width } = one.getBoundingClientRect();
        const style = getComputedStyle(one);
        if (width <= 1 || style.position === 'fixed') return false;
        const cut =
          style.overflowX === 'hidden' && one.scrollWidth > one.clientWidth + 1 && !!one.textContent;
        return right > clientWidth + 0.5 || left < -0.5 || cut;
      })
      .map(name);
  });
  assert.deepEqual(wide, [], what);
}
