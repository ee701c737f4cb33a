// Bundles the library for a web page, by its package name as a user would, and looks at what came along:
// nothing of Node, nothing native, and not much of anything.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { root } from './project.ts';

/** What index.ts exports of the engine, of networks and of their training, all of it. */
const core = [
  ...readFileSync(join(root, 'src/index.ts'), 'utf8').matchAll(
    /^export (?:\{([^}]*)\}|\* as (\w+)) from '\.\/(?:nn|device|ops|tensor|grad)\b[^']*'/gm,
  ),
]
  .flatMap(([, list = '', all]) => [...list.split(','), all ?? ''])
  .map((name) => name.trim())
  .filter((name) => name !== '' && !name.startsWith('type '));

interface Bundle {
  readonly text: string;
  /** Bytes after gzip of what a page loads at once. */
  readonly size: number;
  /** Paths of the modules in it. */
  readonly inputs: readonly string[];
  /** What it still imports when it runs. */
  readonly imports: readonly string[];
}

suite('bundle', () => {
  /** Programs, and how many bytes a page may download for each, after gzip. */
  const programs: Readonly<Record<string, readonly [program: string, budget: number]>> = {
    'all of it': ["import * as eidos from 'eidos'; globalThis.eidos = eidos;", 218_000],
    'engine, networks and training': [
      `import { ${core.join(', ')} } from 'eidos'; globalThis.eidos = [${core.join(', ')}];`,
      109_000,
    ],
    'one name': ["import { Tensor } from 'eidos'; globalThis.Tensor = Tensor;", 100_000],
  };
  for (const [title, [program, budget]] of Object.entries(programs)) {
    test(`${title} bundles for a page without Node's parts`, async (t) => {
      const { text, size, inputs, imports } = await bundle(program);
      t.diagnostic(`${title}: ${inputs.length} modules, ${(size / 1000).toFixed(1)} kB gzipped`);
      assert.ok(inputs.includes('dist/src/tensor.js'), 'the bundle has the library in it');
      assert.deepEqual(imports, []);
      assert.deepEqual(
        inputs.filter((path) => /node_modules\/(koffi|sharp|commander|@koromix)/.test(path)),
        [],
      );
      assert.doesNotMatch(text, /koffi|["'`]node:[a-z]/);
      assert.ok(size <= budget, `${size} bytes gzipped, at most ${budget} allowed`);
    });
  }
});

/** The minified module a bundler makes of `program` for a browser. */
async function bundle(program: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: root },
    absWorkingDir: root,
    platform: 'browser',
    format: 'esm',
    target: 'es2023',
    bundle: true,
    minify: true,
    splitting: true,
    metafile: true,
    write: false,
    outdir: 'out',
    logLevel: 'silent',
  });
  const text = outputFiles.map((file) => file.text).join('\n');
  const outputs = Object.values(metafile.outputs);
  const atOnce = loadedAtOnce(metafile.outputs);
  const loaded = outputFiles.filter((file) => atOnce.has(basename(file.path)));
  return {
    text,
    size: loaded.reduce((sum, file) => sum + gzipSync(file.contents, { level: 9 }).length, 0),
    inputs: Object.keys(metafile.inputs),
    imports: outputs.flatMap((output) =>
      output.imports.filter(({ external }) => external).map(({ path }) => path),
    ),
  };
}

/** The files a page loads with its program: not those, like the Japanese font, that are only loaded when used. */
function loadedAtOnce(outputs: Metafile['outputs']): ReadonlySet<string> {
  const loaded = new Set(Object.keys(outputs).filter((path) => outputs[path]?.entryPoint === '<stdin>'));
  for (const path of loaded)
    for (const { path: next, kind } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement') loaded.add(next);
  assert.ok(loaded.size > 0, 'the program itself is loaded');
  return new Set([...loaded].map((path) => basename(path)));
}
