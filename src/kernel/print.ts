// Kernels as text: what each computes and stores, before anything is decided about speed.
import { text, type Axis, type Index } from '../base/formula.ts';
import type { Expr, Item, Store } from './kernel.ts';

/** The kernels in order, loops over time indented. */
export const printItems = (items: readonly Item[], indent = ''): string => items.map((i) => item(i, indent)).join('\n');

const axes = (list: readonly Axis[]): string => list.map((a) => `a${a.id}<${a.scale ? `${a.scale}*batch` : a.size}`).join(' ');
const where = (b: { name: string; id: number }, index: Index): string => `${b.name}${b.id}[${text(index)}]`;

function item(i: Item, indent: string): string {
  if (i.kind === 'scan') return `${indent}scan s${i.symbol}<${i.length}\n${printItems(i.items, `${indent}  `)}`;
  if (i.kind === 'scatter') return `${indent}scatter a${i.count.id}<${i.count.size}: ${i.to.name}${i.to.id}[${expr(i.row)}] += ${expr(i.update)}`;
  const head = i.kind === 'loop' ? `loop ${axes(i.axes)}` : `contract ${axes(i.axes)} over ${axes(i.over)}: ${where(i.a.from, i.a.index)} * ${where(i.b.from, i.b.index)}`;
  return [head, ...i.stores.map((s) => `  ${store(s)}`)].map((line) => indent + line).join('\n');
}

const store = (s: Store): string => `${where(s.to, s.index)} = ${expr(s.value)}`;

function expr(x: Expr): string {
  switch (x.e) {
    case 'num': return String(x.value);
    case 'load': return where(x.from, x.index);
    case 'map': return `${x.op}(${x.src.map(expr).join(', ')})`;
    case 'place': return `place(${text(x.index)})`;
    case 'count': return `count(${text(x.index)})`;
    case 'inside': return `(${x.guards.map((g) => `${text(g.low)} <= ${text(g.index)} < ${text(g.high)}`).join(' & ')} ? ${expr(x.value)} : 0)`;
    case 'random': return `random(${expr(x.seed)}, ${x.purpose}; ${text(x.index)}, ${expr(x.step)})`;
    case 'fold': return `${x.op}{${axes(x.axes)}}(${expr(x.body)})`;
    case 'sum': return 'sum';
  }
}
