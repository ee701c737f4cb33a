// What the machine can do at most: multiplications and additions in registers, at full width and at less, and bytes read
// and written by a pass over arrays, too large for caches or of a size that is asked for. A C program that waits to be asked, so that a limit can be
// measured in the same seconds as what is compared with it.
import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { range } from '../base/shape.ts';
import type { MachineLimits } from './limits.ts';
import { openCache } from './native-cache.ts';
import { findCompiler } from './native-compiler.ts';

/** Bytes of a vector, or memory. */
export type Limit = number | 'stream';

/** Sums that do not wait for each other: as many as a multiplication takes, on two units. */
const sums = range(10);
/** Numbers that a pass reads, and writes as many: more than caches hold, and enough for every thread to have some. */
const largestCount = 2 ** 25;
const leastCount = 2 ** 10;

const register = process.arch === 'arm64' ? 'w' : 'x';

const spin = (bytes: number): string => `
typedef float V${bytes} __attribute__((vector_size(${bytes})));
static void spin${bytes}(long times, int n) {
  volatile float one = 1;
  V${bytes} x = (V${bytes}){0} + one / 2, y = (V${bytes}){0} + one / 3;
  ${sums.map((i) => `V${bytes} s${i} = (V${bytes}){0} + (float)(${i} + n);`).join(' ')}
  for (long i = 0; i < times; i++) {
    ${sums.map((i) => `s${i} = s${i} * x + y; __asm__ volatile("" : "+${register}"(s${i}));`).join('\n    ')}
  }
  V${bytes} all = ${sums.map((i) => `s${i}`).join(' + ')};
  sink[n] = all[0];
}`;

const source = (widths: readonly number[]): string => `
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
static volatile float sink[256];
static float *from, *to;
enum { COUNT = ${largestCount} };
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec * 1e-9; }
${widths.map(spin).join('\n')}
static void pass(int n, int threads, long count, long times) {
  long a = count / threads * n, b = count / threads * (n + 1);
  for (long k = 0; k < times; k++) {
    for (long i = a; i < b; i++) to[i] = from[i] * 1.5f;
    __asm__ volatile("" ::: "memory");
  }
}
struct job { int what, n, threads; long count, times; };
static void *work(void *p) {
  struct job j = *(struct job *)p;
  ${widths.map((bytes) => `if (j.what == ${bytes}) spin${bytes}(j.times, j.n);`).join('\n  ')}
  if (j.what == 0) pass(j.n, j.threads, j.count, j.times);
  return 0;
}
static double together(int what, int threads, long count, long times) {
  struct job jobs[256]; pthread_t others[256];
  double t = now();
  for (int n = 1; n < threads; n++) { jobs[n] = (struct job){what, n, threads, count, times}; pthread_create(&others[n], 0, work, &jobs[n]); }
  jobs[0] = (struct job){what, 0, threads, count, times}; work(&jobs[0]);
  for (int n = 1; n < threads; n++) pthread_join(others[n], 0);
  return now() - t;
}
int main(void) {
  int what, threads;
  long count;
  while (scanf("%d %d %ld", &what, &threads, &count) == 3) {
    if (what == 0 && !from) {
      from = malloc(sizeof(float) * COUNT); to = malloc(sizeof(float) * COUNT);
      for (long i = 0; i < COUNT; i++) from[i] = to[i] = i;
    }
    long times = what == 0 ? COUNT / count : 2000000;
    double best = 1e30;
    for (int k = 0; k < 3; k++) { double t = together(what, threads, count, times); if (t < best) best = t; }
    printf("%f\\n", what == 0 ? 8.0 * (count / threads * threads) * times / best / 1e9 : threads * (double)times * ${2 * sums.length} * (what / 4) / best / 1e9);
    fflush(stdout);
  }
  return 0;
}`;

/** The program, waiting. */
export class Limits {
  /** Bytes of the machine's vectors. */
  readonly width: number;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private readonly folder: string;

  private constructor(folder: string, width: number) {
    this.folder = folder;
    this.width = width;
    this.child = spawn(join(folder, 'limits'));
    // A program that ended says nothing more, which measure() tells.
    this.child.on('error', () => undefined);
    this.child.stdin.on('error', () => undefined);
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** Rejects where there is no C compiler that works. */
  static async open(): Promise<Limits> {
    const { command, target, machine } = await findCompiler(await openCache());
    const folder = await mkdtemp(join(tmpdir(), 'eidos-limits-'));
    try {
      const width = 4 * machine.lanes;
      const file = join(folder, 'limits.c');
      await writeFile(file, source([16, 32, 64].filter((bytes) => bytes <= width)));
      const [compiler = '', ...first] = command;
      const flags = ['-O3', '-ffp-contract=fast', ...target, file, '-o', join(folder, 'limits'), '-pthread'];
      await promisify(execFile)(compiler, [...first, ...flags]);
      return new Limits(folder, width);
    } catch (error) {
      await rm(folder, { recursive: true });
      throw error;
    }
  }

  /**
   * GFLOP/s, or GB/s read and written: the best of three tries of some milliseconds; NaN if it cannot be told. Fewer
   * `bytes` than caches hold are passed over again and again, which tells what those caches can do.
   */
  async measure(limit: Limit, threads: number, bytes = Infinity): Promise<number> {
    const count = Math.max(leastCount, Math.min(largestCount, Math.round(bytes / 8)));
    this.child.stdin.write(`${limit === 'stream' ? 0 : limit} ${threads} ${count}\n`);
    const next = await this.lines.next();
    return next.done ? NaN : Number(next.value);
  }

  async close(): Promise<void> {
    this.child.stdin.end();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** All limits, on one thread and on all. */
export async function limitsOf(threads: number): Promise<MachineLimits> {
  const limits = await Limits.open();
  try {
    const both = async (limit: Limit): Promise<readonly [number, number]> => [
      await limits.measure(limit, 1),
      await limits.measure(limit, threads),
    ];
    const { width } = limits;
    return { width, threads, full: await both(width), narrow: await both(16), stream: await both('stream') };
  } finally {
    await limits.close();
  }
}
