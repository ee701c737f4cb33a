// Programs with carried state: every way a step can hand values from variable to variable, on every device,
// against the same step in plain JavaScript. Random steps at the end find what nobody thought of.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { range } from '../src/base/shape.ts';
import type { Traced } from '../src/device/compile.ts';
import type { Device, Outputs, Variable } from '../src/device/device.ts';
import { grad } from '../src/grad.ts';
import { gather, matmul, scan, scatterAdd } from '../src/ops/index.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose, assertSame, draw, openAll, type Devices, type Draw } from './helpers.ts';

let devices: Devices;
before(async () => {
  devices = await openAll();
});
after(() => devices.close());

type Numbers = readonly number[];

/** A step over three variables [n, n], told twice: as a program and as plain JavaScript on their old values. */
interface Case {
  readonly step: (a: Tensor, b: Tensor, c: Tensor) => readonly (Tensor | undefined)[];
  readonly plain: (a: Numbers, b: Numbers, c: Numbers) => readonly (Numbers | undefined)[];
}

const n = 3;
const places = range(n * n);
const zip = (f: (...x: number[]) => number, ...lists: Numbers[]): number[] =>
  places.map((i) => f(...lists.map((list) => list[i]!)));
const moved = (from: (row: number, column: number) => number, x: Numbers): number[] =>
  places.map((i) => x[from(Math.floor(i / n), i % n)]!);
const product = (x: Numbers, y: Numbers): number[] =>
  places.map((i) => range(n).reduce((s, k) => s + x[n * Math.floor(i / n) + k]! * y[n * k + (i % n)]!, 0));
const total = (x: Numbers): number => x.reduce((s, v) => s + v, 0);
const rows = Int32Array.of(2, 0, 2);

const cases: Record<string, Case> = {
  'two variables change places': {
    step: (a, b) => [b, a],
    plain: (a, b) => [b, a],
  },
  'three variables go round, changed on the way': {
    step: (a, b, c) => [b.mul(0.5), c.add(1), a.neg()],
    plain: (a, b, c) => [zip((x) => x / 2, b), zip((x) => x + 1, c), zip((x) => -x, a)],
  },
  "an update reads another variable's old value": {
    step: (a, b) => [a.mul(0.9), b.add(a)],
    plain: (a, b) => [zip((x) => 0.9 * x, a), zip((x, y) => x + y, a, b)],
  },
  'the same, elsewhere': {
    step: (a, b) => [a.mul(0.9), b.add(a.flip(1))],
    plain: (a, b) => [
      zip((x) => 0.9 * x, a),
      zip(
        (x, y) => x + y,
        moved((i, j) => n * i + n - 1 - j, a),
        b,
      ),
    ],
  },
  'one value goes to all three': {
    step: (a) => [a.mul(0.5), a.mul(0.5), a.mul(0.5)],
    plain: (a) => range(3).map(() => zip((x) => x / 2, a)),
  },
  'one value goes to two, of which one is read elsewhere': {
    step: (a, b, c) => [a.add(b), a.add(b), c.add(b.flip(0))],
    plain: (a, b, c) => {
      const sum = zip((x, y) => x + y, a, b);
      return [
        sum,
        sum,
        zip(
          (x, y) => x + y,
          c,
          moved((i, j) => n * (n - 1 - i) + j, b),
        ),
      ];
    },
  },
  'a variable is given its own value': {
    step: (a, b) => [a, b.add(a)],
    plain: (a, b) => [a, zip((x, y) => x + y, a, b)],
  },
  'written and never read': { step: (_, b) => [b.exp()], plain: (_, b) => [zip(Math.exp, b)] },
  'given a number': {
    step: (a, b) => [Tensor.fill(2, [n, n]), a.add(b)],
    plain: (a, b) => [places.map(() => 2), zip((x, y) => x + y, a, b)],
  },
  'its own transpose': { step: (a) => [a.permute([1, 0])], plain: (a) => [moved((i, j) => n * j + i, a)] },
  'its own rows, turned round': { step: (a) => [a.flip([0, 1])], plain: (a) => [[...a].reverse()] },
  'what it was, but for a row': {
    step: (a) => [a.crop([[0, 1], [0, 0]]).pad([[1, 0], [0, 0]])], // prettier-ignore
    plain: (a) => [[0, 0, 0, ...a.slice(0, n * (n - 1))]],
  },
  'its own square': {
    step: (a) => [matmul(a, a).mul(0.5)],
    plain: (a) => [zip((x) => x / 2, product(a, a))],
  },
  'a product and itself': {
    step: (a, b) => [a.mul(0.5).add(matmul(b, b).mul(0.1))],
    plain: (a, b) => [zip((x, y) => 0.5 * x + 0.1 * y, a, product(b, b))],
  },
  'less its own mean': {
    step: (a) => [a.sub(a.mean()).add(0.5)],
    plain: (a) => [zip((x) => x - total(a) / (n * n) + 0.5, a)],
  },
  'rows of itself by number': {
    step: (a) => [gather(a, Tensor.from(rows))],
    plain: (a) => [moved((i, j) => n * rows[i]! + j, a)],
  },
  'its rows added up by number': {
    step: (a) => [scatterAdd(n, Tensor.from(rows), a)],
    plain: (a) => [
      places.map((i) =>
        range(n).reduce((s, k) => s + (rows[k] === Math.floor(i / n) ? a[n * k + (i % n)]! : 0), 0),
      ),
    ],
  },
  'the last carry of a scan, and its outputs': {
    step: (a, b) => {
      const { carry, out } = scan([b.sum([0])], [a], ([sum], [row]) => {
        const next = sum!.mul(0.5).add(row!);
        return { carry: [next], out: [next.mul(0.25)] };
      });
      return [out[0]!, carry[0]!.reshape([1, n]).expand([n, n]).mul(0.1)];
    },
    plain: (a, b) => {
      let sum = range(n).map((j) => b[j]! + b[n + j]! + b[2 * n + j]!);
      const out = range(n).flatMap((t) => (sum = sum.map((s, j) => s / 2 + a[n * t + j]!)).map((x) => x / 4));
      return [out, places.map((i) => sum[i % n]! / 10)];
    },
  },
};

