// Loops over time as one node: the body is traced once and compiled as a loop over part of the program's
// table, however long the sequence.
import { check } from '../base/check.ts';
import { at, show, sameExtent, showExtent } from '../base/shape.ts';
import { fixed, node, topological, type Node, type ScanSpec } from '../graph/node.ts';
import { Tensor } from '../tensor.ts';

/** What a body gives back: the carries for the next step, and this step's outputs. */
export interface ScanStep {
  readonly carry: readonly Tensor[];
  readonly out?: readonly Tensor[];
}

/**
 * Runs `body(carry, x)` for each element of the leading axis of `xs`, handing the carries on. Carries keep
 * their shapes and types. Returns the last carries, and the outputs of all steps stacked on a new leading axis.
 */
export function scan(
  init: readonly Tensor[],
  xs: readonly Tensor[],
  body: (carry: readonly Tensor[], x: readonly Tensor[]) => ScanStep,
  length: number = xs[0]?.shape[0] ?? 0,
): { carry: Tensor[]; out: Tensor[] } {
  check(
    Number.isInteger(length) &&
      length >= 0 &&
      xs.every((x) => x.shape[0] === length && x.node.scale[0] === 0),
    () =>
      `scan: needs sequences of one length on their leading axis, got ${xs.map((x) => show(x.shape)).join(' ')} for length ${length}`,
  );
  check(init.length + xs.length > 0, () => 'scan: needs a carry or a sequence, got neither');
  const carryIn = init.map((t) => placeholder(t.node, 'carry'));
  const xIn = xs.map((t) =>
    placeholder({ ...t.node, shape: t.shape.slice(1), scale: t.node.scale.slice(1) }, 'x'),
  );
  const step = body(
    carryIn.map((n) => new Tensor(n)),
    xIn.map((n) => new Tensor(n)),
  );
  const out = step.out ?? [];
  check(
    step.carry.length === init.length,
    () => `scan: the body must give back ${init.length} carries, got ${step.carry.length}`,
  );
  step.carry.forEach((t, i) => {
    const was = at(init, i);
    check(
      sameExtent(t.node, was.node) && t.dtype === was.dtype,
      () =>
        `scan: carry ${i} must stay ${was.dtype} ${showExtent(was.node)}, the body gives ${t.dtype} ${showExtent(t.node)}`,
    );
  });
  const spec = {
    length,
    carryIn,
    xIn,
    carryOut: step.carry.map((t) => t.node),
    yOut: out.map((t) => t.node),
  };
  return scanOf({ ...spec, outer: outerOf(spec) }, [...init, ...xs]);
}

const placeholder = (like: Pick<Node, 'shape' | 'scale' | 'dtype'>, name: string): Node =>
  node({ kind: 'input', name, dtype: like.dtype }, { shape: like.shape, scale: like.scale });

/** The scan node and its results. */
export function scanOf(spec: ScanSpec, src: readonly Tensor[]): { carry: Tensor[]; out: Tensor[] } {
  const whole = node({ kind: 'scan', scan: spec, dtype: 'f32' }, fixed([]), [
    ...src.map((t) => t.node),
    ...spec.outer,
  ]);
  const part = (n: Node, index: number, lead: number[]): Tensor =>
    new Tensor(
      node(
        { kind: 'part', index, dtype: n.dtype },
        { shape: [...lead, ...n.shape], scale: [...lead.map(() => 0), ...n.scale] },
        [whole],
      ),
    );
  return {
    carry: spec.carryOut.map((n, i) => part(n, i, [])),
    out: spec.yOut.map((n, i) => part(n, spec.carryOut.length + i, [spec.length])),
  };
}

/** The nodes of a body that change from step to step: those that read a placeholder, in order. */
export function changing(spec: Pick<ScanSpec, 'carryIn' | 'xIn' | 'carryOut' | 'yOut'>): Node[] {
  const seen = new Set<Node>([...spec.carryIn, ...spec.xIn]);
  const order = topological([...spec.carryOut, ...spec.yOut]);
  for (const n of order) if (n.src.some((s) => seen.has(s))) seen.add(n);
  return order.filter((n) => seen.has(n));
}

const pure = new Set(['const', 'count', 'iota']);

/** The nodes from outside that the body reads; constants are made again inside. */
export function outerOf(spec: Pick<ScanSpec, 'carryIn' | 'xIn' | 'carryOut' | 'yOut'>): Node[] {
  const inside = new Set([...changing(spec), ...spec.carryIn, ...spec.xIn]);
  const read = [...inside].flatMap((n) => (n.kind === 'input' ? [] : n.src));
  return [...new Set([...read, ...spec.carryOut, ...spec.yOut])].filter(
    (n) => !inside.has(n) && !pure.has(n.kind),
  );
}
