// Seed 3's searches on its own network, 784-784-784-10 with relu: a greedy idea (five sweeps, 7,840 images) and a
// Monte-Carlo climb (10,000), beside the same loops in NumPy, one image after the other. Both have the same weights and
// take turns; what counts is the ratio in one run. Without Python and NumPy only our own figures are printed. Beside them,
// ten ideas by gradient at once. Fails where a search is less than five times as fast, or ten ideas take two seconds.
//   node dist/bench/ideas.js [--device native|wasm] [--threads n] [--rounds n] [--python python3]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ascentOf, mnist, open, priorStatistics, type DeviceName } from '../src/index.ts';
import { readDat, writeDat } from '../src/files/dat.ts';
import { ideaOf } from '../src/invert/idea.ts';

/** Times as fast as NumPy, at least, and seconds that ten ideas by gradient may take. */
const bars = { faster: 5, ten: 2 };

const { values } = parseArgs({
  options: {
    device: { type: 'string' },
    threads: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    python: { type: 'string', default: 'python3' },
  },
});

/** What the seed's C++ does, as fast as NumPy does it one image at a time; kernels stand as is quicker. */
const peer = `
import sys, time, numpy as np
b = np.fromfile(sys.argv[1], '<f4'); n = 784; at = 0
def take(*s):
    global at
    k = int(np.prod(s)); r = b[at:at + k].reshape(s); at += k; return r
W1, b1, W2, b2, W3, b3 = take(n, n), take(n), take(n, n), take(n), take(10, n), take(10)
T1, T2, T3 = (np.ascontiguousarray(W.T) for W in (W1, W2, W3))
def left(x): return W3 @ np.maximum(W2 @ np.maximum(W1 @ x + b1, 0) + b2, 0) + b3
def right(x): return np.maximum(np.maximum(x @ T1 + b1, 0) @ T2 + b2, 0) @ T3 + b3
def timed(f, times):
    x = np.random.rand(n).astype('f4'); t = time.perf_counter()
    for _ in range(times): f(x)
    return time.perf_counter() - t
timed(left, 200), timed(right, 200)
predict = left if timed(left, 500) < timed(right, 500) else right
r = np.random.default_rng(int(sys.argv[2])); target = int(sys.argv[3])
x = r.random(n, dtype='f4'); t = time.perf_counter()
for _ in range(5):
    for i in range(n):
        x[i] = 0; a = predict(x)[target]
        x[i] = 1; c = predict(x)[target]
        if a > c: x[i] = 0
greedy = time.perf_counter() - t
x = r.random(n, dtype='f4'); t = time.perf_counter(); e = predict(x)[target]
for _ in range(10000):
    j = r.integers(n); was = x[j]; x[j] = r.random() > .5
    c = predict(x)[target]
    if c > e: e = c
    else: x[j] = was
print(greedy, time.perf_counter() - t, np.__version__)
`;

const median = (x: readonly number[]): number =>
  [...x].sort((a, b) => a - b)[Math.floor(x.length / 2)] ?? NaN;

const device = await open({
  device: values.device as DeviceName | undefined,
  threads: values.threads ? Number(values.threads) : undefined,
});
// Zeros would be a network without a slope: a short training makes scores such as searches meet.
const { train, test } = await mnist();
const fresh = await readDat(new Uint8Array(4_954_920), 'zeros', { device });
const random = (i: number): number => ((Math.imul(i + 1, 2654435761) >>> 8) / 2 ** 24 - 0.5) * 0.12;
await fresh.setWeights(
  (await fresh.getWeights()).map(({ name, data }) => ({ name, data: data.map((_, i) => random(i)) })),
);
await fresh.fit(train, { epochs: 1, batchSize: 500 });
const { accuracy } = await fresh.evaluate(test);
const folder = mkdtempSync(join(tmpdir(), 'eidos-ideas-'));
const file = join(folder, 'test.dat');
const bytes = await writeDat(fresh);
writeFileSync(file, bytes);

const methods = ['greedy', 'monte-carlo'] as const;
const images = { greedy: 7840, 'monte-carlo': 10_000 };
const ours: Record<(typeof methods)[number], number[]> = { greedy: [], 'monte-carlo': [] };
const theirs: typeof ours = { greedy: [], 'monte-carlo': [] };
let numpy: string | undefined;
const statistics = await priorStatistics();
const targets = Array.from({ length: 10 }, (_, k) => k);
const ten: number[] = [];
// The first turn compiles, and is left out.
for (const method of methods) await ideaOf(fresh, { target: 0, method });
await ascentOf(fresh, { targets, method: 'gradient', statistics });
for (let round = 0; round < Number(values.rounds); round++) {
  const target = round % 10;
  for (const method of methods) {
    const begin = performance.now();
    await ideaOf(fresh, { target, method, seed: round });
    ours[method].push((performance.now() - begin) / 1000);
  }
  const before = performance.now();
  await ascentOf(fresh, { targets, method: 'gradient', statistics, seed: round });
  ten.push((performance.now() - before) / 1000);
  const { stdout, status } = spawnSync(values.python, ['-c', peer, file, String(round), String(target)], {
    encoding: 'utf8',
  });
  if (status !== 0) continue;
  const [greedy, monteCarlo, version] = stdout.trim().split(' ');
  theirs.greedy.push(Number(greedy));
  theirs['monte-carlo'].push(Number(monteCarlo));
  numpy = version;
}
rmSync(folder, { recursive: true });

const report = {
  device: device.name,
  threads: device.threads,
  accuracy,
  load: loadavg()[0],
  numpy: numpy ?? 'not found',
  tenByGradient: { seconds: median(ten) },
  ...Object.fromEntries(
    methods.map((method) => {
      const [mine, other] = [median(ours[method]), median(theirs[method])];
      return [
        method,
        {
          seconds: mine,
          predictionsPerSecond: Math.round(images[method] / mine),
          ...(numpy && {
            numpySeconds: other,
            numpyPredictionsPerSecond: Math.round(images[method] / other),
            timesFaster: other / mine,
          }),
        },
      ];
    }),
  ),
};
console.log(JSON.stringify(report, null, 2));
await fresh.close();
await device.close();
const slow = methods.some(
  (method) => numpy && !(median(theirs[method]) / median(ours[method]) >= bars.faster),
);
if (slow || !(median(ten) < bars.ten)) {
  console.error(`needs ${bars.faster} times NumPy's speed, and ten ideas by gradient in ${bars.ten} s`);
  process.exitCode = 1;
}
