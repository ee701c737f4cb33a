// Narrowing: what nobody asks for and what is known to be 0 goes, and every number stays. Random networks of whole
// numbers, whose sums are exact in any order, give the same before and after.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { range } from '../src/base/shape.ts';
import { compile, costOf } from '../src/device/compile.ts';
import { grad } from '../src/grad.ts';
import { topological, type Node } from '../src/graph/node.ts';
import { averagePool2d, conv2d, matmul, maxPool2d, scan } from '../src/ops/index.ts';
import { narrow } from '../src/simplify/narrow.ts';
import { simplify } from '../src/simplify/simplify.ts';
import { Tensor } from '../src/tensor.ts';
import { draw, numbersOf, type Draw } from './helpers.ts';

const less = (...tensors: Tensor[]): Node[] => narrow(simplify(tensors.map((t) => t.node)));
const products = (roots: readonly Node[]): Node[] => topological(roots).filter((n) => n.kind === 'contract');
const whole = (random: Draw, shape: number[]): Tensor =>
  Tensor.from(range(shape.reduce((n, d) => n * d, 1)).map(() => random.whole(-3, 3)), shape); // prettier-ignore

const x = Tensor.from([1, -2, 3, -4, 5, -6], [2, 3]);
const y = Tensor.from([6, 5, 4, 3, 2, 1], [2, 3]);

suite('narrow: crops', () => {
  const same = (a: Tensor, b: Tensor): void => {
    const [p] = simplify(less(a));
    const [q] = simplify(less(b));
    assert.deepEqual([p!.kind, p!.shape, p!.kind === 'view' && p!.move], [q!.kind, q!.shape, q!.kind === 'view' && q!.move]); // prettier-ignore
  };

  test('of padding are less padding', () => {
    same(x.pad([[2, 1], [0, 3]]).crop([[1, 1], [0, 1]]), x.pad([[1, 0], [0, 2]])); // prettier-ignore
    same(x.pad([[1, 0], [0, 0]]).crop([[1, 0], [0, 0]]), x); // prettier-ignore
    same(x.pad([[1, 0], [0, 0]]).crop([[2, 0], [0, 0]]), x.crop([[1, 0], [0, 0]])); // prettier-ignore
  });

  test('of a sum of products are one over fewer places, unless more of it is read elsewhere', () => {
    const product = matmul(x, y.permute([1, 0]));
    const [rows, columns] = product.shape as [number, number];
    const part = product.crop([[1, 0], [0, 1]]); // prettier-ignore
    const [found] = less(part);
    assert.equal(found?.kind, 'contract');
    assert.deepEqual(found.shape, [rows - 1, columns - 1]);
    const [, cut] = less(product, part);
    assert.equal(cut?.kind, 'view');
  });

  test('of nothing in padding leave padding', () => {
    const padded = Tensor.from([], [0]).pad([[2, 3]]).crop([[4, 0]]); // prettier-ignore
    assert.deepEqual([...numbersOf(less(padded))[0]!], [0]);
  });

  test('go through element-by-element work, as far as all its readers agree', () => {
    const product = matmul(x, y.permute([1, 0])).relu();
    const [a, b] = [product.crop([[1, 0], [0, 0]]), product.crop([[1, 0], [0, 1]])]; // prettier-ignore
    assert.deepEqual(products(less(a, b)).map((n) => n.shape), [[1, 2]]); // prettier-ignore
  });
});

