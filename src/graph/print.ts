// A graph as text, a node a line, sources before users.
import { show } from '../base/shape.ts';
import { topological, type Node } from './node.ts';

/** Lines like `%3 f32 [32, 10] add %1 %2`; batch axes are marked with *. */
export function printGraph(roots: readonly Node[]): string {
  const order = topological(roots);
  const names = new Map(order.map((n, i) => [n, `%${i}`]));
  return order
    .map((n) => {
      const shape = n.shape.map((d, i) => `${d}${n.scale[i] ? '*' : ''}`).join(', ');
      return (
        [names.get(n), n.dtype, `[${shape}]`, label(n), ...n.src.map((s) => names.get(s))].join(' ') +
        (roots.includes(n) ? ' ->' : '')
      );
    })
    .join('\n');
}

function label(n: Node): string {
  switch (n.kind) {
    case 'input':
      return `input ${n.name}`;
    case 'const':
      return `const ${n.value}`;
    case 'count':
      return `count ${n.per}`;
    case 'map':
      return n.op;
    case 'view':
      return n.move.to;
    case 'fold':
      return `${n.op} ${show(n.axes)}`;
    case 'contract':
      return 'contract';
    case 'iota':
      return `iota ${n.axis}`;
    case 'random':
      return `random ${n.purpose}`;
    case 'scan':
      return `scan ${n.scan.length}`;
    case 'part':
      return `part ${n.index}`;
    default:
      return n.kind;
  }
}
