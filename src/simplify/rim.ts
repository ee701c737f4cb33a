// A rim: how many elements at both ends of each axis are left out. Of a node it says what nobody asks for, or what is
// known to be 0.
import { at, gcd, type Shape } from '../base/shape.ts';
import { node, type Node } from '../graph/node.ts';
import { view, type Pair } from '../graph/view.ts';

export type Rim = readonly Pair[];

export const noRim = (shape: Shape): Rim => shape.map(() => [0, 0]);

export const isNone = (rim: Rim): boolean => rim.every(([a, b]) => a === 0 && b === 0);

const each =
  (join: (a: number, b: number) => number) =>
  (p: Rim, q: Rim): Rim =>
    p.map(([a, b], i): Pair => [join(a, at(q, i)[0]), join(b, at(q, i)[1])]);

/** What both leave out. */
export const both = each(Math.min);
/** What either leaves out. */
export const either = each(Math.max);
/** One outside the other. */
export const outside = each((a, b) => a + b);
/** What is left of a rim that has to be at least as wide as another. */
export const beyond = each((a, b) => Math.max(0, a - b));

/** A rim that leaves something on every axis, and the batch whole; none on axes where it does not. */
export const sound = (rim: Rim, { shape, scale }: Pick<Node, 'shape' | 'scale'>): Rim =>
  rim.map(([a, b], i): Pair => (scale[i] !== 0 || a + b >= at(shape, i) ? [0, 0] : [a, b]));

/** Cropped by a rim, or padded by it. */
export function within(to: 'crop' | 'pad', src: Node, by: Rim): Node {
  if (isNone(by)) return src;
  const move = { to, by, per: noRim(src.shape) } as const;
  return node({ kind: 'view', move, dtype: src.dtype }, view(move).extent(move, src), [src]);
}

/** The same rim after a reshape, as far as it is one there: whole rows of what was split or joined. */
export function regrouped(from: Shape, to: Shape, rim: Rim): Rim {
  const out: Pair[] = to.map(() => [0, 0]);
  for (const [old, now] of groups(from, to)) {
    const [outer, inner] = split(from, old);
    const [outerNow, innerNow] = split(to, now);
    if (outer === undefined || outerNow === undefined) continue;
    const whole = (inner / gcd(inner, innerNow)) * innerNow;
    const there = (count: number): number => (Math.floor((count * inner) / whole) * whole) / innerNow;
    out[outerNow] = [there(at(rim, outer)[0]), there(at(rim, outer)[1])];
  }
  return out;
}

/** Axes that a reshape makes of axes: the shortest runs of both with as many elements. */
function groups(from: Shape, to: Shape): (readonly [number[], number[]])[] {
  const found: (readonly [number[], number[]])[] = [];
  let [i, j] = [0, 0];
  while (i < from.length && j < to.length) {
    const [old, now] = [[i], [j]];
    let [p, q] = [at(from, i++), at(to, j++)];
    while (p !== q && (p < q ? i < from.length : j < to.length)) {
      if (p < q) {
        p *= at(from, i);
        old.push(i++);
      } else {
        q *= at(to, j);
        now.push(j++);
      }
    }
    found.push([old, now]);
  }
  return found;
}

/** The outermost axis that is longer than 1, and how many elements a step along it is. */
function split(shape: Shape, axes: readonly number[]): readonly [number | undefined, number] {
  const outer = axes.find((axis) => shape[axis] !== 1);
  return [outer, axes.reduce((n, axis) => (axis > (outer ?? axis) ? n * at(shape, axis) : n), 1)];
}
