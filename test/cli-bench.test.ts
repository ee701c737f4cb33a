// `eidos bench`, in a hurry, and the machine's limits that it tells figures against.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { machineLimits } from '../src/index.ts';
import { Limits } from '../src/device/native-limits.ts';
import { eidos } from './cli-process.ts';

const quick = ['bench', '--device', 'wasm', '--threads', '1', '--seconds', '0.02'];

interface Figures {
  readonly command: string;
  readonly threads: number;
  readonly limits: { readonly full: number[]; readonly narrow: number[]; readonly stream: number[] } | null;
  readonly workloads: readonly {
    readonly name: string;
    readonly device: string;
    readonly ms: number;
    readonly low: number;
    readonly high: number;
    readonly share: number | null;
  }[];
}

suite('eidos bench', () => {
  test('times every workload on the device asked for, as JSON', async () => {
    const { code, stdout } = await eidos([...quick, '--json']);
    assert.equal(code, 0);
    const { command, threads, limits, workloads } = JSON.parse(stdout) as Figures;
    assert.equal(`${command} ${threads}`, 'bench 1');
    assert.deepEqual(
      workloads.map(({ name, device }) => `${device} ${name}`),
      ['matmul', 'dense', 'tutorial32', 'tutorial128', 'answers', 'chain'].map((name) => `wasm ${name}`),
    );
    for (const { name, ms, low, high, share } of workloads) {
      assert.ok(low > 0 && low <= ms && ms <= high, `${name}: ${low} ${ms} ${high}`);
      assert.equal(share === null, limits === null, name);
    }
    // 2.1 GFLOP: neither in no time nor in a minute.
    const product = workloads[0]!;
    assert.ok(product.ms > 2 && product.ms < 60_000, `${product.ms}`);
  });

  test('is a table with a line for each, in both languages', async () => {
    for (const [lang, head] of [
      ['en', /^device +what +ms +quartiles +of the limit$/m],
      ['ja', /^デバイス +計算 +ms +四分位 +限界比$/m],
    ] as const) {
      const { code, stdout } = await eidos([...quick, '--lang', lang]);
      assert.equal(code, 0);
      assert.match(stdout, head);
      assert.equal(stdout.split('\n').filter((line) => line.startsWith('wasm ')).length, 6);
    }
  });

  test('refuses no time at all', async () => {
    const { code, stderr } = await eidos(['bench', '--seconds', '0']);
    assert.equal(code, 2);
    assert.match(stderr, /^bench: --seconds /);
  });
});

suite('limits of the machine', () => {
  test('are positive, and two threads together no slower than half of one', async (t) => {
    const limits = await machineLimits(2);
    if (!limits) return t.skip('no C compiler');
    assert.ok(limits.width >= 16 && limits.threads === 2);
    for (const [one, all] of [limits.full, limits.narrow, limits.stream])
      assert.ok(one > 0.1 && one < 1e5 && all > one / 4, `${one} ${all}`);
  });

  test('a program that has ended tells NaN', async (t) => {
    const limits = await Limits.open().catch(() => undefined);
    if (!limits) return t.skip('no C compiler');
    await limits.close();
    await limits.close();
    assert.ok(Number.isNaN(await limits.measure(16, 1)));
  });
});
