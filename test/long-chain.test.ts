// Programs of many thousands of nodes in a row: every walk is a loop and takes time in proportion, so that they
// compile, differentiate, run and explain themselves. Times are asserted with much room.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { range } from '../src/base/shape.ts';
import type { Traced } from '../src/device/compile.ts';
import type { Device, Program, Variable } from '../src/device/device.ts';
import { grad } from '../src/grad.ts';
import { matmul, scan } from '../src/ops/index.ts';
import type { Tensor } from '../src/tensor.ts';
import { assertClose, openAll, type Devices } from './helpers.ts';

const long = 20_000;
let devices: Devices;
before(async () => {
  devices = await openAll();
});
after(() => devices.close());

const x0 = [0.5, -0.25];
const f = Math.fround;

/** A link of the chain, as a tensor and as numbers; every link reads the start of the chain too. */
const link = (y: Tensor, x: Tensor, i: number): Tensor => (i % 2 ? y.mul(0.999).add(x) : y.sub(x.mul(0.5)));
const plainLink = (y: number, x: number, i: number): number =>
  i % 2 ? f(f(y * f(0.999)) + x) : f(y - f(x * 0.5));

function chain(x: Tensor, length: number): Tensor {
  let y = x;
  for (let i = 0; i < length; i++) y = link(y, x, i);
  return y;
}

/** The last link for a start, and its slope there: the chain is linear. */
function plainChain(x: number, length: number): { y: number; slope: number } {
  let [y, slope] = [x, 1];
  for (let i = 0; i < length; i++) {
    y = plainLink(y, x, i);
    slope = i % 2 ? 0.999 * slope + 1 : slope - 0.5;
  }
  return { y, slope };
}

async function compiled(device: Device, make: (x: Variable) => Traced<Variable>): Promise<Program> {
  const start = performance.now();
  const x = device.variable(x0, [2]);
  const program = await device.compile(() => make(x));
  const seconds = (performance.now() - start) / 1000;
  assert.ok(seconds < 60, `${device.name}: ${seconds} s`); // 2 s on an idle machine
  return program;
}

suite('long chains', () => {
  test('20,000 links compile, run and explain themselves', async () => {
    for (const device of devices.all) {
      using program = await compiled(device, (x) => ({ outputs: { y: chain(x.tensor, long) } }));
      const { y } = await program.run();
      assertClose(y!, x0.map((x) => plainChain(f(x), long).y), { rtol: 1e-4, what: device.name }); // prettier-ignore
      const graph = program.explain('graph').split('\n');
      assert.ok(graph.length > long && graph.length < 5 * long, `${graph.length} nodes`);
      for (const stage of ['kernels', 'plan', 'code', 'target'] as const)
        assert.ok(program.explain(stage).length > 0);
    }
  });

  test('their gradients too', async () => {
    // One device: differentiating and lowering are the same for all.
    const device = devices.compiled[0]!;
    using program = await compiled(device, (x) => ({
      outputs: { g: grad(chain(x.tensor, long).tanh().sum(), [x.tensor])[0]! },
    })); // prettier-ignore
    const expected = x0.map((x) => {
      const { y, slope } = plainChain(f(x), long);
      return slope * (1 - Math.tanh(y) ** 2);
    });
    assertClose((await program.run())['g']!, expected, { rtol: 1e-2, atol: 1e-2 });
  });

  test('twice the links take about twice the time', async () => {
    const device = devices.compiled[0]!;
    const time = async (length: number): Promise<number> => {
      const start = performance.now();
      (await compiled(device, (x) => {
        const y = chain(x.tensor, length).tanh();
        return { outputs: { g: grad(y.mul(y).sum(), [x.tensor])[0]! } };
      })).close(); // prettier-ignore
      return performance.now() - start;
    };
    await time(1000);
    const [short, twice] = [await time(2000), await time(8000)];
    // Four times as long; in proportion to the square it would be sixteen.
    assert.ok(twice < 10 * short, `${short} ms, then ${twice} ms`);
  });

  test('20,000 moves', async () => {
    for (const device of devices.all) {
      using program = await compiled(device, (x) => {
        let y = x.tensor.reshape([1, 2]);
        for (let i = 0; i < long; i++) y = i % 3 === 0 ? y.permute([1, 0]) : y.flip(i % 2);
        return { outputs: { y: y.reshape([2]) } };
      });
      // Turned round as often as a flip meets the axis of two.
      let [lies, turned] = [1, false];
      for (let i = 0; i < long; i++) {
        if (i % 3 === 0) lies = 1 - lies;
        else if (i % 2 === lies) turned = !turned;
      }
      assert.deepEqual([...(await program.run())['y']!], turned ? x0.toReversed() : x0);
    }
  });

  test('2,000 products', async () => {
    for (const device of devices.all) {
      const turn = [Math.cos(0.01), Math.sin(0.01), -Math.sin(0.01), Math.cos(0.01)].map(f);
      const w = device.variable(turn, [2, 2]);
      using program = await compiled(device, (x) => {
        let y = x.tensor.reshape([1, 2]);
        for (let i = 0; i < 2000; i++) y = matmul(y, w.tensor);
        return { outputs: { y: y.reshape([2]) } };
      });
      const [a, b] = x0 as [number, number];
      const [c, s] = [Math.cos(20), Math.sin(20)];
      assertClose((await program.run())['y']!, [c * a - s * b, s * a + c * b], { rtol: 1e-3, atol: 1e-3 });
    }
  });

  test('a long chain within a loop over time', async () => {
    for (const device of devices.all) {
      using program = await compiled(device, (x) => {
        const { carry } = scan([x.tensor], [], ([y]) => ({ carry: [chain(y!, 2000).mul(0.001)] }), 3);
        return { outputs: { y: carry[0]! } };
      });
      const step = (x: number): number => f(plainChain(x, 2000).y * f(0.001));
      assertClose((await program.run())['y']!, x0.map((x) => step(step(step(f(x))))), { rtol: 1e-4 }); // prettier-ignore
    }
  });

  test('500 variables, each with its own update', async () => {
    for (const device of devices.compiled) {
      const variables = range(500).map((i) => device.variable([i, i + 1], [2]));
      const start = performance.now();
      using program = await device.compile(() => {
        let y = variables[0]!.tensor;
        for (const v of variables) y = y.add(v.tensor.mul(y)).tanh();
        const gradients = grad(y.sum(), variables.map((v) => v.tensor)); // prettier-ignore
        return {
          updates: variables.map((v, i): [Variable, Tensor] => [v, v.tensor.sub(gradients[i]!.mul(0))]),
        };
      });
      assert.ok(performance.now() - start < 30_000, `${performance.now() - start} ms`);
      await program.run();
      assert.deepEqual([...(await variables[499]!.read())], [499, 500]);
    }
  });
});
