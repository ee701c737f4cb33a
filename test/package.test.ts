// Packs the package, installs it as a user would in an empty folder with an awkward name, and uses it there.
import { after, before, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './project.ts';

/** Without npm's own variables and the test runner's, which would reach into the inner commands. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_(?!config_(cache|registry))|INIT_CWD$|NODE_TEST)/i.test(name),
  ),
);

suite('package', () => {
  const home = mkdtempSync(join(tmpdir(), 'eidos-package-'));
  const folder = join(home, 'りんご と イデア');
  let packed: readonly string[] = [];

  before(async () => {
    mkdirSync(folder);
    // dist/ is what this test runs from, so it is packed as it stands.
    const listing = await run(root, 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', home);
    const [entry] = JSON.parse(listing) as { filename: string; files: { path: string }[] }[];
    assert.ok(entry);
    packed = entry.files.map(({ path }) => path);
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    await run(folder, 'npm', 'install', ...options, join(home, entry.filename));
  });

  after(() => {
    rmSync(home, { recursive: true, force: true });
  });

  test('holds the program and its documents, and nothing else', () => {
    const kept =
      /^(dist\/(src|cli)\/.*\.(js|d\.ts)|dist\/studio\/(index\.html|assets\/[\w.-]+\.(js|css))|bin\/eidos\.js|models\/[a-z0-9-]+\.safetensors|package\.json|README(\.ja)?\.md|LICENSE)$/;
    assert.deepEqual(
      packed.filter((path) => !kept.test(path)),
      [],
    );
    for (const path of [
      'bin/eidos.js',
      'dist/src/index.js',
      'dist/src/index.d.ts',
      'dist/cli/main.js',
      'dist/studio/index.html',
      'models/fashion.safetensors',
      'README.md',
    ]) {
      assert.ok(packed.includes(path), `${path} is in the package`);
    }
  });

  test('holds every file that package.json points to', () => {
    const {
      exports,
      imports = {},
      bin,
    } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Targets;
    const targets = [exports, imports, bin].flatMap(strings).filter((path) => !path.includes('*'));
    assert.deepEqual(
      targets.filter((path) => !packed.includes(path.replace(/^\.\//, ''))),
      [],
    );
  });

  test('npx eidos --help says how to use it', async () => {
    assert.match(await run(folder, 'npx', 'eidos', '--help'), /eidos train mnist/);
  });

  test('npx eidos devices --json ends with the devices it found', async () => {
    const lines = (await run(folder, 'npx', 'eidos', 'devices', '--json')).trimEnd().split('\n');
    assert.match(lines.at(-1) ?? '', /"wasm"/);
    JSON.parse(lines.at(-1) ?? '');
  });

  test('is imported by its name', async () => {
    const program = "import { Tensor } from 'eidos'; console.log(typeof Tensor);";
    assert.equal(await run(folder, process.execPath, '--input-type=module', '-e', program), 'function\n');
  });

  test('brings types that a strict project accepts', async () => {
    writeFileSync(
      join(folder, 'use.ts'),
      "import { Tensor } from 'eidos';\nexport const made: object = Tensor;\n",
    );
    const options = {
      strict: true,
      noEmit: true,
      module: 'nodenext',
      target: 'es2023',
      lib: ['es2023', 'dom'],
      types: [],
    };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: ['use.ts'] }),
    );
    await run(folder, process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', '.');
  });
});

test('the lockfile has a checksum for every package', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lockfile;
  const others = Object.entries(packages).filter(([path]) => path !== '');
  assert.ok(others.length > 20, `${others.length} packages`);
  const unchecked = others.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'));
  assert.deepEqual(
    unchecked.map(([path]) => path),
    [],
  );
});

interface Targets {
  readonly exports: object;
  readonly imports?: object;
  readonly bin: object;
}

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly integrity?: string }>>;
}

/** Every text in a tree of objects. */
function strings(tree: unknown): string[] {
  if (typeof tree === 'string') return [tree];
  return typeof tree === 'object' && tree ? Object.values(tree).flatMap(strings) : [];
}

/** What the command wrote to standard output; if it failed, an error with all it wrote. */
async function run(cwd: string, command: string, ...args: readonly string[]): Promise<string> {
  const options = {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    shell: process.platform === 'win32',
  } as const;
  const { stdout } = await promisify(execFile)(command, args, options).catch((cause: unknown) => {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed\n${stdout}${stderr}`, { cause });
  });
  return stdout;
}
