// The bench: what it takes for agreement, how figures are kept and told, and a small race of real processes, one of which
// answers wrongly and is not timed.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Limit, Limits } from '../src/device/native-limits.ts';
import { Bounds } from '../bench/bounds.ts';
import { ours, variants, type Contestant } from '../bench/contestants.ts';
import { readData, writeData } from '../bench/data-folder.ts';
import { kept, merged, save, type Kept } from '../bench/figures.ts';
import { firstSteps } from '../bench/first-step.ts';
import { quantile } from '../bench/quantile.ts';
import { agree, race, type Figure } from '../bench/race.ts';
import { rounded, timesAs } from '../bench/table.ts';
import { all, workloadOf } from '../bench/workloads/index.ts';
import { figureOf, type Workload } from '../bench/workloads/workload.ts';
import { placed, tablesOf } from '../bench/write-tables.ts';
import { root } from './project.ts';

const figure = (
  workload: string,
  contestant: string,
  median: number,
  more: Partial<Figure> = {},
): Figure => ({
  workload,
  contestant,
  library: 'eidos',
  about: `${contestant} as it is`,
  unit: 'ms',
  median,
  low: median,
  high: median,
  repetitions: 20,
  clean: 20,
  times: 1,
  own: 1,
  others: 0,
  limit: 100,
  share: 0.5,
  peakBytes: 1e6,
  baseBytes: 5e5,
  date: '2026-01-01',
  ...more,
});

const known = (id: string): Workload => {
  const found = workloadOf(id);
  assert.ok(found, id);
  return found;
};

const empty: Kept = { figures: [], firstSteps: [], epochs: [], problems: [] };

