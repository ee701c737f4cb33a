// The native target in processes of its own: the cache folder in every state, compilers that are missing
// or fail, and every way a process can end while the pool works or sleeps.
import assert from 'node:assert/strict';
import { spawn, execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';

const native = new URL('../src/device/native.js', import.meta.url).href;
const kit = new URL('./native-kit.js', import.meta.url).href;

// What every child begins with: a backend, a kernel that adds 1, and a way to say one line of JSON.
const opening = `
  const { nativeBackend } = await import(${JSON.stringify(native)});
  const { Build, kernel, Memory, runProgram } = await import(${JSON.stringify(kit)});
  const say = (value) => console.log(JSON.stringify(value));
  const adding = (lanes, parts, times = 1) => {
    const b = new Build(lanes, 'f32!');
    b.parts((part) => b.loop(b.const('ix', 0), b.const('ix', times), 1, () =>
      b.store(0, part, b.map('f32', 'add', b.load(0, part), b.const('f32', 1)))));
    return { kernels: [b.code()], table: [kernel(0, [0], parts)], slots: 1, symbols: 1 };
  };
`;
const once = `
  try {
    const backend = await nativeBackend({ threads: 2 });
    const program = await backend.load(adding(backend.machine.lanes, 8));
    const [data] = await runProgram(backend, program, [new Float32Array(8)]);
    say({ data: [...data], compiled: backend.stats().compiled, lanes: backend.machine.lanes });
  } catch (error) {
    say({ error: error.name + ': ' + error.message });
  }
`;

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly lines: readonly {
    data?: number[];
    compiled?: number;
    lanes?: number;
    error?: string;
    ms?: number;
  }[];
  readonly stderr: string;
  readonly ms: number;
}

/** Runs a program text; \`kill\` is sent when it has said its first line. Fails after 20 s. */
function node(
  text: string,
  env: Record<string, string> = {},
  { kill }: { kill?: NodeJS.Signals } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, ['--input-type=module', '-e', opening + text], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (some: string) => {
      stdout += some;
      if (kill && stdout.includes('\n')) child.kill(kill);
    });
    child.stderr.setEncoding('utf8').on('data', (some: string) => (stderr += some));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const lines = stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Ended['lines'][number]);
      resolve({ code, signal, lines, stderr, ms: performance.now() - start });
    });
  });
}

