// Simplifying: what the rules take away, what they must leave alone, and random graphs that compute the same
// bits before and after, with zeros of both signs, infinities and NaN among the numbers.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { range } from '../src/base/shape.ts';
import { topological, type Node } from '../src/graph/node.ts';
import { matmul, randomBits, scan } from '../src/ops/index.ts';
import { simplify } from '../src/simplify/simplify.ts';
import { Tensor } from '../src/tensor.ts';
import { assertSame, draw, numbersOf, type Draw } from './helpers.ts';

const simple = (t: Tensor): Node => simplify([t.node])[0]!;
const same = (a: Tensor, b: Tensor): void => {
  const [p, q] = simplify([a.node, b.node]);
  assert.equal(p, q);
};
const apart = (a: Tensor, b: Tensor): void => {
  const [p, q] = simplify([a.node, b.node]);
  assert.notEqual(p, q);
};

const x = Tensor.from([1, -2, 3, -4, 5, -6], [2, 3]);
const y = Tensor.from([6, 5, 4, 3, 2, 1], [2, 3]);
const k = Tensor.from(Int32Array.of(1, -2, 3), [3]);

suite('simplify: what goes', () => {
  const gone: Record<string, Tensor> = {
    'x * 1': x.mul(1),
    '1 * x': Tensor.map('mul', 1, x),
    'x / 1': x.div(1),
    '-(-x)': x.neg().neg(),
    'x * (3 - 2)': x.mul(Tensor.fill(3).sub(Tensor.fill(2))),
    'x / 1 * 1, moved about': x.div(1).permute([1, 0]).mul(1).permute([1, 0]),
    'a reshape and back': x.reshape([3, 2]).reshape([6]).reshape([2, 3]),
    'three turns of three axes': range(3).reduce((t) => t.permute([1, 2, 0]), x.reshape([1, 2, 3])).reshape([2, 3]), // prettier-ignore
  };
  for (const [name, t] of Object.entries(gone)) test(name, () => assert.equal(simple(t), x.node));

  test('constants are worked out as the device would', () => {
    const value = (t: Tensor): number => {
      const n = simple(t);
      assert.ok(n.kind === 'const', n.kind);
      return n.value;
    };
    const [a, b] = [Tensor.fill(0.1), Tensor.fill(0.2)];
    assert.equal(Math.fround(value(a.add(b))), Math.fround(Math.fround(0.1) + Math.fround(0.2)));
    assert.ok(Object.is(value(Tensor.fill(0).neg()), -0));
    assert.equal(value(Tensor.fill(1).div(Tensor.fill(0))), Infinity);
    assert.ok(Number.isNaN(value(Tensor.fill(0).div(Tensor.fill(0)))));
    const [big, three] = [Tensor.fill(2 ** 31 - 1, [], 'i32'), Tensor.fill(3, [], 'i32')];
    assert.equal(value(big.add(three)), -(2 ** 31) + 2);
    assert.equal(value(big.mul(big)), 1);
    assert.equal(value(Tensor.fill(-7, [], 'i32').div(three)), -2);
    assert.equal(value(Tensor.fill(7, [], 'i32').div(Tensor.fill(0, [], 'i32'))), 0);
    assert.equal(value(Tensor.fill(2.9).to('i32').to('f32')), 2);
    assert.equal(value(Tensor.fill(3e9).to('i32')), 2 ** 31 - 1);
  });

  test('constants stay in float64 for the reference, and are left alone where f32 comes to something else', () => {
    const third = simple(Tensor.fill(1).div(3));
    assert.equal(third.kind === 'const' && third.value, 1 / 3);
    const rest = Tensor.fill(1).sub(0.9);
    assert.notEqual(Math.fround(1 - 0.9), Math.fround(1 - Math.fround(0.9)));
    assert.equal(simple(rest).kind, 'map');
    const nearlyOne = Tensor.fill(1 - 1e-12);
    assert.equal(simple(nearlyOne.to('i32')).kind, 'map');
  });

  test('equal work is done once', () => {
    same(x.add(y).exp(), x.add(y).exp());
    same(matmul(x, y.permute([1, 0])), matmul(x, y.permute([1, 0])));
    same(x.sum(1), x.mul(1).sum(-1));
    same(Tensor.fill(NaN), Tensor.fill(NaN));
    const chance = { seed: Tensor.fill(1, [], 'i32'), step: Tensor.fill(2, [], 'i32') };
    same(randomBits([4], chance, 1), randomBits([4], chance, 1));
  });

  test('inside a scan and around it', () => {
    const twice = scan(
      [x.mul(1)],
      [],
      ([c]) => ({ carry: [c!.mul(1).add(y).add(y.add(0)).sub(y.add(0))] }),
      2,
    );
    const roots = simplify([twice.carry[0]!.node]);
    const whole = topological(roots).find((n) => n.kind === 'scan');
    assert.ok(whole?.kind === 'scan' && whole.src[0] === x.node);
    const body = topological(whole.scan.carryOut);
    assert.equal(body.filter((n) => n.kind === 'map' && n.op === 'mul').length, 0);
  });
});

