// A diagram's boxes and arrows as text for programs that draw: Graphviz's DOT, and Mermaid for Markdown pages.
// Arrows of inner models' rims are followed to the boxes they mean.
import type { DiagramArrow, DiagramBox, DiagramGraph } from './diagram-graph.ts';
import { printedShapes } from './diagram-graph.ts';

/** The graph for Graphviz: boxes with lines, inner models as clusters. */
export function dotOf(graph: DiagramGraph, title: string): string {
  const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
  const label = (box: DiagramBox): string =>
    linesOf(box)
      .map((line) => quoted(line).slice(1, -1))
      .join('\\n');
  const listed = ({ boxes }: DiagramGraph, path: string, indent: string): string[] =>
    boxes.flatMap((box, i) => {
      const id = `${path}_${i}`;
      if (!box.inside) return [`${indent}${id} [label="${label(box)}"];`];
      const inner = listed(box.inside, id, `${indent}  `);
      return [
        `${indent}subgraph cluster_${id} {`,
        `${indent}  label="${label(box)}";`,
        ...inner,
        `${indent}}`,
      ];
    });
  return [
    `digraph ${quoted(title)} {`,
    '  node [shape=box, style=rounded, fontname="Helvetica"];',
    '  fontname="Helvetica";',
    ...listed(graph, 'n', '  '),
    ...arrowsOf(graph, 'n').map(([from, to]) => `  ${from} -> ${to};`),
    '}\n',
  ].join('\n');
}

/** The graph as a flowchart of Mermaid. */
export function mermaidOf(graph: DiagramGraph): string {
  // Mermaid reads #...; as a character's number.
  const plain = (text: string): string => text.replaceAll(/["#;<>&]/g, (c) => `#${c.charCodeAt(0)};`);
  const label = (box: DiagramBox): string => `"${linesOf(box).map(plain).join('<br>')}"`;
  const listed = ({ boxes }: DiagramGraph, path: string, indent: string): string[] =>
    boxes.flatMap((box, i) => {
      const id = `${path}_${i}`;
      if (!box.inside) return [`${indent}${id}[${label(box)}]`];
      return [
        `${indent}subgraph ${id}[${label(box)}]`,
        ...listed(box.inside, id, `${indent}  `),
        `${indent}end`,
      ];
    });
  return [
    'flowchart TD',
    ...listed(graph, 'n', '  '),
    ...arrowsOf(graph, 'n').map(([from, to]) => `  ${from} --> ${to}`),
    '',
  ].join('\n');
}

const linesOf = ({ name, kind, shapes, params, use }: DiagramBox): string[] => [
  `${name} (${kind})`,
  printedShapes(shapes),
  ...(params > 0 ? [`${params.toLocaleString('en-US')} parameters`] : []),
  ...(use ? [`shared, use ${use.which} of ${use.of}`] : []),
];

type End = DiagramArrow['from'];

/** Pairs of names of boxes without boxes in them. */
function arrowsOf({ boxes, arrows }: DiagramGraph, path: string): (readonly [string, string])[] {
  const own = arrows
    .filter(({ from, to }) => from.box >= 0 && to.box >= 0)
    .flatMap(({ from, to }) =>
      meant(boxes, from, path, 'to').flatMap((start) =>
        meant(boxes, to, path, 'from').map((end) => [start, end] as const),
      ),
    );
  return [...own, ...boxes.flatMap(({ inside }, i) => (inside ? arrowsOf(inside, `${path}_${i}`) : []))];
}

/** The boxes an end of an arrow means: itself, or those inside that the port of its rim leads to. */
function meant(boxes: readonly DiagramBox[], end: End, path: string, rim: 'from' | 'to'): string[] {
  const id = `${path}_${end.box}`;
  const inside = boxes[end.box]?.inside;
  if (!inside) return [id];
  return inside.arrows
    .filter((arrow) => arrow[rim].box < 0 && arrow[rim].port === end.port)
    .flatMap((arrow) => meant(inside.boxes, rim === 'from' ? arrow.to : arrow.from, id, rim));
}