const started = range(3).map((v) => places.map((i) => Math.fround(Math.sin(1 + i + 10 * v))));

/** Runs a case a few steps, with the old and the new values as outputs too, and compares everything. */
async function compare(device: Device, { step, plain }: Case, steps: number, watch: boolean): Promise<void> {
  const variables = started.map((data) => device.variable(data, [n, n]));
  const [a, b, c] = variables.map((v) => v.tensor) as [Tensor, Tensor, Tensor];
  using program = await device.compile((): Traced<Variable> => {
    const updates = step(a, b, c).flatMap((t, i): [Variable, Tensor][] => (t ? [[variables[i]!, t]] : []));
    const outputs = Object.fromEntries(updates.flatMap(([v, t], i) => [[`old${i}`, v.tensor], [`new${i}`, t]])); // prettier-ignore
    return watch ? { updates, outputs } : { updates };
  });
  let state: readonly Numbers[] = started;
  for (let k = 0; k < steps; k++) {
    const out = await program.run();
    const next = plain(state[0]!, state[1]!, state[2]!);
    const given = range(3).filter((i) => next[i]);
    if (watch)
      given.forEach((i, at) => {
        assertClose(out[`old${at}`]!, state[i]!, { rtol: 1e-4, atol: 1e-5, what: `old ${i}, step ${k}` });
        assertClose(out[`new${at}`]!, next[i]!, { rtol: 1e-4, atol: 1e-5, what: `new ${i}, step ${k}` });
      });
    state = state.map((old, i) => next[i] ?? old);
  }
  for (const [i, v] of variables.entries())
    assertClose(await v.read(), state[i]!, { rtol: 1e-4, atol: 1e-5, what: `variable ${i}` });
  for (const v of variables) v.close();
}

suite('program: state', () => {
  for (const [name, one] of Object.entries(cases))
    test(name, async () => {
      for (const device of devices.all)
        for (const watch of [false, true]) await compare(device, one, 3, watch);
    });

  test('whole numbers, bytes and truths are carried as they are', async () => {
    for (const device of devices.all) {
      const count = device.variable([2 ** 24 + 1], [1], { dtype: 'i32' });
      const byte = device.variable(Uint8Array.of(254), [1]);
      const truth = device.variable([1], [1], { dtype: 'bool' });
      using program = await device.compile(() => ({
        updates: [
          [count, count.tensor.add(1)],
          [byte, byte.tensor.to('i32').add(1).to('u8')],
          [truth, truth.tensor.not()],
        ],
      }));
      await program.start({}, { times: 3 }).done;
      const read = [await count.read(), await byte.read(), await truth.read()];
      assert.deepEqual(read, [Int32Array.of(2 ** 24 + 4), Uint8Array.of(1), Uint8Array.of(0)]);
      // Wrapping is how the next epoch of a counter begins.
      await count.write(Int32Array.of(2 ** 31 - 1));
      await program.run();
      assert.deepEqual(await count.read(), Int32Array.of(-(2 ** 31)));
    }
  });

  test('programs share variables: one trains, one looks', async () => {
    for (const device of devices.all) {
      const w = device.variable([1, 2], [2]);
      using train = await device.compile(() => ({ updates: [[w, w.tensor.mul(2)]] }));
      using look = await device.compile(() => ({ outputs: { sum: w.tensor.sum() } }));
      const before = device.stats().bytes;
      const sums: number[] = [];
      for (let i = 0; i < 3; i++) {
        await train.run();
        sums.push((await look.run())['sum']![0]!);
      }
      assert.deepEqual(sums, [6, 12, 24]);
      assert.ok(device.stats().bytes - before <= 128, 'sharing takes no memory but a first arena');
    }
  });
});