suite('simplify: what stays', () => {
  // Each would change a bit for some number: -0, infinity, NaN, or the smallest integer.
  const stays: Record<string, Tensor> = {
    'x + 0': x.add(0),
    '0 - x': Tensor.map('sub', 0, x),
    'x * 0': x.mul(0),
    'x - x': x.sub(x),
    'x / x': x.div(x),
    'x * -1': x.mul(-1),
    '1 / x': Tensor.map('div', 1, x),
    '|-x|': x.neg().abs(),
    'max(x, -infinity)': x.max2(-Infinity),
    'x * (2 * 0.5), not yet known': x.mul(2).mul(0.5),
    'a whole number there and back': k.to('f32').to('i32'),
    'a turn': x.permute([1, 0]),
    'a flip': x.flip(0),
    'padded on one side and cut on the other': x.pad([[1, 0], [0, 0]]).crop([[0, 1], [0, 0]]), // prettier-ignore
  };
  for (const [name, t] of Object.entries(stays)) test(name, () => assert.notEqual(simple(t), x.node));

  test('what only looks equal', () => {
    apart(Tensor.fill(0), Tensor.fill(-0));
    apart(Tensor.fill(1), Tensor.fill(1, [], 'i32'));
    apart(Tensor.fill(Infinity), Tensor.fill(-Infinity));
    apart(x.sub(y), y.sub(x));
    apart(x.sum(0, { keep: true }), x.max(0, { keep: true }));
    apart(Tensor.from([1]), Tensor.from([1]));
    apart(x.pad([[1, 0], [0, 0]]), x.pad([[0, 1], [0, 0]])); // prettier-ignore
    const chance = (step: number): { seed: Tensor; step: Tensor } => ({
      seed: Tensor.fill(1, [], 'i32'),
      step: Tensor.fill(step, [], 'i32'),
    });
    apart(randomBits([4], chance(1), 1), randomBits([4], chance(1), 2));
    apart(randomBits([4], chance(1), 1), randomBits([4], chance(2), 1));
  });

  test('a given graph is not touched', () => {
    const t = x.mul(1).add(y.neg().neg());
    const before = JSON.stringify(
      topological([t.node]).map(({ id, kind, src }) => [id, kind, src.map((s) => s.id)]),
    );
    simplify([t.node]);
    assert.equal(JSON.stringify(topological([t.node]).map(({ id, kind, src }) => [id, kind, src.map((s) => s.id)])), before); // prettier-ignore
  });
});

/** A random graph over [2, 3], of what the rules look at and what they must not confuse. */
function randomGraph(random: Draw): Tensor {
  const special = [0, -0, 1, -1, 2, 0.5, Infinity, -Infinity, NaN];
  const leaf = (): Tensor =>
    random.next() < 0.5 ? Tensor.from(range(6).map(() => random.pick(special)), [2, 3]) : Tensor.fill(random.pick(special), [2, 3]); // prettier-ignore
  const known = [leaf(), leaf(), leaf()];
  const constant = (): Tensor => Tensor.fill(random.pick(special));
  const steps: ((a: Tensor, b: Tensor) => Tensor)[] = [
    (a) => a.mul(random.pick([1, 0, -1])),
    (a) => a.div(random.pick([1, 0, -1])),
    (a) => a.neg(),
    (a, b) => a.add(b),
    (a, b) => a.sub(b),
    (a, b) => a.mul(b),
    (a, b) => a.max2(b),
    (a) => a.add(random.pick([0, -0])),
    (a) => a.add(constant().mul(constant()).sub(constant())),
    (a) => a.reshape([3, 2]).reshape(random.pick([[2, 3], [6]])).reshape([2, 3]), // prettier-ignore
    (a) => a.permute([1, 0]).permute([1, 0]),
    (a) => a.flip(random.pick([0, 1])),
    (a) => a.reshape([1, 2, 3]).permute([2, 0, 1]).permute(random.pick([[1, 2, 0], [2, 0, 1]])).reshape([2, 3]), // prettier-ignore
    (a) => a.sum(1, { keep: true }).expand([2, 3]),
    (a, b) => a.where(b.less(a), b),
  ];
  for (let i = random.whole(3, 15); i > 0; i--)
    known.push(random.pick(steps)(random.pick(known), random.pick(known)));
  return known[known.length - 1]!;
}

test('simplify: random graphs give the same bits', () => {
  const random = draw(301);
  let smaller = 0;
  for (let i = 0; i < 400; i++) {
    const roots = range(2).map(() => randomGraph(random).node);
    const simpler = simplify(roots);
    numbersOf(roots).forEach((expected, j) =>
      assertSame(numbersOf([simpler[j]!])[0]!, expected, `graph ${i}`),
    );
    if (topological(simpler).length < topological(roots).length) smaller++;
  }
  assert.ok(smaller > 200, `${smaller} of 400 became smaller`);
});