suite('narrow: gradients', () => {
  test('of a padded convolution read as much padding as they need', () => {
    const [image, kernel] = [Tensor.from(range(216), [2, 6, 6, 3]), Tensor.from(range(108), [3, 3, 3, 4])];
    const [g] = grad(conv2d(image, kernel, { padding: 'same' }).sin().sum(), [image]);
    assert.deepEqual(products(less(g!)).map((n) => n.shape.slice(1, 3)), [[6, 6], [6, 6]]); // prettier-ignore
  });

  test('where a pool leaves out the last row and column, nothing is multiplied for them', () => {
    const random = draw(950);
    const [image, first, second] = [whole(random, [2, 9, 9, 1]), whole(random, [2, 2, 1, 3]), whole(random, [2, 2, 3, 2])]; // prettier-ignore
    const deep = maxPool2d(conv2d(maxPool2d(conv2d(image, first).relu()), second).relu());
    const found = products(less(deep, ...grad(deep.sum(), [first, second])));
    // 8 x 8, pooled to 4 x 4, of which the second convolution reads 3 x 3 and 2 x 2 of its own 3 x 3 are pooled.
    const shapes = found.map((n) => n.shape.join(' x '));
    const gradients = ['2 x 3 x 3 x 3', '2 x 2 x 1 x 3', '2 x 2 x 3 x 2'];
    assert.deepEqual(shapes, ['2 x 6 x 6 x 3', '2 x 2 x 2 x 2', ...gradients]);
    const pixels = found.map((n) => n.kind === 'contract' && Math.max(...n.spec.sizes.slice(1, 5)));
    assert.deepEqual(pixels, [6, 2, 3, 6, 2]);
  });

  test('cost() tells what was left out', () => {
    const program = compile('test', ({ inputs: { images } }) => {
      const deep = maxPool2d(conv2d(images!, Tensor.fill(1, [2, 2, 1, 4])), 2);
      return { outputs: { deep } };
    }, { batch: 3, inputs: { images: { shape: ['batch', 6, 6, 1] } } }); // prettier-ignore
    const cost = costOf(program, 0);
    assert.deepEqual([cost.productOperations, cost.plainOperations], [2 * 3 * 16 * 16, 2 * 3 * 25 * 16]);
  });
});

/** A random network of pools and convolutions, and of moves between them; one number in the end. */
function network(random: Draw, kernels: Tensor[]): (image: Tensor) => Tensor {
  const padding = (): 'same' | 'valid' => random.pick(['same', 'valid']);
  const layer = (t: Tensor): Tensor => {
    const [, h, w, c] = t.shape as [number, number, number, number];
    const [p, q] = [random.whole(1, Math.min(3, h)), random.whole(1, Math.min(3, w))];
    const strides = [random.whole(1, 3), random.whole(1, 3)] as const;
    switch (random.whole(0, 6)) {
      case 0:
      case 1: {
        const kernel = whole(random, [p, q, c, random.whole(1, 3)]);
        kernels.push(kernel);
        return conv2d(t, kernel, { strides: random.pick([1, strides]), padding: padding() });
      }
      case 2:
        return maxPool2d(t, [p, q], { padding: padding(), strides: random.pick([[p, q], strides]) });
      case 3:
        return averagePool2d(t, [p, q]).mul(p * q);
      case 4:
        return t.relu();
      case 5:
        return t.pad([[0, 0], [random.whole(0, 2), 0], [1, random.whole(0, 2)], [0, 0]]); // prettier-ignore
      default:
        return t.crop([[0, 0], [h > 3 ? 1 : 0, h > 4 ? 2 : 0], [0, w > 3 ? 1 : 0], [0, 0]]); // prettier-ignore
    }
  };
  return (image) => {
    let t = image;
    for (let i = random.whole(3, 6); i > 0; i--) t = layer(t);
    return t.mul(t.place([1, 2, 3]).to('f32')).sum();
  };
}

test('narrow: random networks and their gradients give the same numbers', () => {
  const random = draw(951);
  let fewer = 0;
  for (let i = 0; i < 120; i++) {
    const kernels: Tensor[] = [];
    const image = whole(random, [2, random.whole(5, 9), random.whole(5, 9), random.whole(1, 2)]);
    const loss = network(random, kernels)(image);
    const before = simplify([loss, ...grad(loss, [image, ...kernels])].map((t) => t.node));
    const after = narrow(before);
    assert.deepEqual(after.map((n) => n.shape), before.map((n) => n.shape)); // prettier-ignore
    const expected = numbersOf(before);
    numbersOf(after).forEach((found, j) => assert.deepEqual(found, expected[j], `network ${i}, result ${j}`));
    const work = (roots: readonly Node[]): number =>
      products(roots).reduce(
        (n, p) => n + (p.kind === 'contract' ? p.spec.sizes.reduce((a, b) => a * b) : 0),
        0,
      );
    if (work(after) < work(before)) fewer++;
    assert.ok(work(after) <= work(before));
  }
  assert.ok(fewer > 40, `${fewer} of 120 became less work`);
});

test('narrow: a loop reads what is whole, and is itself as before', () => {
  const product = matmul(x, y.permute([1, 0]));
  const looped = scan([Tensor.fill(0, [2, 2])], [], ([c]) => ({ carry: [c!.add(product.relu())] }), 3)
    .carry[0]!;
  const both = [looped.crop([[1, 0], [0, 0]]), product.crop([[0, 0], [1, 0]])]; // prettier-ignore
  const before = both.map((t) => t.node);
  assert.deepEqual(numbersOf(narrow(simplify(before))), numbersOf(before));
});
