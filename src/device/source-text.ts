// A traced graph as text: what is the same in two graphs whose programs are the same, and where the things are that
// differ, variables and numbers. A later process finds by it what an earlier one made of such a graph (record.ts).
import { exactJson } from '../base/json.ts';
import type { Node } from '../graph/node.ts';
import type { Source } from './compile.ts';

/** Graphs of fewer nodes are compiled before a file is found and read. */
const fewNodes = 48;

type InputNode = Extract<Node, { kind: 'input' }>;

export interface SourceText {
  readonly text: string;
  /** Holders of variables, and inputs of literal numbers, in the order in which the text meets them. */
  readonly sources: readonly object[];
  readonly literals: readonly InputNode[];
}

/** The text; undefined where the graph is small, or reads what is not its own. */
export function sourceText({ batch, given, outputs, updates, wanted }: Source): SourceText | undefined {
  const nodes = allNodes([...wanted, ...updates.map(([v]) => v.tensor.node)]);
  if (nodes.length < fewNodes) return undefined;
  const numbers = new Map(nodes.map((n, i) => [n, i]));
  const list = (some: readonly Node[]): string => some.map((n) => numbers.get(n)).join();
  const roles = new Map<Node, string>(given.map(([, t], i) => [t.node, `given ${i}`]));
  for (const n of nodes)
    if (n.kind === 'scan') for (const inner of [...n.scan.carryIn, ...n.scan.xIn]) roles.set(inner, 'inner');
  const [sources, literals] = [[] as object[], [] as InputNode[]];
  const roleOf = (n: InputNode): string | undefined => {
    if (n.source) return `source ${sources.push(n.source)}`;
    if (roles.has(n)) return roles.get(n);
    // Whether a list holds numbers is asked without making them.
    return 'data' in n ? `literal ${literals.push(n)}` : undefined;
  };
  const lines: string[] = [];
  for (const n of nodes) {
    const what = n.kind === 'input' ? roleOf(n) : n.kind === 'scan' ? scanText(n, list) : fieldsText(n);
    if (what === undefined) return undefined;
    lines.push(`${n.kind} ${n.dtype} ${n.shape.join()} ${n.scale.join()} ${list(n.src)} ${what}`);
  }
  const ends = [outputs.map(([, t]) => t.node), updates.flatMap(([v, t]) => [v.tensor.node, t.node])].map(
    list,
  );
  return { text: [batch, given.length, ...ends, ...lines].join('\n'), sources, literals };
}

/** What a node is beside its type, its extent and its sources. */
function fieldsText(n: Node): string {
  const { id: _, src: __, shape: ___, scale: ____, kind: _____, dtype: ______, ...fields } = n;
  return exactJson(fields);
}

function scanText(
  { scan }: Extract<Node, { kind: 'scan' }>,
  list: (some: readonly Node[]) => string,
): string {
  const { length, carryIn, xIn, carryOut, yOut, outer } = scan;
  return [length, ...[carryIn, xIn, carryOut, yOut, outer].map(list)].join(' ');
}

/** All nodes that `roots` are made of, those inside of loops too, in the order in which they were made. */
function allNodes(roots: readonly Node[]): Node[] {
  const [done, open] = [new Set<Node>(), [...roots]];
  for (let n = open.pop(); n; n = open.pop()) {
    if (done.has(n)) continue;
    done.add(n);
    open.push(...n.src);
    if (n.kind === 'scan') {
      const { carryIn, xIn, carryOut, yOut, outer } = n.scan;
      open.push(...carryIn, ...xIn, ...carryOut, ...yOut, ...outer);
    }
  }
  return [...done].sort((a, b) => a.id - b.id);
}
