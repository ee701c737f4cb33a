// Where fusing stops: which values of a graph are stored. Everything else is computed where it is read.
//
// Stored are results, sums of products, folds, whatever a contraction reads through more than an index
// formula, and what is dear to compute and read in several places. A chain of element-by-element work
// behind a contraction or a fold moves into it: the last of the chain is stored instead.
import { axis, factorOf, newAxis, type Index } from '../base/formula.ts';
import { at, same, type Shape } from '../base/shape.ts';
import { topological, type Node } from '../graph/node.ts';
import { ravel } from './place.ts';
import { view } from '../graph/view.ts';

/** The most scalar operations one kernel's element may take: compilers slow down beyond. */
const most = 100;
/** The longest chain of nodes computed in one breath: lowering asks for them one inside the other. */
const deepest = 300;
/** The most reshapes one formula goes through. */
const mostKnots = 6;
/** Up to this many operations are cheaper done again than stored and loaded. */
const cheap = 3;

export interface Cut {
  readonly stored: ReadonlySet<Node>;
  /** For a stored node at the end of a chain, the contraction or fold at its start. */
  readonly start: ReadonlyMap<Node, Node>;
}

/** What to store so that `roots` can be computed; `given` are stored already (inputs are by nature). */
export function cut(roots: readonly Node[], given: ReadonlySet<Node>): Cut {
  const order = topological(roots, given).filter((n) => !given.has(n));
  const live = new Set(order);
  const users = new Map<Node, Node[]>();
  for (const n of order) users.set(n, []);
  for (const n of order) for (const s of new Set(n.src)) users.get(s)?.push(n);

  const stored = new Set<Node>(roots.filter((n) => live.has(n)));
  untie(order, stored);
  for (const n of order) {
    if (n.kind === 'contract') for (const s of n.src) if (!affine(s, given, stored)) stored.add(s);
    if (n.kind === 'scatter' || n.kind === 'scan') stored.add(n);
    if (n.kind === 'scan') for (const s of n.src) stored.add(s);
    if (n.kind === 'gather') stored.add(tableOf(at(n.src, 0)));
  }
  const start = chains(order, users, stored, new Set(roots));
  weigh(order, users, stored);
  return {
    stored: new Set([...stored].filter((n) => live.has(n) && n.kind !== 'input')),
    start: shortened(start, users, stored),
  };
}

/** Chains that end where something in their middle turned out to be stored. */
function shortened(
  start: ReadonlyMap<Node, Node>,
  users: ReadonlyMap<Node, Node[]>,
  stored: ReadonlySet<Node>,
): Map<Node, Node> {
  const ends = new Map<Node, Node>();
  for (const [end, first] of start) {
    let n = first;
    while (n !== end && !stored.has(n)) n = at(users.get(n) ?? [], 0);
    if (n !== first) ends.set(n, first);
  }
  return ends;
}

/** Stores what lies behind too many reshapes that split and join axes: each may double a formula. */
function untie(order: readonly Node[], stored: Set<Node>): void {
  const knots = new Map<Node, number>();
  for (const n of order) {
    const passes = n.kind === 'map' || n.kind === 'view' || n.kind === 'gather';
    const below = passes ? n.src.reduce((most, s) => Math.max(most, knots.get(s) ?? 0), 0) : 0;
    const count = below + Number(ties(n));
    if (count > mostKnots) stored.add(n);
    knots.set(n, stored.has(n) ? 0 : count);
  }
}

function ties(n: Node): boolean {
  if (n.kind !== 'view' || n.move.to !== 'reshape') return false;
  const long = (shape: Shape): Shape => shape.filter((d) => d !== 1);
  return !same(long(n.shape), long(at(n.src, 0).shape));
}

