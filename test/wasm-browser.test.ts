// The wasm device in a real browser: threads over shared memory where the page is cross-origin isolated, and
// one thread in slices where it is not. The answer must be the same.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import type { Entry } from '../src/kernel/code.ts';
import { overParts } from './code-writer.ts';
import { root } from './project.ts';
import { serving } from './server.ts';

const { findBrowser } = (await import(`${root}/tools/browser.mjs`)) as {
  findBrowser: () => string | undefined;
};
const executablePath = findBrowser();
const N = 4096;

/** y[i] = x[i] * x[i] + x[N - 1 - i]. */
const square = overParts(['f32', 'f32!'], (k, part) => {
  const x = k.load(0, part);
  k.store(1, part, k.fma(x, x, k.load(0, k.map('sub', k.const('ix', N - 1), part))));
});
const table: Entry[] = [
  { kind: 'kernel', kernel: 0, args: [0, 1], parts: N },
  { kind: 'kernel', kernel: 0, args: [1, 2], parts: N },
];

/** What the page does; `ticks` says whether it could do anything else meanwhile. */
const program = `
import { wasmBackend } from ${JSON.stringify(`${root}/dist/src/device/wasm.js`)};
globalThis.work = async () => {
  const backend = await wasmBackend({ threads: 3 });
  const blocks = [0, 1, 2].map(() => backend.allocate(${4 * N}));
  const view = backend.view(blocks[0]);
  new Float32Array(view.buffer, view.byteOffset, ${N}).set(Array.from({ length: ${N} }, (_, i) => (i % 10) / 10));
  const executable = await backend.load(${JSON.stringify({ kernels: [square], table, slots: 3, symbols: 1 })});
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const running = executable.run(blocks.map((b) => b.address), [1], 1e9);
  while (ticks < 5) await new Promise((next) => setTimeout(next, 1));
  running.cancel();
  const done = await running.done;
  clearInterval(timer);
  const again = await executable.run(blocks.map((b) => b.address), [1], 4).done;
  const out = backend.view(blocks[2]);
  const result = [...new Float32Array(out.buffer, out.byteOffset, ${N})];
  const { threads } = backend;
  await backend.close();
  return { threads, isolated: crossOriginIsolated, worked: done > 0, again, result };
};
`;

/** The same numbers. */
function expected(): number[] {
  const f = Math.fround;
  const step = (x: readonly number[]): number[] => x.map((v, i) => f(f(v * v) + x[N - 1 - i]!));
  return step(step(Array.from({ length: N }, (_, i) => f((i % 10) / 10))));
}

suite('wasm: in a browser', { skip: executablePath ? false : 'no browser found' }, () => {
  for (const isolated of [true, false]) {
    test(isolated ? 'isolated: threads' : 'not isolated: one thread, in slices', async () => {
      const stdin = { contents: program, resolveDir: root };
      const options = {
        platform: 'browser',
        format: 'esm',
        bundle: true,
        minify: true,
        write: false,
      } as const;
      const { outputFiles } = await build({ stdin, ...options });
      const script = outputFiles[0]!.text;
      const headers = isolated
        ? { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }
        : {};
      await serving(
        ({ url }, response) => {
          const type = url === '/' ? 'text/html' : url === '/work.js' ? 'text/javascript' : undefined;
          response.writeHead(type ? 200 : 404, { ...headers, ...(type && { 'content-type': type }) });
          response.end(url === '/' ? '<script type="module" src="work.js"></script>' : type ? script : '');
        },
        async (base) => {
          const browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
          try {
            const page = await browser.newPage();
            await page.goto(base);
            await page.waitForFunction('globalThis.work');
            const found = await page.evaluate('globalThis.work()');
            const threads = isolated ? 3 : 1;
            assert.deepEqual(found, { threads, isolated, worked: true, again: 4, result: expected() });
          } finally {
            await browser.close();
          }
        },
      );
    });
  }
});
