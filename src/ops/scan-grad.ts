// The gradient of a scan is a scan backwards in time: each step computes its forward step again from the
// carries the forward scan stacked, and pulls the gradients back through it.
import { assert } from '../base/check.ts';
import { at } from '../base/shape.ts';
import { node, type Node, type ScanSpec } from '../graph/node.ts';
import { Tensor } from '../tensor.ts';
import { changing, scan, scanOf } from './scan.ts';

type PullBack = (
  outputs: readonly Tensor[],
  gradients: readonly (Tensor | undefined)[],
  wrt: readonly Tensor[],
  given: ReadonlySet<Node>,
) => Tensor[];

/** For each source of the scan node its gradient, or undefined where nobody asks for it. */
export function scanGrads(
  n: Node,
  parts: readonly (Tensor | undefined)[],
  pullBack: PullBack,
  wanted: (src: Node) => boolean,
): (Tensor | undefined)[] {
  assert(n.kind === 'scan', () => `scanGrads: got ${n.kind}`);
  const { scan: spec } = n;
  const [carries, sequences] = [spec.carryIn.length, spec.xIn.length];
  const src = n.src.map((s) => new Tensor(s));
  const xs = src.slice(carries, carries + sequences);
  const stacked = stackCarries(spec, src.slice(0, carries + sequences));

  const float = (list: readonly Node[]): number[] => list.flatMap((m, i) => (m.dtype === 'f32' ? [i] : []));
  const [fc, fx] = [float(spec.carryIn), float(spec.xIn)];
  const fo = float(spec.outer).filter((i) => wanted(at(spec.outer, i)));
  const fy = float(spec.yOut).filter((i) => parts[carries + i]);
  const zeros = (m: Node): Tensor => Tensor.fill(0).expandTo(new Tensor(m));

  const init = [
    ...fc.map((i) => parts[i] ?? zeros(at(spec.carryIn, i))),
    ...fo.map((i) => zeros(at(spec.outer, i))),
  ];
  const backwards = [...stacked, ...xs, ...fy.map((i) => parts[carries + i]!)].map((t) => t.flip(0));
  const back = scan(
    init,
    backwards,
    (carry, now) => {
      const [before, x, gy] = [
        now.slice(0, carries),
        now.slice(carries, carries + sequences),
        now.slice(carries + sequences),
      ];
      const again = replay(
        spec,
        [...before, ...x].map((t) => t.node),
      );
      const outputs = [
        ...fc.map((i) => again(at(spec.carryOut, i))),
        ...fy.map((i) => again(at(spec.yOut, i))),
      ];
      const wrt = [
        ...fc.map((i) => at(before, i)),
        ...fx.map((i) => at(x, i)),
        ...fo.map((i) => new Tensor(at(spec.outer, i))),
      ];
      // What the body reads from outside is pulled back through outside, once, with the sum of all steps.
      const g = pullBack(outputs, [...carry.slice(0, fc.length), ...gy], wrt, new Set(spec.outer));
      const sums = fo.map((_, k) => at(carry, fc.length + k).add(at(g, fc.length + fx.length + k)));
      return { carry: [...g.slice(0, fc.length), ...sums], out: g.slice(fc.length, fc.length + fx.length) };
    },
    spec.length,
  );

  const result: (Tensor | undefined)[] = n.src.map(() => undefined);
  fc.forEach((i, k) => (result[i] = at(back.carry, k)));
  fx.forEach((i, k) => (result[carries + i] = at(back.out, k).flip(0)));
  fo.forEach((i, k) => (result[carries + sequences + i] = at(back.carry, fc.length + k)));
  return result;
}

/** The carries before each step, stacked: the same scan, asked for more outputs (the two become one when compiled). */
function stackCarries(spec: ScanSpec, src: readonly Tensor[]): Tensor[] {
  const more = { ...spec, yOut: [...spec.yOut, ...spec.carryIn] };
  return scanOf(more, src).out.slice(spec.yOut.length);
}

/** The body over other placeholders: a function from its nodes to the new ones. */
function replay(
  spec: ScanSpec,
  placeholders: readonly Node[],
  outside: ReadonlyMap<Node, Node> = new Map(),
): (n: Node) => Tensor {
  const copies = new Map<Node, Node>([
    ...outside,
    ...[...spec.carryIn, ...spec.xIn].map((n, i) => [n, at(placeholders, i)] as const),
  ]);
  for (const n of changing(spec)) {
    if (copies.has(n)) continue;
    const { id: _, shape, scale, src, ...rest } = n;
    const fields = rest.kind === 'scan' ? { ...rest, scan: replayed(rest.scan, copies) } : rest;
    copies.set(
      n,
      node(
        fields,
        { shape, scale },
        src.map((s) => copies.get(s) ?? s),
      ),
    );
  }
  return (n) => new Tensor(copies.get(n) ?? n);
}

/** A loop in the body, with placeholders of its own: what it reads from outside is another step's. */
function replayed(spec: ScanSpec, outside: ReadonlyMap<Node, Node>): ScanSpec {
  const fresh = (list: readonly Node[]): Node[] =>
    list.map((n) => node({ kind: 'input', name: 'again', dtype: n.dtype }, n));
  const [carryIn, xIn] = [fresh(spec.carryIn), fresh(spec.xIn)];
  const again = replay(spec, [...carryIn, ...xIn], outside);
  const all = (list: readonly Node[]): Node[] => list.map((n) => again(n).node);
  return {
    length: spec.length,
    carryIn,
    xIn,
    carryOut: all(spec.carryOut),
    yOut: all(spec.yOut),
    outer: spec.outer.map((n) => outside.get(n) ?? n),
  };
}
