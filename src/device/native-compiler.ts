// The C compiler of this machine: which it is, what vectors it compiles for, and one way to run it.
// What it said is kept in the cache folder, so that a program that starts again asks nobody.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { EidosError, check } from '../base/check.ts';
import type { Machine } from '../kernel/code.ts';

export interface Compiler {
  /** Path and first arguments. */
  readonly command: readonly string[];
  /** Flags that say for which processor kernels are compiled. */
  readonly target: readonly string[];
  readonly machine: Machine;
  /** Compiler, flags and processor as one text: kernels of equal text and equal `key` are equal. */
  readonly key: string;
}

/** Flags of every library; each keeps the bits of a kernel the same, or the compiler from wasting time. */
const common = [
  '-O2', // all that one-statement-per-value code needs; -O3 takes twice as long to compile
  '-std=gnu11', // statement and vector extensions
  '-fPIC',
  '-shared',
  '-ffp-contract=off', // a*b + c rounds twice unless a kernel says fma
  '-fno-math-errno', // sqrt is one instruction
  '-fno-trapping-math', // nobody reads the exception flags; values stay the same
  '-fwrapv', // i32 arithmetic wraps
  '-fno-strict-aliasing', // an arena's bytes are f32 for one kernel and i32 for another
  '-fno-tree-vectorize', // the tiler has chosen the vectors
  '-fno-unroll-loops', // and how far loops are unrolled
  '-w',
];
const libraries = ['-pthread', '-lm', ...(process.platform === 'linux' ? ['-ldl'] : [])];

/** The system's compiler (CC, else cc, gcc or clang); rejects with an EidosError where there is none that works. */
export async function findCompiler(folder: string): Promise<Compiler> {
  const command = locate();
  const { mtimeMs, size } = statSync(command[0]!);
  const features = processor();
  const march = process.env.EIDOS_MARCH;
  const target = [(process.arch === 'arm64' ? '-mcpu=' : '-march=') + (march ?? 'native')];
  const question = hash([...command, String(mtimeMs), String(size), features, ...target]);
  const note = join(folder, `compiler-${question}.json`);
  const known = await remembered(note);
  if (known) return { ...known, command };

  // A compiler that cannot find out what processor it runs on compiles for the least of its kind.
  const asked = await ask(command, target).catch((error: unknown) => {
    if (march !== undefined) throw error;
    return ask(command, []).catch(() => {
      throw error;
    });
  });
  const flags = [...asked.target, ...(asked.machine.lanes === 16 ? ['-mprefer-vector-width=512'] : [])];
  const found: Compiler = {
    command,
    target: flags,
    machine: asked.machine,
    key: hash([asked.version, ...command.slice(1), ...flags, ...common, features]),
  };
  // What may have failed but once is asked again the next time.
  if (asked.target.length === 0) return found;
  const temporary = `${note}.${process.pid}`;
  await writeFile(temporary, JSON.stringify(found), { mode: 0o600 });
  await rename(temporary, note);
  return found;
}

/** Compile C text to a library at `path`; rejects with the compiler's first complaint. */
export async function compile(compiler: Compiler, text: string, path: string): Promise<void> {
  const args = [
    ...compiler.command.slice(1),
    ...common,
    ...compiler.target,
    '-x',
    'c',
    '-',
    '-o',
    path,
    ...libraries,
  ];
  const { code, stderr } = await run(compiler.command[0]!, args, text);
  if (code === 0) return;
  await unlink(path).catch(() => undefined);
  throw new EidosError(`native: ${compiler.command.join(' ')} failed: ${complaint(stderr, code)}`);
}

export const hash = (parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex');

function locate(): string[] {
  const wanted = process.env.CC?.trim();
  // Words of CC, quoted where a path has spaces.
  const words = wanted
    ? [...wanted.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3]!)
    : undefined;
  for (const [name, ...rest] of words ? [words] : [['cc'], ['gcc'], ['clang']]) {
    const folders = name!.includes('/') ? [''] : (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
    for (const folder of folders) {
      const path = folder === '' ? name! : join(folder, name!);
      if (runnable(path)) return [path, ...rest];
    }
  }
  throw new EidosError(
    words
      ? `native: needs a C compiler, and CC is "${wanted}", which is not there; mend CC`
      : 'native: needs a C compiler, found no cc, gcc or clang in PATH; install one or set CC',
  );
}

function runnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** What this processor can do, as text. A cache folder may be shared by machines. */
function processor(): string {
  if (process.platform !== 'linux') return `${process.arch} ${cpus()[0]?.model ?? ''}`;
  const lines = readFileSync('/proc/cpuinfo', 'utf8').split('\n');
  const first = ['model name', 'flags', 'Features', 'CPU implementer', 'CPU part'].map((name) =>
    lines.find((line) => line.startsWith(name)),
  );
  return `${process.arch} ${first.join('\n')}`;
}

async function remembered(note: string): Promise<Compiler | undefined> {
  try {
    return JSON.parse(await readFile(note, 'utf8')) as Compiler;
  } catch {
    return undefined;
  }
}

/** The compiler's own constants tell its version and the vectors it may use. */
async function ask(
  command: readonly string[],
  target: readonly string[],
): Promise<Pick<Compiler, 'target' | 'machine'> & { readonly version: string }> {
  const [path, ...rest] = command;
  if (process.platform === 'darwin' && path!.startsWith('/usr/bin/')) {
    // Without the command line tools, calling cc would open a window that offers to install them.
    const { code } = await run('/usr/bin/xcode-select', ['-p'], '');
    check(
      code === 0,
      () =>
        'native: needs a C compiler, and the command line tools are not installed; run xcode-select --install',
    );
  }
  const { code, stdout, stderr } = await run(
    path!,
    [...rest, ...target, '-dM', '-E', '-x', 'c', '/dev/null'],
    '',
  );
  check(code === 0, () => `native: ${command.join(' ')} failed: ${complaint(stderr, code)}`);
  const defined = new Map<string, string>();
  for (const [, name, value] of stdout.matchAll(/^#define (\w+) (.*)$/gm)) defined.set(name!, value!);
  check(
    defined.has('__LP64__'),
    () => `native: needs a compiler for 64 bits, ${command.join(' ')} is for fewer; set CC`,
  );
  const has = (name: string): boolean => defined.has(name);
  const machine = has('__AVX512F__')
    ? { lanes: 16, registers: 32, fma: true }
    : has('__AVX2__') && has('__FMA__')
      ? { lanes: 8, registers: 16, fma: true }
      : { lanes: 4, registers: has('__aarch64__') ? 32 : 16, fma: has('__FMA__') || has('__aarch64__') };
  return { version: defined.get('__VERSION__') ?? 'unknown', target, machine };
}

/** One line of what the compiler said. */
function complaint(stderr: string, code: number | null): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((text) => /error/i.test(text)) ?? lines[0];
  return line?.trim() ?? (code === null ? 'it was ended' : `it gave no reason and status ${code}`);
}

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command with `input`; the event loop goes on meanwhile, and the command ends with this process. */
function run(path: string, args: readonly string[], input: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { stdio: 'pipe', env: { ...process.env, LC_ALL: 'C' } });
    const stop = (): void => void child.kill();
    process.once('exit', stop);
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.on('error', () => undefined); // it may end before it has read everything; its status tells
    child.stdin.end(input);
    child.on('error', (error) => {
      process.off('exit', stop);
      reject(new EidosError(`native: cannot run ${path}: ${error.message}`));
    });
    child.on('close', (code) => {
      process.off('exit', stop);
      resolve({ code, stdout, stderr });
    });
  });
}