suite('the cache of native kernels', { concurrency: 2 }, () => {
  let scratch: string;
  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'eidos-native-'));
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  const ones = [1, 1, 1, 1, 1, 1, 1, 1];
  const run = async (env: Record<string, string>, text = once): Promise<Ended['lines'][number]> => {
    const { lines, stderr, code } = await node(text, env);
    assert.equal(code, 0, stderr);
    return lines[0]!;
  };
  const ran = async (cache: string, compiled: number, env: Record<string, string> = {}): Promise<void> => {
    const got = await run({ EIDOS_CACHE: cache, ...env });
    assert.deepEqual(
      { data: got.data, compiled: got.compiled, error: got.error },
      { data: ones, compiled, error: undefined },
    );
  };
  const refused = async (env: Record<string, string>, message: string): Promise<void> => {
    assert.deepEqual(await run(env), { error: `EidosError: ${message}` });
  };
  const kernelsIn = (cache: string): string[] =>
    readdirSync(cache)
      .filter((name) => name.startsWith('kernels-'))
      .map((name) => join(cache, name));

  test('a second process compiles nothing; folder and files are private', async () => {
    const cache = join(scratch, 'deep', 'cache');
    await ran(cache, 1);
    await ran(cache, 0);
    assert.equal(statSync(cache).mode & 0o777, 0o700);
    for (const name of readdirSync(cache)) assert.equal(statSync(join(cache, name)).mode & 0o077, 0, name);
    assert.ok(
      readdirSync(cache).every((name) =>
        /^(index|(kernels|runtime)-[0-9a-f]{64}\.so|compiler-[0-9a-f]{64}\.json)$/.test(name),
      ),
    );
  });

  test('spaces and Japanese letters in the folder and in CC', async () => {
    const cache = join(scratch, 'キャッシュ の フォルダ');
    await ran(cache, 1);
    await ran(cache, 0);
    const compiler = join(scratch, 'C コンパイラ');
    const cc = execFileSync('sh', ['-c', 'command -v cc || command -v gcc || command -v clang'], {
      encoding: 'utf8',
    }).trim();
    symlinkSync(cc, compiler);
    await ran(cache, 1, { CC: `"${compiler}" -DARGUMENT` });
  });

  test('XDG_CACHE_HOME and the home folder are used in this order', async () => {
    const [xdg, home] = [join(scratch, 'xdg'), join(scratch, 'home')];
    await run({ EIDOS_CACHE: '', XDG_CACHE_HOME: xdg, HOME: home });
    assert.equal(kernelsIn(join(xdg, 'eidos')).length, 1);
    await run({ EIDOS_CACHE: '', XDG_CACHE_HOME: '', HOME: home });
    const inHome = process.platform === 'darwin' ? ['Library', 'Caches', 'eidos'] : ['.cache', 'eidos'];
    assert.equal(kernelsIn(join(home, ...inHome)).length, 1);
  });

  test('a library that others can write is not loaded but compiled again', async () => {
    const cache = join(scratch, 'writable');
    await ran(cache, 1);
    const [file] = kernelsIn(cache);
    writeFileSync(file!, 'not a library');
    chmodSync(file!, 0o722);
    await ran(cache, 1);
    assert.equal(statSync(kernelsIn(cache)[0]!).mode & 0o777, 0o700);
    await ran(cache, 0);
  });

  test('a link in the place of a library is not followed', async () => {
    const cache = join(scratch, 'link');
    await ran(cache, 1);
    const [file] = kernelsIn(cache);
    const elsewhere = join(scratch, 'elsewhere.so');
    execFileSync('mv', [file!, elsewhere]);
    symlinkSync(elsewhere, file!);
    await ran(cache, 1);
    assert.ok(statSync(file!).isFile() && existsSync(elsewhere));
  });

  test('a damaged library, index or note is made again', async () => {
    const cache = join(scratch, 'damaged');
    await ran(cache, 1);
    const file = (start: string): string =>
      join(cache, readdirSync(cache).find((name) => name.startsWith(start)) ?? 'missing');
    writeFileSync(file('kernels-'), 'not a library');
    rmSync(file('index'));
    writeFileSync(file('compiler-'), '{');
    await ran(cache, 1);
    await ran(cache, 0);
    rmSync(file('index'));
    await ran(cache, 0); // the library is found by its text
    await ran(cache, 0);
  });

  test('two processes at once on an empty folder', async () => {
    const cache = join(scratch, 'race');
    const both = await Promise.all([1, 2, 3].map(() => run({ EIDOS_CACHE: cache })));
    for (const got of both) assert.deepEqual(got.data, ones);
    await ran(cache, 0);
  });

  test('a folder that others can write, or that cannot be made, is refused', async () => {
    const open = join(scratch, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    await refused(
      { EIDOS_CACHE: open },
      `native: the cache folder ${open} can be written by others; chmod 700 it or set EIDOS_CACHE`,
    );
    const file = join(scratch, 'file');
    writeFileSync(file, '');
    const below = join(file, 'cache');
    await refused(
      { EIDOS_CACHE: below },
      `native: cannot write to the cache folder ${below} (ENOTDIR); set EIDOS_CACHE`,
    );
  });

  test(
    'a read-only folder and one of another user are refused',
    { skip: process.getuid?.() === 0 && 'the superuser may write anywhere' },
    async () => {
      const cache = join(scratch, 'read-only');
      mkdirSync(cache);
      chmodSync(cache, 0o500);
      await refused(
        { EIDOS_CACHE: cache },
        `native: cannot write to the cache folder ${cache} (EACCES); set EIDOS_CACHE`,
      );
      await refused(
        { EIDOS_CACHE: '/' },
        'native: the cache folder / belongs to another user; set EIDOS_CACHE',
      );
    },
  );

  test('a compiler that is missing, fails, or is not one is named', async () => {
    const cache = join(scratch, 'compilers');
    await refused(
      { EIDOS_CACHE: cache, CC: '/no/such/cc -O' },
      'native: needs a C compiler, and CC is "/no/such/cc -O", which is not there; mend CC',
    );
    await refused(
      { EIDOS_CACHE: cache, CC: '', PATH: scratch },
      'native: needs a C compiler, found no cc, gcc or clang in PATH; install one or set CC',
    );
    const no = existsSync('/bin/false') ? '/bin/false' : '/usr/bin/false';
    await refused({ EIDOS_CACHE: cache, CC: no }, `native: ${no} failed: it gave no reason and status 1`);
    const yes = no.replace('false', 'true');
    await refused(
      { EIDOS_CACHE: cache, CC: yes },
      `native: needs a compiler for 64 bits, ${yes} is for fewer; set CC`,
    );
    assert.deepEqual(readdirSync(cache), []);
  });

  test('a compiler that knows no native processor compiles for the least one', async () => {
    const [cache, plain] = [join(scratch, 'plain'), join(scratch, 'plain-cc')];
    const refusing = 'case "$*" in *=native*) echo "error: unknown target CPU native" >&2; exit 1;; esac';
    writeFileSync(plain, `#!/bin/sh\n${refusing}\nexec cc "$@"\n`, { mode: 0o755 });
    const { data, lanes } = await run({ EIDOS_CACHE: cache, CC: plain });
    assert.deepEqual(data, ones);
    assert.equal(lanes, 4);
    // Asked for by name it is refused.
    const got = await run({ EIDOS_CACHE: join(scratch, 'plain-2'), CC: plain, EIDOS_MARCH: 'native' });
    assert.match(got.error!, /unknown target CPU native/);
  });

  test('EIDOS_MARCH sets the processor to compile for', { skip: process.arch !== 'x64' }, async () => {
    const cache = join(scratch, 'march');
    assert.deepEqual(await run({ EIDOS_CACHE: cache, EIDOS_MARCH: 'x86-64' }), {
      data: ones,
      compiled: 1,
      lanes: 4,
    });
    const got = await run({ EIDOS_CACHE: cache, EIDOS_MARCH: 'no-such-processor' });
    assert.match(got.error!, /^EidosError: native: .* failed: .*no-such-processor.*$/);
  });

  test('a cached start takes little time', async () => {
    const cache = join(scratch, 'start');
    await ran(cache, 1);
    const timed = `const start = performance.now(); ${once.replace('say({ data', 'say({ ms: performance.now() - start, data')}`;
    let best = Infinity;
    for (let i = 0; i < 5 && best > 100; i++)
      best = Math.min(best, (await run({ EIDOS_CACHE: cache }, timed)).ms ?? Infinity);
    assert.ok(best < 250, `${best} ms`); // 30 ms on an idle machine
  });
});

