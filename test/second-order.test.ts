// Gradients of gradients where they matter: convolutions, pooling, cross-entropy, a recurrent net; and a game that
// only comes to rest because of one, the Dirac-GAN with R1.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { grad } from '../src/grad.ts';
import { ops } from '../src/index.ts';
import { Tensor } from '../src/tensor.ts';
import { agree, assertEqualGraphs, assertNear, draw, openAll, slopePairs } from './helpers.ts';

const devices = await openAll();
after(() => devices.close());

const {
  averagePool2d,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  logSoftmax,
  maxPool2d,
  pick,
  scan,
  upsample2d,
} = ops;
const check = (pairs: Record<string, readonly [Tensor, Tensor]>): Promise<void> =>
  assertEqualGraphs(devices, pairs, { rtol: 1e-5, atol: 1e-5 });

suite('second gradients agree with finite differences of the first', () => {
  const d = draw(100);

  test('of convolutions, with every stride, dilation and padding', () =>
    check({
      ...slopePairs('valid', (x, k) => conv2d(x, k).tanh(), [d.tensor([2, 4, 5, 2]), d.tensor([3, 2, 2, 3])]),
      ...slopePairs('same', (x, k) => conv2d(x, k, { padding: 'same' }).tanh(), [
        d.tensor([1, 4, 3, 2]),
        d.tensor([3, 3, 2, 3]),
      ]),
      ...slopePairs('strided', (x, k) => conv2d(x, k, { strides: 2, padding: 'same' }).tanh(), [
        d.tensor([1, 5, 4, 2]),
        d.tensor([3, 3, 2, 2]),
      ]),
      ...slopePairs('strided by 3', (x, k) => conv2d(x, k, { strides: 3 }).tanh(), [
        d.tensor([1, 7, 8, 2]),
        d.tensor([2, 2, 2, 2]),
      ]),
      ...slopePairs('dilated', (x, k) => conv2d(x, k, { dilation: 2 }).tanh(), [
        d.tensor([1, 6, 6, 2]),
        d.tensor([3, 2, 2, 2]),
      ]),
      ...slopePairs('a window as large as the image', (x, k) => conv2d(x, k).tanh(), [
        d.tensor([2, 3, 3, 2]),
        d.tensor([3, 3, 2, 2]),
      ]),
      ...slopePairs('a window larger than the result', (x, k) => conv2d(x, k).tanh(), [
        d.tensor([1, 5, 5, 1]),
        d.tensor([4, 4, 1, 2]),
      ]),
      ...slopePairs('depthwise', (x, k) => depthwiseConv2d(x, k, { padding: 'same' }).tanh(), [
        d.tensor([1, 4, 4, 3]),
        d.tensor([3, 3, 3, 2]),
      ]),
      ...slopePairs('transposed', (x, k) => conv2dTranspose(x, k, { strides: 2, padding: 'same' }).tanh(), [
        d.tensor([1, 3, 3, 2]),
        d.tensor([4, 4, 3, 2]),
      ]),
    }));

  test('of pooling and upsampling', () =>
    check({
      ...slopePairs('max', (x) => maxPool2d(x, 2).mul(3).tanh(), [d.spaced([1, 4, 4, 2])]),
      ...slopePairs(
        'overlapping max',
        (x) => maxPool2d(x, 3, { strides: 2, padding: 'same' }).mul(3).tanh(),
        [d.spaced([1, 5, 5, 2])],
      ),
      ...slopePairs('average', (x) => averagePool2d(x, 3, { strides: 2, padding: 'same' }).tanh(), [
        d.tensor([1, 5, 5, 2]),
      ]),
      ...slopePairs('upsampled', (x) => upsample2d(x).tanh(), [d.tensor([1, 2, 3, 2])]),
    }));

  test('of softmax with cross-entropy', () => {
    const classes = Tensor.from(Int32Array.of(2, 0, 3));
    return check({
      ...slopePairs('cross-entropy', (x) => pick(logSoftmax(x), classes).neg(), [d.tensor([3, 4], -2, 2)]),
      ...slopePairs('softmax', (x) => ops.softmax(x), [d.tensor([3, 4], -2, 2)]),
      ...slopePairs('logSumExp', (x) => ops.logSumExp(x, [0]), [d.tensor([3, 4], -2, 2)]),
    });
  });

  test('of a whole network: convolution, pooling, dense, cross-entropy', () => {
    const classes = Tensor.from(Int32Array.of(1, 2));
    const net = (x: Tensor, k: Tensor, w: Tensor): Tensor => {
      const pooled = maxPool2d(conv2d(x, k, { padding: 'same' }).softplus(), 2);
      return pick(logSoftmax(ops.matmul(pooled.reshape([2, 12]), w)), classes).neg();
    };
    return check(
      slopePairs('network', net, [d.spaced([2, 4, 4, 1]), d.tensor([3, 3, 1, 3]), d.tensor([12, 3])]),
    );
  });

  test('of a recurrent net', () =>
    check(
      slopePairs(
        'scan',
        (x, h, w) =>
          scan([h], [x], ([now], [input]) => ({ carry: [ops.matmul(now!, w).add(input!).tanh()] })).carry[0]!,
        [d.tensor([3, 2, 3]), d.tensor([2, 3]), d.tensor([3, 3])],
      ),
    ));

  test('third gradients too', () => {
    const third = (x: Tensor): Tensor => grad(x.sin().mul(x).sum(), [x])[0]!;
    return check(slopePairs('x sin x', third, [d.tensor([5])]));
  });

  test('the penalty of a critic, by all its weights, is the same on every target', async () => {
    const [x, k1, k2, w] = [
      d.tensor([3, 8, 8, 2]),
      d.tensor([3, 3, 2, 8]),
      d.tensor([4, 4, 8, 16]),
      d.tensor([64, 1]),
    ];
    const critic = (images: Tensor): Tensor => {
      const one = conv2d(images, k1, { padding: 'same' }).softplus();
      const two = conv2d(one, k2, { strides: 4, padding: 'same' }).tanh();
      return ops.matmul(two.reshape([3, 64]), w);
    };
    const [g] = grad(critic(x).sum(), [x]) as [Tensor];
    const norms = g.mul(g).sum([1, 2, 3]).add(1e-6).sqrt();
    const penalty = norms.sub(1).mul(norms.sub(1)).mean();
    const gradients = grad(penalty, [k1, k2, w, x]);
    await agree(
      devices,
      { penalty, ...Object.fromEntries(gradients.map((t, i) => [`gradient ${i}`, t])) },
      (actual, expected, what) => assertNear(actual, expected, { what, limit: 1e-10 }),
    );
  });
});

