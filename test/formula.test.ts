// Index formulas: whatever is simplified while a formula is built, its value is that of the bare arithmetic, for
// negative parts too; its bounds hold; equal texts are equal formulas.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import {
  axis,
  bounds,
  evaluate,
  factorOf,
  held,
  int,
  minus,
  modulo,
  newAxis,
  over,
  plus,
  substitute,
  symbol,
  text,
  times,
  type Axis,
  type Index,
} from '../src/base/formula.ts';
import { range } from '../src/base/shape.ts';
import { draw, seed, type Draw } from './helpers.ts';

type Places = Readonly<Record<string, number>>;

/** A formula as built, and the same arithmetic done bare. */
interface Pair {
  readonly built: Index;
  readonly bare: (at: Places) => number;
  readonly told: string;
}

const floored = (x: number, k: number): number => Math.floor(x / k);
const remainder = (x: number, k: number): number => x - k * floored(x, k);

const axes = [2, 3, 4, 6, 7, 8, 12].map((n) => newAxis(n));
const count = symbol(0, 9);
const row = held({}, 5);
const atoms: readonly [string, Index, most: number][] = [
  ...axes.map((a): [string, Index, number] => [`a${a.id}`, axis(a), a.size - 1]),
  ['s0', count, 9],
  [text(row), row, 5],
];

/** A random formula: sums, multiples, quotients, remainders, one in the other. */
function random(d: Draw, depth: number): Pair {
  const kind = depth === 0 ? d.whole(0, 1) : d.whole(0, 9);
  if (kind === 0) {
    const n = d.whole(-12, 12);
    return { built: int(n), bare: () => n, told: String(n) };
  }
  if (kind <= 2) {
    const [key, built] = d.pick(atoms);
    return { built, bare: (at) => at[key]!, told: key };
  }
  const x = random(d, depth - 1);
  if (kind <= 5) {
    const y = random(d, depth - 1);
    const sum = d.next() < 0.7;
    return {
      built: sum ? plus(x.built, y.built) : minus(x.built, y.built),
      bare: (at) => x.bare(at) + (sum ? 1 : -1) * y.bare(at),
      told: `(${x.told} ${sum ? '+' : '-'} ${y.told})`,
    };
  }
  if (kind === 6) {
    const k = d.pick([-6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 12]);
    return { built: times(x.built, k), bare: (at) => x.bare(at) * k, told: `${x.told} * ${k}` };
  }
  const k = d.pick([1, 2, 3, 4, 5, 6, 8, 12, 24]);
  return kind === 7 || kind === 8
    ? { built: over(x.built, k), bare: (at) => floored(x.bare(at), k), told: `(${x.told} / ${k})` }
    : { built: modulo(x.built, k), bare: (at) => remainder(x.bare(at), k), told: `(${x.told} % ${k})` };
}

/** Places for every atom: corners first, then anything. */
const placesOf = (d: Draw, i: number): Places =>
  Object.fromEntries(atoms.map(([key, , most]) => [key, i === 0 ? 0 : i === 1 ? most : d.whole(0, most)]));

const value = (x: Index, at: Places): number => evaluate(x, (a) => at[a.key]!);

suite('index formulas', () => {
  test('a built formula is the bare arithmetic, and its bounds hold', () => {
    const d = draw(110);
    let negative = 0;
    for (const i of range(6000)) {
      const { built, bare, told } = random(d, 1 + (i % 6));
      const [lo, hi] = bounds(built);
      for (const k of range(12)) {
        const at = placesOf(d, k);
        const expected = bare(at);
        if (expected < 0) negative++;
        assert.ok(
          value(built, at) === expected,
          `${told} built as ${text(built)} at ${JSON.stringify(at)}: ${value(built, at)}, expected ${expected} (EIDOS_SEED=${seed})`,
        );
        assert.ok(lo <= expected && expected <= hi, `${told}: ${expected} outside of [${lo}, ${hi}]`);
        assert.ok(!Object.is(value(built, at), -0), `${told} is -0`);
      }
    }
    assert.ok(negative > 5000, 'the formulas must go below 0');
  });

  test('row-major places and back: quotients and remainders cancel to the axes', () => {
    const d = draw(111);
    for (let i = 0; i < 200; i++) {
      const list = range(d.whole(1, 4)).map(() => newAxis(d.whole(2, 7)));
      const strides = list.map((_, k) => list.slice(k + 1).reduce((n, a) => n * a.size, 1));
      const flat = plus(int(0), ...list.map((a, k) => times(axis(a), strides[k]!)));
      list.forEach((a, k) => assert.equal(text(modulo(over(flat, strides[k]!), a.size)), text(axis(a))));
    }
  });

  test('equal texts are equal formulas, and the order of building does not matter for sums', () => {
    const [a, b] = [axes[1]!, axes[4]!];
    assert.equal(
      text(plus(axis(a), times(axis(b), 3), int(2))),
      text(plus(int(2), times(axis(b), 3), axis(a))),
    );
    assert.equal(text(minus(plus(axis(a), axis(b)), axis(b))), text(axis(a)));
    assert.equal(text(over(over(axis(axes[6]!), 2), 3)), text(over(axis(axes[6]!), 6)));
    assert.equal(
      text(plus(times(over(axis(axes[6]!), 4), 4), modulo(axis(axes[6]!), 4))),
      text(axis(axes[6]!)),
    );
    assert.notEqual(text(over(axis(axes[6]!), 4)), text(over(axis(axes[6]!), 3)));
  });

  test('substitution is substitution of values', () => {
    const d = draw(112);
    for (const i of range(1000)) {
      const { built, told } = random(d, 2 + (i % 4));
      const by = new Map<Axis, Pair>(axes.filter(() => d.next() < 0.5).map((a) => [a, random(d, 2)]));
      const put = substitute(built, new Map([...by].map(([a, p]) => [a, p.built])));
      for (const k of range(6)) {
        const at = placesOf(d, k);
        // An axis may be replaced by what stays within it only: bounds have been used already.
        const inside = [...by].every(([a, p]) => p.bare(at) >= 0 && p.bare(at) < a.size);
        const all = [...by].every(([a, p]) => bounds(p.built)[0] >= 0 && bounds(p.built)[1] < a.size);
        if (!inside || !all) continue;
        const moved = { ...at };
        for (const [a, p] of by) moved[`a${a.id}`] = p.bare(at);
        assert.ok(value(put, at) === value(built, moved), told);
      }
    }
  });

  test('the factor of an axis is its slope, wherever there is one', () => {
    const d = draw(113);
    let known = 0;
    for (const i of range(1500)) {
      const { built, told } = random(d, 1 + (i % 5));
      for (const a of axes) {
        const factor = factorOf(built, a);
        // Where none is told nothing is claimed, but a held number may depend on anything.
        if (factor === undefined) continue;
        known++;
        const at = { ...placesOf(d, 2) };
        const key = `a${a.id}`;
        at[key] = 0;
        const first = value(built, at);
        at[key] = a.size - 1;
        assert.ok(value(built, at) - first === factor * (a.size - 1), told);
      }
    }
    assert.ok(known > 1000);
  });
});
