// From a function of tensors to a program as data: trace, simplify, lower, commit. Pure: no device is
// needed, and explain() and cost() are told from it before anything runs.
import { assert, check } from '../base/check.ts';
import { bytesOf, type Dtype, type TypedArray } from '../base/dtype.ts';
import { show, sizeOf, type Shape, sameExtent, showExtent } from '../base/shape.ts';
import { node, topological, type Node } from '../graph/node.ts';
import { commit, type Update } from '../kernel/commit.ts';
import type { Buffer, Item } from '../kernel/kernel.ts';
import { lower } from '../kernel/lower.ts';
import { narrow } from '../simplify/narrow.ts';
import { simplify } from '../simplify/simplify.ts';
import { Tensor } from '../tensor.ts';

/** A variable as the compiler sees it: something with an input node. */
export interface Carried {
  readonly tensor: Tensor;
  readonly name: string;
}

export interface InputSpec {
  /** 'batch' is the run-time batch. */
  readonly shape: readonly (number | 'batch')[];
  readonly dtype?: Dtype;
}

/** What a traced function gives back: numbers to read, and what its variables hold afterwards. */
export interface Traced<V extends Carried = Carried> {
  readonly outputs?: Readonly<Record<string, Tensor>>;
  readonly updates?: readonly (readonly [V, Tensor])[];
}

export interface TraceOptions {
  readonly inputs?: Readonly<Record<string, InputSpec>>;
  /** The largest batch; 'batch' axes have this size while tracing. */
  readonly batch?: number;
}

export interface Trace {
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** 0, 1, 2, ... along the run-time batch, i32. */
  readonly places: Tensor;
}

export interface Compiled {
  /** The graph as it was traced and differentiated, and as it was simplified. */
  readonly traced: readonly Node[];
  readonly graph: readonly Node[];
  readonly items: readonly Item[];
  readonly symbols: number;
  readonly batch: number;
  /** Of all inputs, those it reads and others. */
  readonly names: readonly string[];
  readonly inputs: readonly {
    readonly name: string;
    readonly buffer: Buffer;
    readonly shape: Shape;
    readonly scale: readonly number[];
  }[];
  readonly outputs: readonly {
    readonly name: string;
    readonly buffer: Buffer;
    readonly shape: Shape;
    readonly scale: readonly number[];
  }[];
  readonly literals: readonly { readonly buffer: Buffer; readonly data: TypedArray }[];
  /** Variables' buffers, by the object that holds them. */
  readonly state: ReadonlyMap<object, Buffer>;
}

/** A traced and checked function: what a program computes, and nothing yet of how. */
export interface Source {
  readonly call: string;
  readonly batch: number;
  /** The program's inputs, in order, by name. */
  readonly given: readonly (readonly [name: string, Tensor])[];
  readonly outputs: readonly (readonly [name: string, Tensor])[];
  readonly updates: readonly (readonly [Carried, Tensor])[];
  /** Nodes of the outputs, then of the updates. */
  readonly wanted: readonly Node[];
}

/** Calls the function and checks what it gives. */
export function traced<V extends Carried>(
  call: string,
  trace: (t: Trace) => Traced<V>,
  { inputs = {}, batch = 1 }: TraceOptions,
): Source {
  check(
    Number.isInteger(batch) && batch >= 1,
    () => `${call}: batch must be a whole number from 1, got ${batch}`,
  );
  const given = Object.entries(inputs).map(([name, spec]) => [name, placeholder(name, spec, batch)] as const);
  const places = new Tensor(node({ kind: 'iota', dtype: 'i32', axis: 0 }, { shape: [batch], scale: [1] }));
  const made = trace({ inputs: Object.fromEntries(given), places });
  const outputs = Object.entries(made.outputs ?? {});
  const updates = made.updates ?? [];
  for (const [v, t] of updates) checkUpdate(call, v, t);
  for (const [name, t] of outputs)
    check(
      t.node.scale.slice(1).every((k) => k === 0),
      () =>
        `${call}: the batch must be the first axis of an output, got ${show(t.shape)} for ${name}; permute it first`,
    );
  const seen = new Set<Carried>();
  for (const [v] of updates) {
    check(!seen.has(v), () => `${call}: ${v.name} is given two values; a step gives each variable one`);
    seen.add(v);
  }
  const wanted = [...outputs.map(([, t]) => t.node), ...updates.map(([, t]) => t.node)];
  return { call, batch, given, outputs, updates, wanted };
}