suite('the Dirac-GAN (Mescheder, Geiger and Nowozin, 2018, https://arxiv.org/abs/1801.04406)', () => {
  /** Steps of both players, one after the other, in one run: where the generator and the critic end. */
  async function play(gamma: number, times: number): Promise<[theta: number, psi: number]> {
    const [device] = devices.compiled;
    assert.ok(device);
    using theta = device.variable([1], [1], { name: 'theta' });
    using psi = device.variable([1], [1], { name: 'psi' });
    const critic = (x: Tensor, p: Tensor): Tensor => x.mul(p).sum();
    const rate = 0.1;
    using program = await device.compile(() => {
      // All data is at 0; the generator's is at theta. R1: gamma / 2 times the squared slope at the data.
      const data = Tensor.fill(0, [1]);
      const [slope] = grad(critic(data, psi.tensor), [data]) as [Tensor];
      const loss = critic(theta.tensor, psi.tensor)
        .softplus()
        .add(critic(data, psi.tensor).neg().softplus())
        .add(
          slope
            .mul(slope)
            .sum()
            .mul(gamma / 2),
        );
      const nextPsi = psi.tensor.sub(grad(loss, [psi.tensor])[0]!.mul(rate));
      const [g] = grad(critic(theta.tensor, nextPsi).neg().softplus(), [theta.tensor]) as [Tensor];
      return {
        updates: [
          [psi, nextPsi],
          [theta, theta.tensor.sub(g.mul(rate))],
        ],
      };
    });
    const running = program.start({}, { times });
    assert.equal(await running.done, times);
    return [(await theta.read())[0]!, (await psi.read())[0]!];
  }

  for (const gamma of [0.3, 0.6, 1])
    test(`with R1 of ${gamma} comes to rest below 1e-6 in 2,000 steps`, async () => {
      const [theta, psi] = await play(gamma, 2000);
      assert.ok(Math.abs(theta) < 1e-6 && Math.abs(psi) < 1e-6, `${theta}, ${psi}`);
    });

  test('without a penalty does not', async () => {
    const [theta, psi] = await play(0, 2000);
    assert.ok(Math.hypot(theta, psi) > 1e-3, `${theta}, ${psi}`);
  });
});