suite('program: optimizers', () => {
  const xs = places.map((i) => Math.fround(Math.cos(i)));
  const ys = xs.map((x) => Math.fround(3 * x - 1));

  /** Linear regression y = w x + b by Adam, with everything it carries; the gradients come from grad(). */
  async function adam(device: Device, steps: number): Promise<{ state: number[]; losses: number[] }> {
    const names = ['w', 'b', 'mw', 'mb', 'vw', 'vb'] as const;
    const variables = names.map((name) => device.variable([0], [], { name }));
    const step = device.variable([0], []);
    using program = await device.compile(() => {
      const [w, b, mw, mb, vw, vb] = variables.map((v) => v.tensor) as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
      ];
      const t = step.tensor.add(1);
      const error = Tensor.from(xs).mul(w).add(b).sub(Tensor.from(ys));
      const loss = error.mul(error).mean();
      const [gw, gb] = grad(loss, [w, b]) as [Tensor, Tensor];
      const moved = (
        [
          [w, gw, mw, vw],
          [b, gb, mb, vb],
        ] as const
      ).map(([p, g, m, v]) => {
        // prettier-ignore
        const [m2, v2] = [m.mul(0.9).add(g.mul(0.1)), v.mul(0.99).add(g.mul(g).mul(0.01))];
        const [mHat, vHat] = [m2.div(Tensor.fill(1).sub(Tensor.fill(0.9).pow(t))), v2.div(Tensor.fill(1).sub(Tensor.fill(0.99).pow(t)))]; // prettier-ignore
        return [p.sub(mHat.div(vHat.sqrt().add(1e-7)).mul(0.1)), m2, v2] as const;
      });
      const next = [0, 1, 2].flatMap((k) => moved.map((list) => list[k]!));
      const updates = variables.map((v, i): [Variable, Tensor] => [v, next[i]!]);
      return { outputs: { loss }, updates: [...updates, [step, t]] };
    });
    const losses: number[] = [];
    for (let k = 0; k < steps; k++) losses.push((await program.run())['loss']![0]!);
    const state = await Promise.all(variables.map(async (v) => (await v.read())[0]!));
    return { state, losses };
  }

  function plain(steps: number): { state: number[]; losses: number[] } {
    let [p, m, v] = [[0, 0], [0, 0], [0, 0]]; // prettier-ignore
    const losses: number[] = [];
    for (let t = 1; t <= steps; t++) {
      const errors = xs.map((x, i) => p[0]! * x + p[1]! - ys[i]!);
      losses.push(total(errors.map((e) => e * e)) / xs.length);
      const g = [xs, xs.map(() => 1)].map((x) => (2 * total(errors.map((e, i) => e * x[i]!))) / xs.length);
      m = m.map((x, i) => 0.9 * x + 0.1 * g[i]!);
      v = v.map((x, i) => 0.99 * x + 0.01 * g[i]! * g[i]!);
      p = p.map((x, i) => x - (0.1 * m[i]!) / (1 - 0.9 ** t) / (Math.sqrt(v[i]! / (1 - 0.99 ** t)) + 1e-7));
    }
    return { state: [...p, ...m, ...v], losses };
  }

  test('thirty steps of Adam are those of plain JavaScript, and the loss falls', async () => {
    const expected = plain(30);
    for (const device of devices.all) {
      const { state, losses } = await adam(device, 30);
      const tolerance = { rtol: 2e-4, atol: 1e-4, what: device.name };
      assertClose(state, expected.state, tolerance);
      assertClose(losses, expected.losses, tolerance);
      assert.ok(losses[29]! < 0.3 * losses[0]!, `the loss is ${losses[29]} after ${losses[0]}`);
    }
  });
});