/** Simplifies, lowers and commits. */
export function lowered({ call, batch, given, outputs, updates, wanted }: Source): Compiled {
  // A root is computed, even where it is but another name for an input.
  const roots = narrow(simplify(wanted)).map((n) => (n.kind === 'input' ? copied(n) : n));
  const { items, places: where, symbols } = lower(roots);
  const buffer = (n: Node): Buffer => {
    const place = where.get(n);
    assert(place !== undefined, () => `compile: a ${n.kind} is not stored`);
    return place.buffer;
  };
  const outs = outputs.map(([name, t], i) => ({
    name,
    buffer: buffer(roots[i]!),
    shape: t.shape,
    scale: t.node.scale,
  }));
  const changes = updates.map(([v], i): Update => {
    const from = roots[outputs.length + i]!;
    const to = where.get(v.tensor.node)?.buffer ?? inputBuffer(v.tensor.node);
    return { from: buffer(from), to };
  });
  const ins = topological(roots).filter((n): n is InputNode => n.kind === 'input');
  const state = new Map<object, Buffer>();
  for (const n of ins) if (n.source) state.set(n.source, buffer(n));
  updates.forEach(([v], i) => {
    if (!state.has(v)) state.set(v, changes[i]!.to);
  });
  const names = new Map(given.map(([name, t]) => [t.node, name]));
  check(
    ins.every((n) => n.source !== undefined || n.data !== undefined || names.has(n)),
    () => `${call}: a tensor of another program is used; only variables carry values from call to call`,
  );
  return {
    traced: wanted,
    graph: roots,
    items: commit(items, changes, new Set(outs.map((o) => o.buffer))),
    symbols,
    batch,
    names: given.map(([name]) => name),
    inputs: ins.flatMap((n) => {
      const name = names.get(n);
      return name === undefined ? [] : [{ name, buffer: buffer(n), shape: n.shape, scale: n.scale }];
    }),
    outputs: outs,
    literals: ins.flatMap((n) => (n.data ? [{ buffer: buffer(n), data: n.data }] : [])),
    state,
  };
}

/** From a function to a program. */
export const compile = <V extends Carried>(
  call: string,
  trace: (t: Trace) => Traced<V>,
  options: TraceOptions,
): Compiled => lowered(traced(call, trace, options));

type InputNode = Extract<Node, { kind: 'input' }>;

const unread = new WeakMap<Node, Buffer>();
let unreadIds = -1;
/** The buffer of a variable that is written but never read. */
function inputBuffer(n: Node): Buffer {
  const known = unread.get(n) ?? { id: unreadIds--, name: 'written', dtype: n.dtype, size: sizeOf(n.shape) };
  unread.set(n, known);
  return known;
}

const copied = (n: Node): Node =>
  node(
    { kind: 'view', move: { to: 'reshape', extent: { shape: n.shape, scale: n.scale } }, dtype: n.dtype },
    n,
    [n],
  );

function placeholder(name: string, { shape, dtype = 'f32' }: InputSpec, batch: number): Tensor {
  check(
    shape.lastIndexOf('batch') <= 0,
    () =>
      `compile: the batch must be the first axis of an input, got [${shape.join(', ')}] for ${name}; permute it inside`,
  );
  const extent = {
    shape: shape.map((d) => (d === 'batch' ? batch : d)),
    scale: shape.map((d) => (d === 'batch' ? 1 : 0)),
  };
  return new Tensor(node({ kind: 'input', name, dtype }, extent));
}

function checkUpdate(call: string, v: Carried, t: Tensor): void {
  check(
    sameExtent(v.tensor.node, t.node) && v.tensor.dtype === t.dtype,
    () =>
      `${call}: ${v.name} holds ${v.tensor.dtype} ${show(v.tensor.shape)}, got ${t.dtype} ${showExtent(t.node)} for it`,
  );
}

export interface Cost {
  /** Multiplications and additions of the sums of products, at the largest batch. */
  readonly productOperations: number;
  /** The same with every product that is known to be 0, and upsampled convolutions not summed in phases. */
  readonly plainOperations: number;
  /** Bytes in use while it runs: arena, state, inputs, outputs. */
  readonly peakBytes: number;
  readonly arenaBytes: number;
  readonly stateBytes: number;
  readonly kernels: number;
}

/** What is told from the kernels alone. */
export function productOperations(items: readonly Item[], plainly = false): number {
  return items.reduce((sum, item) => {
    if (item.kind === 'scan') return sum + item.length * productOperations(item.items, plainly);
    if (item.kind !== 'contract') return sum;
    const times = plainly ? item.plainly : item.limits.reduce((share, l) => share * l.share, 1);
    return sum + 2 * times * [...item.axes, ...item.over].reduce((n, a) => n * a.size, 1);
  }, 0);
}

export const bufferBytes = (b: Buffer): number => b.size * bytesOf[b.dtype];

/** What a program costs, from its kernels and the size of its arena. */
export function costOf(program: Compiled, arenaBytes: number, kernels = countOf(program.items)): Cost {
  const stateBytes = [...program.state.values()].reduce((n, b) => n + bufferBytes(b), 0);
  const ends = [...program.inputs, ...program.outputs, ...program.literals].reduce(
    (n, x) => n + bufferBytes(x.buffer),
    0,
  );
  return {
    productOperations: Math.round(productOperations(program.items)),
    plainOperations: Math.round(productOperations(program.items, true)),
    peakBytes: arenaBytes + stateBytes + ends,
    arenaBytes,
    stateBytes,
    kernels,
  };
}

const countOf = (items: readonly Item[]): number =>
  items.reduce((n, i) => n + (i.kind === 'scan' ? countOf(i.items) : 1), 0);
