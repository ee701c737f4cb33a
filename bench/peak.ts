// The machine's limit, so that a figure can be told as a share of it: multiplications and additions a second in
// registers, by the system's C compiler, full width and 128 bits, on one thread and on all.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Peak {
  /** GFLOP/s on one thread, and on two. */
  readonly one: number;
  readonly two: number;
}

const sums = Array.from({ length: 10 }, (_, i) => i);

const source = `
#include <pthread.h>
#include <stdio.h>
#include <time.h>
typedef float V __attribute__((vector_size(BYTES)));
static const long times = 20000000;
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec * 1e-9; }
static void *spin(void *p) {
  float *r = p;
  V x = (V){0} + r[1], y = (V){0} + r[2];
  ${sums.map((i) => `V s${i} = (V){0} + ${i};`).join(' ')}
  for (long i = 0; i < times; i++) {
    ${sums.map((i) => `s${i} = s${i} * x + y; __asm__ volatile("" : "+${process.arch === 'arm64' ? 'w' : 'x'}"(s${i}));`).join('\n    ')}
  }
  V all = ${sums.map((i) => `s${i}`).join(' + ')};
  r[0] = all[0];
  return 0;
}
int main(void) {
  float r[2][3] = {{1, .5, .3}, {1, .5, .3}};
  double work = (double)times * ${2 * sums.length} * (BYTES / 4) / 1e9, one = 0, two = 0;
  for (int k = 0; k < 5; k++) {
    double t = now(); spin(r[0]); double d = now() - t; if (work / d > one) one = work / d;
    pthread_t other; t = now(); pthread_create(&other, 0, spin, r[1]); spin(r[0]); pthread_join(other, 0);
    d = now() - t; if (2 * work / d > two) two = 2 * work / d;
  }
  printf("%f %f\\n", one, two);
  return r[0][0] > 1e30;
}`;

/** The peak for vectors of so many bytes; undefined without a C compiler. */
export function peak(bytes: 16 | 32 | 64): Peak | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'eidos-peak-'));
  try {
    const [file, program] = [join(folder, 'peak.c'), join(folder, 'peak')];
    writeFileSync(file, source.replaceAll('BYTES', String(bytes)));
    const march = process.arch === 'arm64' ? '-mcpu=native' : '-march=native';
    execFileSync(
      process.env['CC'] ?? 'cc',
      ['-O2', march, '-ffp-contract=fast', file, '-o', program, '-lpthread'],
      { stdio: 'ignore' },
    );
    const [one = NaN, two = NaN] = execFileSync(program, { encoding: 'utf8' }).trim().split(' ').map(Number);
    return { one, two };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