suite('the end of a process with a native backend', () => {
  // A run that would take hours: short repetitions, or one long kernel in few parts.
  const running = (listing: string): string => `
    const backend = await nativeBackend({ threads: 3 });
    const program = await backend.load(${listing});
    const memory = new Memory(backend, [new Float32Array(64)]);
    const run = program.run(memory.slots, [1], 2e9);
    await new Promise((resolve) => setTimeout(resolve, 50));
  `;
  const short = 'adding(backend.machine.lanes, 64)';
  const long = 'adding(backend.machine.lanes, 64, 10_000_000)';
  const quick = (ended: Ended): void => assert.ok(ended.ms < 8000, `took ${ended.ms} ms`);

  test('by itself, the pool asleep and the backend not closed', async () => {
    const ended = await node(once);
    assert.deepEqual([ended.code, ended.signal, ended.stderr], [0, null, '']);
    quick(ended);
  });

  for (const [name, listing] of [
    ['short repetitions', short],
    ['one long kernel', long],
  ] as const) {
    test(`by process.exit during ${name}`, async () => {
      const ended = await node(`${running(listing)} process.exit(3);`);
      assert.deepEqual([ended.code, ended.signal, ended.stderr], [3, null, '']);
      quick(ended);
    });

    test(`by an error nobody catches during ${name}`, async () => {
      const ended = await node(
        `${running(listing)} setTimeout(() => { throw new Error('on purpose'); }); await run.done;`,
      );
      assert.deepEqual([ended.code, ended.signal], [1, null]);
      assert.match(ended.stderr, /Error: on purpose/);
      quick(ended);
    });

    for (const kill of ['SIGTERM', 'SIGINT', 'SIGKILL'] as const) {
      test(`by ${kill} during ${name}`, async () => {
        const ended = await node(`${running(listing)} say({}); await run.done;`, {}, { kill });
        assert.deepEqual([ended.code, ended.signal, ended.stderr], [null, kill, '']);
        quick(ended);
      });
    }
  }

  test('by closing the backend during a run', async () => {
    const ended = await node(
      `${running(short)} await backend.close(); say({ compiled: await run.done > 0 ? 1 : 0 });`,
    );
    assert.deepEqual([ended.code, ended.signal, ended.stderr, ended.lines], [0, null, '', [{ compiled: 1 }]]);
  });

  test('by a signal handler that exits', async () => {
    const ended = await node(
      `process.on('SIGTERM', () => process.exit(7)); ${running(short)} say({}); await run.done;`,
      {},
      { kill: 'SIGTERM' },
    );
    assert.deepEqual([ended.code, ended.signal, ended.stderr], [7, null, '']);
    quick(ended);
  });

  test('a sleeping pool uses no processor time', async () => {
    const ended = await node(`
      const backend = await nativeBackend({ threads: 8 });
      const program = await backend.load(adding(backend.machine.lanes, 64));
      await runProgram(backend, program, [new Float32Array(64)], [1], 100);
      await new Promise((resolve) => setTimeout(resolve, 50));
      const before = process.cpuUsage();
      await new Promise((resolve) => setTimeout(resolve, 500));
      const used = process.cpuUsage(before);
      say({ ms: (used.user + used.system) / 1000 });
    `);
    assert.ok(ended.lines[0]!.ms! < 50, `${ended.lines[0]!.ms} ms of 500`);
  });

  test('a worker thread that ends during a run leaves the process well', async () => {
    const ended = await node(`
      const { Worker } = await import('node:worker_threads');
      const text = ${JSON.stringify(opening)} + ${JSON.stringify(running(short))} +
        "(await import('node:worker_threads')).parentPort.postMessage(1); await run.done;";
      const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(text)));
      await new Promise((resolve) => worker.once('message', resolve));
      await worker.terminate();
      ${once}
    `);
    assert.deepEqual([ended.code, ended.signal, ended.stderr], [0, null, '']);
    assert.deepEqual(ended.lines[0]?.data, [1, 1, 1, 1, 1, 1, 1, 1]);
    quick(ended);
  });
});