/** Chains of maps of one shape, each the only reader of the one before, behind a contraction or a fold. */
function chains(
  order: readonly Node[],
  users: ReadonlyMap<Node, Node[]>,
  stored: Set<Node>,
  roots: ReadonlySet<Node>,
): Map<Node, Node> {
  const start = new Map<Node, Node>();
  const claimed = new Set<Node>();
  for (const n of order) {
    if (n.kind !== 'contract' && n.kind !== 'fold') continue;
    let end = n as Node;
    for (;;) {
      const [next, ...others] = users.get(end) ?? [];
      if (!next || others.length > 0 || roots.has(end) || stored.has(end)) break;
      if (next.kind !== 'map' || claimed.has(next) || next.src.filter((s) => s === end).length > 1) break;
      claimed.add(next);
      end = next;
    }
    stored.add(end);
    if (end !== n) start.set(end, n);
  }
  return start;
}

/** Stores what would be computed too often or make a kernel too long. */
function weigh(order: readonly Node[], users: ReadonlyMap<Node, Node[]>, stored: Set<Node>): void {
  const weights = new Map<Node, number>();
  const depths = new Map<Node, number>();
  const weightOf = (n: Node): number => (stored.has(n) ? 0 : (weights.get(n) ?? 0));
  for (const n of order) {
    const own = ownWeight(n);
    let weight = own + n.src.reduce((sum, s) => sum + weightOf(s), 0);
    if (weight > most && n.kind === 'map') {
      for (const s of n.src) if (weightOf(s) > cheap) stored.add(s);
      weight = own;
    }
    weights.set(n, weight);
    const depth = 1 + n.src.reduce((d, s) => Math.max(d, stored.has(s) ? 0 : (depths.get(s) ?? 0)), 0);
    if (depth > deepest && (n.kind === 'map' || n.kind === 'view')) stored.add(n);
    depths.set(n, depth);
    const readers = users.get(n) ?? [];
    const repeated = readers.some((u) => repeats(u, size(n), users));
    if (!stored.has(n) && n.kind === 'map' && weight > cheap && (readers.length > 1 || repeated))
      stored.add(n);
    if (!stored.has(n) && n.kind === 'random' && readers.length > 1) stored.add(n);
  }
}

/** Whether a reader takes each element more than once: by an expansion, be it behind reshapes. */
function repeats(reader: Node, count: number, users: ReadonlyMap<Node, Node[]>): boolean {
  if (reader.kind !== 'view') return false;
  if (reader.move.to === 'expand') return size(reader) > count;
  return reader.move.to === 'reshape' && (users.get(reader) ?? []).some((u) => repeats(u, count, users));
}

const size = (n: Node): number => n.shape.reduce((p, d) => p * d, 1);

const dear = new Set([
  'exp',
  'expm1',
  'log',
  'log1p',
  'sin',
  'cos',
  'tanh',
  'sigmoid',
  'softplus',
  'erf',
  'pow',
  'normal',
  'div',
  'sqrt',
  'rsqrt',
  'rem',
]);

function ownWeight(n: Node): number {
  if (n.kind === 'map') return dear.has(n.op) ? 12 : 1;
  return n.kind === 'random' ? 60 : 0;
}

/** The table a gather reads: through views, what has to be stored. */
function tableOf(n: Node): Node {
  let m = n;
  while (m.kind === 'view') m = at(m.src, 0);
  return m.kind === 'input' || m.kind === 'part' ? m : n;
}

/** Whether a contraction can read `n` in place: a stored value through moves that come to one whole formula. */
function affine(n: Node, given: ReadonlySet<Node>, stored: ReadonlySet<Node>): boolean {
  const axes = n.shape.map((d, i) => newAxis(d, at(n.scale, i)));
  let index: readonly Index[] = axes.map(axis);
  let m = n;
  while (m.kind === 'view' && !given.has(m) && !stored.has(m)) {
    const pulled = view(m.move).pull(m.move, at(m.src, 0), index);
    if (pulled.inside.length > 0) return false;
    index = pulled.index;
    m = at(m.src, 0);
  }
  const kept =
    given.has(m) || stored.has(m) || ['input', 'contract', 'fold', 'part', 'scatter'].includes(m.kind);
  if (!kept) return false;
  const flat = ravel(index, m.shape);
  return axes.every((a) => factorOf(flat, a) !== undefined) && flat.terms.every(([a]) => a.i === 'axis');
}