async function inFolder(use: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'eidos-bench-test-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

suite('bench: figures', () => {
  test('answers agree within 0.2 % of the largest number, and not with what is missing', () => {
    assert.ok(agree([1, 100.1], [1.1, 100]));
    assert.ok(!agree([1, 100.3], [1, 100]));
    assert.ok(!agree([1], [1, 2]));
    assert.ok(!agree([null], [1]));
    assert.ok(!agree([NaN], [NaN]));
  });

  test('quantiles lie between the numbers they fall between', () => {
    assert.deepEqual(
      [0, 0.25, 0.5, 1].map((q) => quantile([4, 1, 3, 2], q)),
      [1, 1.75, 2.5, 4],
    );
  });

  test("milliseconds become a workload's unit", () => {
    const of = (id: string): number => figureOf(known(id), 10);
    assert.equal(of('W2'), 10);
    assert.equal(of('W1'), 100);
    assert.equal(of('W3-ask-256'), 25_600);
    assert.ok(Math.abs(of('GEMM-ab') - 214.7) < 0.1);
    assert.ok(Math.abs(of('RANDOM') - 1.678) < 0.001);
    assert.equal(of('SMALL-dense-128-10-b1-forward'), 10_000);
  });

  test('numbers have three digits', () => {
    assert.deepEqual([1234567, 123.4, 12.34, 1.234, 0.01234].map(rounded), [
      '1,230,000',
      '123',
      '12.3',
      '1.23',
      '0.012',
    ]);
  });

  test('the faster one is more than once as fast, whatever the unit', () => {
    assert.equal(timesAs(figure('W2', 'a', 2), figure('W2', 'b', 6)), 3);
    const speed = { unit: 'samples/s' } as const;
    assert.equal(timesAs(figure('W1', 'a', 6, speed), figure('W1', 'b', 2, speed)), 3);
  });

  test('new figures replace those of the same workload and contestant, on disk too', () =>
    inFolder((folder) => {
      const old = {
        ...empty,
        figures: [figure('W1', 'native', 1), figure('W2', 'native', 2)],
        problems: ['W1: x: y'],
      };
      const now = merged(old, { figures: [figure('W1', 'native', 3)] }, ['W1']);
      assert.deepEqual(
        now.figures.map(({ workload, median }) => [workload, median]),
        [
          ['W2', 2],
          ['W1', 3],
        ],
      );
      assert.deepEqual(now.problems, []);
      const file = join(folder, 'figures.jsonl');
      save(file, now);
      assert.deepEqual(kept(file), now);
    }));

  test('tables stand between their marks, ours beside the best of each library', () => {
    const figures = [
      figure('W2', 'native', 2),
      figure('W2', 'PyTorch 1', 8, { library: 'PyTorch' }),
      figure('W2', 'PyTorch 2', 6, { library: 'PyTorch' }),
      figure('W2', 'NumPy', 7, { library: 'NumPy' }),
    ];
    const tables = tablesOf({ ...empty, figures });
    const row = /^\| W2 .*$/m.exec(tables['training'] ?? '')?.[0];
    assert.equal(
      row,
      '| W2 | ms | 2.00 (2.00–2.00) | 1.60 | 50 % | 3.00 | – | 7.00 | – | – | – | 7.00 | 6.00 | – | – | – | – |',
    );
    const page = 'a\n<!-- bench: training -->\nold\n<!-- bench: end -->\nb\n';
    const written = placed(page, tables);
    assert.ok(written.startsWith('a\n<!-- bench: training -->\n\n| workload'));
    assert.ok(!written.includes('old') && written.endsWith('<!-- bench: end -->\nb\n'));
    assert.throws(() => placed(page.replace('training', 'dreams'), tables), /there is no table dreams/);
  });

  test('what runs in WebAssembly is told beside the best that does, too', () => {
    const speed = { unit: 'images/s' } as const;
    const figures = [
      figure('W3-ask-1', 'wasm', 6, speed),
      figure('W3-ask-1', 'onnxruntime-node 1', 12, { ...speed, library: 'onnxruntime' }),
      figure('W3-ask-1', 'onnxruntime-web 1 wasm', 3, { ...speed, library: 'onnxruntime-web' }),
    ];
    const row = /^\| W3-ask-1 .*$/m.exec(tablesOf({ ...empty, figures })['answering'] ?? '')?.[0];
    assert.ok(row?.includes('| 50 % | 0.50 | 2.00 | – | – | – | 12.0 | 3.00 | – |'), row);
  });

  test('the nearer limit stands out, and what is left out is told', () => {
    const performed = { operations: 0.44, arithmetic: 0.8, memory: 0.1 };
    const figures = [
      figure('GAME-g1-forward', 'native', 400, { unit: 'GFLOP/s', performed }),
      figure('GAME-g3-forward', 'wasm', 30, {
        unit: 'GFLOP/s',
        performed: { operations: 1, arithmetic: 0.14, memory: 0.7 },
      }),
    ];
    const table = tablesOf({ ...empty, figures })['limits'] ?? '';
    assert.ok(table.includes('| GAME-g1-forward | 44 % | **80 %** | 10 % | – | – | – |'), table);
    assert.ok(table.includes('| GAME-g3-forward | – | – | – | 100 % | 14 % | **70 %** |'), table);
  });

  test('variants have a table of their own', () => {
    const figures = [
      figure('GEMM-ab', 'native', 200),
      figure('GEMM-ab', 'wasm, 1 thread', 40, { share: 0.7 }),
    ];
    const table = tablesOf({ ...empty, figures })['variants'] ?? '';
    assert.ok(table.includes('| GEMM-ab | GFLOP/s | – | – | 40.0 (40.0–40.0) | 70 % | – | – |'), table);
  });

  test('every table has its place in docs/performance.md', () => {
    const page = readFileSync(join(root, 'docs/performance.md'), 'utf8');
    const marks = [...page.matchAll(/<!-- bench: ([a-z ]+) -->/g)]
      .map(([, name]) => name)
      .filter((x) => x !== 'end');
    assert.deepEqual(marks.toSorted(), Object.keys(tablesOf(empty)).toSorted());
  });
});

suite('bench: contestants', () => {
  test('variants run on one thread, and with narrower vectors where those of the machine are wider', () => {
    const told = (width: number) =>
      variants(['native', 'wasm'], width).map(({ name, told, width: own }) => [name, told.threads, own]);
    const single = [
      ['native, 1 thread', 1, undefined],
      ['wasm, 1 thread', 1, 16],
    ];
    assert.deepEqual(told(32), single);
    if (process.arch === 'x64') assert.deepEqual(told(64), [...single, ['native, AVX2', undefined, 32]]);
    assert.deepEqual(
      variants(['wasm'], 64).map(({ name }) => name),
      ['wasm, 1 thread'],
    );
  });

  test('the Python ones know every layer that is a workload', () => {
    const { stdout } = spawnSync(
      'python3',
      ['-c', 'import common; print(*common.CONVOLUTIONS, *common.DENSE)'],
      {
        cwd: join(root, 'bench/peers'),
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
        encoding: 'utf8',
      },
    );
    if (!stdout) return;
    const layers = all.flatMap(({ id }) => /^((?:CONV|GAME|SMALL).*)-\w+$/.exec(id)?.slice(1) ?? []);
    assert.deepEqual(new Set(stdout.trim().split(' ')), new Set(layers));
  });
});

suite('bench: bounds', () => {
  test('each is measured once for all that it bounds, on their threads and at their width', async () => {
    const asked: (readonly [Limit, number, number | undefined])[] = [];
    const limits = {
      measure: (...one: (typeof asked)[number]) => {
        asked.push(one);
        return Promise.resolve(asked.length);
      },
    } as unknown as Limits;
    const who = [ours('native'), ours('wasm'), ...variants(['wasm'], 64), ours('native')];
    const bounds = new Bounds({ limits, width: 64 }, known('GAME-g3-forward'), 2);
    await bounds.measure(who);
    const bytes = 4 * (128 * 28 * 28 * 51 + 50);
    assert.deepEqual(asked, [
      [64, 2, bytes],
      ['stream', 2, bytes],
      [16, 2, bytes],
      [16, 1, bytes],
      ['stream', 1, bytes],
    ]);
    await bounds.measure(who);
    assert.equal(bounds.of(who[0]!, 'arithmetic'), 3.5);
    assert.equal(bounds.of(who[2]!, 'memory'), 7.5);
  });
});

suite('bench: first steps', () => {
  test('one is timed in a process of its own', () => {
    const [step] = firstSteps(['wasm'], 1);
    assert.ok(step?.what === 'tutorial' && step.with === 'wasm' && step.cached === null);
    assert.ok(step.cold > 0.01 && step.cold < 60, `${step.cold}`);
  });
});

suite('bench: a race', () => {
  test('numbers come out of files as they went in', () =>
    inFolder((folder) => {
      const data = {
        a: { data: Float32Array.of(1, -2.5), shape: [2] },
        'b/c': { data: Uint8Array.of(1, 2, 3), shape: [1, 3] },
        d: { data: Int32Array.of(-7), shape: [1] },
      };
      writeData(folder, data);
      assert.deepEqual(readData(folder), data);
    }));

  test('who agrees is timed, who does not or ends is told of', () =>
    inFolder(async (folder) => {
      const script = (name: string, text: string): Contestant => {
        const file = join(folder, `${name}.mjs`);
        writeFileSync(file, text);
        return { name, library: 'NumPy', command: [process.execPath, file], env: {}, told: {} };
      };
      const says = (reply: string): string =>
        `import { createInterface } from 'node:readline';
        for await (const line of createInterface({ input: process.stdin })) {
          const told = JSON.parse(line);
          if (told.do === 'end') break;
          console.log(JSON.stringify((${reply})(told)));
        }`;
      const wrong = script(
        'wrong',
        says(`(told) => told.do === 'answer' ? { answer: [1, 2, 3, 4] } : { about: 'x' }`),
      );
      const gone = script('gone', 'process.exit(3)');
      const other = script('other', says(`() => ({ absent: true })`));
      const w4 = known('W4');
      const pace = { repetitions: 2, stretch: 0.01, budget: 0.05, least: 2, threads: 1 };
      const { figures, problems } = await race(w4, [ours('wasm'), wrong, gone, other], pace, {
        limits: undefined,
        width: 16,
      });
      assert.deepEqual(
        figures.map(({ contestant }) => contestant),
        ['wasm'],
      );
      assert.ok(figures[0]!.median > 0 && figures[0]!.repetitions >= 2 && figures[0]!.peakBytes !== 0);
      assert.equal(problems.length, 2);
      assert.match(problems[0]!, /^W4: wrong answers 1, 2, 3, 4, wasm [\d., ]+: not timed$/);
      assert.match(problems[1]!, /^W4: gone: ended with 3$/);
    }));
});