suite('program: the run-time batch', () => {
  test('every batch up to the largest is right, in one program', async () => {
    for (const device of devices.all) {
      const seen = device.variable([0], []);
      using program = await device.compile(
        ({ inputs, places: order }) => {
          const x = inputs['x']!;
          return {
            outputs: { twice: x.mul(2), mean: x.mean(), sums: x.sum(1), order },
            updates: [[seen, seen.tensor.add(x.sum([1]).mul(0).add(1).sum())]],
          };
        },
        { inputs: { x: { shape: ['batch', 3] } }, batch: 7 },
      );
      const compiled = device.stats().compiled;
      let examples = 0;
      for (const batch of [7, 1, 0, 4, 7]) {
        const x = Float32Array.from({ length: 3 * batch }, (_, i) => i - 4);
        const out: Outputs = await program.run({ x }, { batch });
        assertSame(out['twice']!, x.map((v) => 2 * v), `batch ${batch}`); // prettier-ignore
        assertSame(out['order']!, range(batch));
        assertClose(out['sums']!, range(batch).map((i) => 9 * i - 9)); // prettier-ignore
        assertClose(out['mean']!, [batch === 0 ? NaN : total([...x]) / x.length]);
        examples += batch;
      }
      assert.deepEqual([...(await seen.read())], [examples]);
      assert.equal(device.stats().compiled, compiled, 'a smaller batch compiles nothing');
    }
  });
});

/** A random step: each variable may get a sum of old values, moved and changed in random ways. */
function randomCase(random: Draw): Case {
  type Both = { readonly t: Tensor; readonly x: number[] };
  const plan = range(12).map(() => ({
    op: random.whole(0, 8),
    i: random.next(),
    j: random.next(),
    k: random.next(),
  }));
  const given = range(3).map(() => random.pick([0, 1, 1, 1]) * Math.ceil(12 * random.next()));
  const ops: ((p: Both, q: Both) => Both)[] = [
    (p, q) => ({ t: p.t.add(q.t), x: zip((a, b) => a + b, p.x, q.x) }),
    (p, q) => ({ t: p.t.mul(q.t), x: zip((a, b) => a * b, p.x, q.x) }),
    (p) => ({ t: p.t.permute([1, 0]), x: moved((i, j) => n * j + i, p.x) }),
    (p) => ({ t: p.t.flip(0), x: moved((i, j) => n * (n - 1 - i) + j, p.x) }),
    (p) => ({ t: p.t.sin(), x: zip(Math.sin, p.x) }),
    (p, q) => ({ t: matmul(p.t, q.t).mul(0.3), x: zip((a) => 0.3 * a, product(p.x, q.x)) }),
    (p, q) => ({ t: p.t.add(q.t.mean()), x: zip((a) => a + total(q.x) / 9, p.x) }),
    (p) => ({ t: gather(p.t, Tensor.from(rows)), x: moved((i, j) => n * rows[i]! + j, p.x) }),
    (p) => ({ t: p.t.tanh(), x: zip(Math.tanh, p.x) }),
  ];
  const walk = (old: Both[]): (Both | undefined)[] => {
    const known = [...old];
    const one = (r: number): Both => known[Math.floor(r * known.length)]!;
    for (const { op, i, j } of plan) known.push(ops[op]!(one(i), one(j)));
    return given.map((at, i) => (at === 0 ? undefined : bounded(known[(3 + at + i) % known.length]!)));
  };
  // So that steps do not grow; a variable's own old value stays what it is.
  const bounded = (p: Both): Both => ({
    t: p.t.clip(-1, 1),
    x: p.x.map((v) => Math.max(-1, Math.min(1, v))),
  });
  const zero = places.map(() => 0);
  return {
    step: (...old) => walk(old.map((t) => ({ t, x: zero }))).map((p) => p?.t),
    plain: (...old) => walk(old.map((x) => ({ t: Tensor.fill(0, [n, n]), x: [...x] }))).map((p) => p?.x),
  };
}

test('program: random steps', async () => {
  const random = draw(101);
  for (let i = 0; i < 60; i++) {
    const one = randomCase(random);
    for (const device of devices.all)
      if (device.name !== 'native' || i % 10 === 0)
        await compare(device, one, 3, i % 3 === 0).catch((error: unknown) => {
          throw new Error(`random step ${i} on ${device.name}`, { cause: error });
        });
  }
});
