// How the studio is built: one page, a worker with the engine, and nothing that needs a server. Paths are relative,
// so that it runs from any folder of any host; the models it comes with are copied beside it.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The files that a page fetches when a model is first asked. */
const models = {
  name: 'models',
  writeBundle: () => cpSync(at('../models'), at('../dist/studio/models'), { recursive: true }),
};

export default defineConfig({
  root: at('.'),
  base: './',
  plugins: [svelte({ configFile: false }), models],
  resolve: {
    alias: { eidos: at('../dist/src/index.js'), '#platform': at('../dist/src/device/web-platform.js') },
  },
  worker: { format: 'es', rolldownOptions: { checks: { pluginTimings: false } } },
  build: {
    outDir: at('../dist/studio'),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
