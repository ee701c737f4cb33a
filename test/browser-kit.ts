// Pages in a real browser for tests: a script bundled as a user would, served from this machine, in a page whose
// complaints are kept. Whoever tests calls what the script puts on `window.work`.
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from 'playwright-core';
import { root } from './project.ts';
import { serving } from './server.ts';

const { findBrowser } = (await import(`${root}/tools/browser.mjs`)) as {
  findBrowser: () => string | undefined;
};

/** The browser that is tested with; undefined if there is none. */
export const executablePath = findBrowser();

/** Why tests are left out, or false. */
export const skip = executablePath ? false : 'no browser found';

/** A compiled test script as a page loads it. */
export async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'dist/test/browser', entry)],
    absWorkingDir: root,
    platform: 'browser',
    format: 'esm',
    target: 'es2023',
    bundle: true,
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

/** A browser under a test's hand. */
export interface Visit {
  readonly base: string;
  readonly context: BrowserContext;
  /** What pages wrote to their consoles, and errors nobody caught. */
  readonly complaints: string[];
  /** A page, loaded and ready. */
  readonly page: () => Promise<Page>;
  /** Calls a function of `window.work` in a page. */
  readonly call: <T>(page: Page, name: string, ...args: readonly unknown[]) => Promise<T>;
  /** The browser's own tools for a page. */
  readonly tools: (page: Page) => Promise<CDPSession>;
}

/** Serves a page with a script, and opens it in a context of its own. */
export async function visiting(
  browser: Browser,
  script: string,
  use: (visit: Visit) => Promise<void>,
): Promise<void> {
  const isolation = {
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  };
  const html = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="page.js"></script>';
  await serving(
    ({ url }, response) => {
      const found = { '/': ['text/html', html], '/page.js': ['text/javascript', script] }[url ?? ''];
      response.writeHead(found ? 200 : 404, { ...isolation, 'content-type': found?.[0] ?? 'text/plain' });
      response.end(found?.[1]);
    },
    async (base) => {
      const context = await browser.newContext();
      const complaints: string[] = [];
      const visit: Visit = {
        base,
        context,
        complaints,
        async page() {
          const page = await context.newPage();
          page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
          page.on('pageerror', (error) => complaints.push(error.message));
          await page.goto(base);
          await page.waitForFunction('window.work');
          return page;
        },
        call: (page, name, ...args) =>
          page.evaluate(`window.work[${JSON.stringify(name)}](...${JSON.stringify(args)})`),
        tools: (page) => context.newCDPSession(page),
      };
      try {
        await use(visit);
      } finally {
        await context.close();
      }
    },
  );
}

/** Starts the browser. */
export const started = (): Promise<Browser> =>
  chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
