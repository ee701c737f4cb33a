// Kernels as text: what each computes and stores, before anything is decided about speed.
import { text, type Axis, type Index } from '../base/formula.ts';
import { expressions, partsOf, rootsOf, type Expr, type Item, type Kernel } from './kernel.ts';

/** The kernels in order, loops over time indented. */
export const printItems = (items: readonly Item[], indent = ''): string =>
  items.map((i) => item(i, indent)).join('\n');

const axes = (list: readonly Axis[]): string =>
  list.map((a) => `a${a.id}<${a.scale ? `${a.scale}*batch` : a.size}`).join(' ');
const where = (b: { name: string; id: number }, index: Index): string => `${b.name}${b.id}[${text(index)}]`;

function item(i: Item, indent: string): string {
  if (i.kind === 'scan')
    return `${indent}scan s${i.symbol}<${i.length}\n${printItems(i.items, `${indent}  `)}`;
  const names = shared(rootsOf(i));
  const named = [...names].map(([x, name]) => `  ${name} = ${expr(x, names, true)}`);
  const value = (x: Expr): string => expr(x, names);
  const stores =
    i.kind === 'scatter'
      ? [`  ${i.to.name}${i.to.id}[${value(i.row)}] += ${value(i.update)}`]
      : i.stores.map((s) => `  ${where(s.to, s.index)} = ${value(s.value)}`);
  return [head(i), ...named, ...stores].map((line) => indent + line).join('\n');
}

function head(i: Kernel): string {
  if (i.kind === 'scatter') return `scatter ${axes([i.count])}`;
  if (i.kind === 'loop') return `loop ${axes(i.axes)}`.trimEnd();
  const product = `${where(i.a.from, i.a.index)} * ${where(i.b.from, i.b.index)}`;
  const limits = i.limits.map((l) => `, ${text(l.low)} <= a${l.of.id} < ${text(l.high)}`);
  return `contract ${axes(i.axes)} over ${axes(i.over)}: ${product}${limits.join('')}`;
}

/** Names for what is used more than once: without them a text may grow exponentially with its kernel. */
function shared(roots: readonly Expr[]): Map<Expr, string> {
  const uses = new Map<Expr, number>();
  const all = expressions(roots);
  for (const x of [...roots, ...all.flatMap(partsOf)]) uses.set(x, (uses.get(x) ?? 0) + 1);
  const often = all.filter((x) => partsOf(x).length > 0 && (uses.get(x) ?? 0) > 1);
  return new Map(often.map((x, n) => [x, `t${n}`]));
}

function expr(x: Expr, names: ReadonlyMap<Expr, string>, whole = false): string {
  const name = names.get(x);
  if (name !== undefined && !whole) return name;
  const part = (p: Expr): string => expr(p, names);
  switch (x.e) {
    case 'num':
      return String(x.value);
    case 'load':
      return where(x.from, x.index);
    case 'map':
      return `${x.op}(${x.src.map(part).join(', ')})`;
    case 'place':
      return `place(${text(x.index)})`;
    case 'count':
      return `count(${text(x.index)})`;
    case 'inside':
      return `(${x.guards.map((g) => `${text(g.low)} <= ${text(g.index)} < ${text(g.high)}`).join(' & ')} ? ${part(x.value)} : 0)`;
    case 'random':
      return `random(${part(x.seed)}, ${x.purpose}; ${text(x.index)}, ${part(x.step)})`;
    case 'fold':
      return `${x.op}{${axes(x.axes)}}(${part(x.body)})`;
    case 'sum':
      return 'sum';
  }
}
