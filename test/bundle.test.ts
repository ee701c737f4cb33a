// Bundles the library for a web page, by its package name as a user would, and looks at what came along:
// nothing of Node, nothing native, and not much of anything.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './project.ts';

/** What a page downloads at most, in bytes after gzip. */
const budget = 100_000;

interface Bundle {
  readonly text: string;
  /** Bytes after gzip. */
  readonly size: number;
  /** Paths of the modules in it. */
  readonly inputs: readonly string[];
  /** What it still imports when it runs. */
  readonly imports: readonly string[];
}

suite('bundle', () => {
  const programs = {
    'all of it': "import * as eidos from 'eidos'; globalThis.eidos = eidos;",
    'one name': "import { Tensor } from 'eidos'; globalThis.Tensor = Tensor;",
  };
  for (const [title, program] of Object.entries(programs)) {
    test(`${title} bundles for a page without Node's parts`, async (t) => {
      const { text, size, inputs, imports } = await bundle(program);
      t.diagnostic(`${title}: ${inputs.length} modules, ${(size / 1000).toFixed(1)} kB gzipped`);
      assert.ok(inputs.includes('dist/src/tensor.js'), 'the bundle has the library in it');
      assert.deepEqual(imports, []);
      assert.deepEqual(
        inputs.filter((path) => /node_modules\/(koffi|commander|@koromix)/.test(path)),
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
    metafile: true,
    write: false,
    outdir: 'out',
    logLevel: 'silent',
  });
  const text = outputFiles.map((file) => file.text).join('\n');
  const outputs = Object.values(metafile.outputs);
  return {
    text,
    size: gzipSync(text, { level: 9 }).length,
    inputs: Object.keys(metafile.inputs),
    imports: outputs.flatMap((output) =>
      output.imports.filter(({ external }) => external).map(({ path }) => path),
    ),
  };
}
