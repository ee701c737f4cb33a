// A model as a drawing: layers as boxes with what they are called and are, what comes out and how many numbers they
// hold; arrows for what flows; inner models as frames round theirs. The layout is our own (diagram-layout.ts): models
// are small and mostly chains, for which 150 lines do what a package of 49 kB does.
import { check } from '../base/check.ts';
import { at, range } from '../base/shape.ts';
import type { Colour } from './canvas.ts';
import {
  graphOf,
  printedShapes,
  type DiagramBox,
  type DiagramGraph,
  type Drawable,
} from './diagram-graph.ts';
import { layOut } from './diagram-layout.ts';
import { dotOf, mermaidOf } from './diagram-text.ts';
import { checkWhole } from './frame.ts';
import { wordGap } from './scene-lines.ts';
import {
  letteringFor,
  lineHeight,
  render,
  type Formats,
  type Point,
  type Scene,
  type Shape,
} from './scene.ts';

/** What a diagram can become: a drawing, or text for Graphviz or Mermaid. */
export interface DiagramFormats extends Formats {
  /** For Graphviz (https://graphviz.org/doc/info/lang.html). */
  readonly dot: string;
  /** For Markdown pages that draw Mermaid's flowcharts (https://mermaid.js.org/syntax/flowchart.html). */
  readonly mermaid: string;
}

/** The words on a diagram that are not names of layers. */
export interface DiagramWords {
  /** How many numbers a layer holds. */
  readonly parameters: (count: number) => string;
  /** That a layer is used several times with the same weights. */
  readonly shared: (which: number, of: number) => string;
  /** That what is in a model is shown elsewhere. */
  readonly again: string;
}

export interface DiagramOptions<F extends keyof DiagramFormats> {
  readonly format: F;
  /** Stands on top; the model's name if not said, nothing if it is empty. */
  readonly title?: string;
  /** Shows what is in models inside the model; true if not said. */
  readonly nested?: boolean;
  /** Pixels to a unit of a drawing, of which a capital is seven high; 2 if not said. */
  readonly scale?: number;
  readonly words?: Partial<DiagramWords>;
}

const GROUND: Colour = [255, 255, 255];
const TEXT: Colour = [36, 40, 48];
const MUTED: Colour = [96, 100, 110];
const LINE: Colour = [120, 124, 134];
const EDGE: Colour = [168, 172, 180];
const INPUT: Colour = [238, 239, 242];
const WEIGHTS: Colour = [223, 236, 247];
const SHARED: Colour = [213, 94, 0];
const FRAME: Colour = [250, 250, 247];
const HEAD: Colour = [234, 234, 226];

const MARGIN = 14;
const PADDING = 8;
const RADIUS = 3;
const GAP = { across: 18, down: 20 };

const english: DiagramWords = {
  parameters: (count) => `${count.toLocaleString('en-US')} ${count === 1 ? 'parameter' : 'parameters'}`,
  shared: (which, of) => `shared, use ${which} of ${of}`,
  again: 'shown at its first use',
};

/**
 * Draws a model, as Keras's plot_model does. A layer that is used several times has a box for each use.
 *
 * @example
 * const svg = await diagram(tutorial(), { format: 'svg' });
 */
export async function diagram<F extends keyof DiagramFormats>(
  model: Drawable,
  { format, title = model.layer.name, nested = true, scale = 2, words }: DiagramOptions<F>,
): Promise<DiagramFormats[F]> {
  checkWhole('diagram', { scale });
  const graph = graphOf(model, nested);
  const spoken = { ...english, ...words };
  const makers: {
    readonly [K in keyof DiagramFormats]: () => DiagramFormats[K] | Promise<DiagramFormats[K]>;
  } = {
    svg: () => drawn(graph, title, spoken, 'svg', scale),
    png: () => drawn(graph, title, spoken, 'png', scale),
    picture: () => drawn(graph, title, spoken, 'picture', scale),
    dot: () => dotOf(graph, title),
    mermaid: () => mermaidOf(graph),
  };
  check(
    Object.hasOwn(makers, format),
    () => `diagram: format must be one of ${Object.keys(makers).join(', ')}, got ${JSON.stringify(format)}`,
  );
  return makers[format]();
}

async function drawn<F extends keyof Formats>(
  graph: DiagramGraph,
  title: string,
  words: DiagramWords,
  format: F,
  scale: number,
): Promise<Formats[F]> {
  const lettering = await letteringFor([title, ...textsOf(graph, words)]);
  const pen: Pen = { words, measure: lettering.measure };
  const block = graphBlock(graph, pen);
  const top = title === '' ? MARGIN : MARGIN + lineHeight + 8;
  const width = Math.max(block.width, lettering.measure(title) + 2) + 2 * MARGIN;
  const heading: Shape = {
    kind: 'text',
    text: title,
    x: MARGIN,
    y: MARGIN + lineHeight / 2,
    colour: TEXT,
    bold: true,
  };
  const scene: Scene = {
    width,
    height: top + block.height + MARGIN,
    title,
    ground: GROUND,
    shapes: [...(title === '' ? [] : [heading]), ...block.shapes([(width - block.width) / 2, top])],
  };
  return render(scene, format, lettering.font, { scale });
}

interface Pen {
  readonly words: DiagramWords;
  readonly measure: (text: string) => number;
}

/** Something of a size that draws itself with its top left anywhere. */
interface Block {
  readonly width: number;
  readonly height: number;
  /** Where arrows reach its top and leave its bottom, from its left; undefined where that is its middle. */
  readonly ins?: readonly number[];
  readonly outs?: readonly number[];
  readonly shapes: (at: Point) => Shape[];
}

/** Lines of a box: name and kind, what comes out, what it holds. */
function linesOf({ name, kind, shapes, params, use, again }: DiagramBox, words: DiagramWords): string[] {
  const notes = [...(use ? [words.shared(use.which, use.of)] : []), ...(again ? [words.again] : [])];
  return [
    `${name}  ${kind}`,
    printedShapes(shapes),
    ...(params > 0 ? [words.parameters(params)] : []),
    ...(notes.length > 0 ? [notes.join(', ')] : []),
  ];
}

const textsOf = ({ boxes }: DiagramGraph, words: DiagramWords): string[] =>
  boxes.flatMap((box) => [...linesOf(box, words), ...(box.inside ? textsOf(box.inside, words) : [])]);

/** The lines of a box from its top, name and shared use set off. */
function textShapes(box: DiagramBox, [x, y]: Point, { words }: Pen): Shape[] {
  const [, ...rest] = linesOf(box, words);
  const shared = box.use !== undefined;
  const line = (i: number): number => y + (i + 0.5) * lineHeight;
  return [
    {
      kind: 'text',
      text: box.name,
      x,
      y: line(0),
      colour: TEXT,
      bold: true,
      more: { text: box.kind, colour: MUTED },
    },
    ...rest.map((text, i): Shape => ({
      kind: 'text',
      text,
      x,
      y: line(i + 1),
      colour: shared && i === rest.length - 1 ? SHARED : i === 0 ? TEXT : MUTED,
    })),
  ];
}

function headSize(
  box: DiagramBox,
  { words, measure }: Pen,
): { readonly width: number; readonly height: number } {
  const lines = linesOf(box, words);
  // The letters of an SVG may be wider than ours, bold ones most.
  const first = 1.25 * measure(box.name) + wordGap + 1.1 * measure(box.kind);
  const widths = lines.map((text, i) => (i === 0 ? first : measure(text)));
  return {
    width: Math.ceil(Math.max(84, ...widths)) + 2 * PADDING,
    height: lines.length * lineHeight + PADDING,
  };
}

function boxBlock(box: DiagramBox, pen: Pen): Block {
  const { width, height } = headSize(box, pen);
  const plain = box.kind === 'InputLayer' || box.kind === 'Output';
  const rim = box.use ? SHARED : EDGE;
  return {
    width,
    height,
    shapes: ([x, y]) => [
      {
        kind: 'box',
        x,
        y,
        width,
        height,
        fill: plain ? INPUT : box.params > 0 ? WEIGHTS : GROUND,
        stroke: rim,
        radius: plain ? height / 4 : RADIUS,
      },
      ...textShapes(box, [x + PADDING, y + PADDING / 2], pen),
    ],
  };
}

/** A model inside the model: a head with its lines, and its own boxes under it. */
function frameBlock(box: DiagramBox, inside: DiagramGraph, pen: Pen): Block {
  const head = headSize(box, pen);
  const inner = graphBlock(inside, pen);
  const width = Math.max(head.width, inner.width + 2 * PADDING);
  const height = head.height + inner.height;
  const shift = (width - inner.width) / 2;
  return {
    width,
    height,
    ins: (inner.ins ?? []).map((x) => x + shift),
    outs: (inner.outs ?? []).map((x) => x + shift),
    shapes: ([x, y]) => [
      { kind: 'box', x, y, width, height, fill: FRAME, stroke: box.use ? SHARED : EDGE, radius: RADIUS },
      { kind: 'box', x: x + 1, y: y + 1, width: width - 2, height: head.height - 1, fill: HEAD },
      ...textShapes(box, [x + PADDING, y + PADDING / 2], pen),
      ...inner.shapes([x + shift, y + head.height]),
    ],
  };
}

/** Boxes and arrows of a graph; ports of its rim are boxes without height in the first and last row. */
function graphBlock({ boxes, arrows }: DiagramGraph, pen: Pen): Block {
  const count = (side: 'from' | 'to'): number =>
    Math.max(-1, ...arrows.map((arrow) => (arrow[side].box < 0 ? arrow[side].port : -1))) + 1;
  const [ins, outs] = [count('from'), count('to')];
  const port: Block = { width: 8, height: 0, shapes: () => [] };
  const blocks = [
    ...range(ins).map(() => port),
    ...boxes.map((box) => (box.inside ? frameBlock(box, box.inside, pen) : boxBlock(box, pen))),
    ...range(outs).map(() => port),
  ];
  const outPort = (i: number): number => ins + boxes.length + i;
  const ends = arrows.map(({ from, to }) => ({
    from: from.box < 0 ? from.port : ins + from.box,
    to: to.box < 0 ? outPort(to.port) : ins + to.box,
  }));
  const laid = layOut({
    sizes: blocks,
    arrows: ends,
    gap: GAP,
    first: range(ins),
    last: range(outs).map(outPort),
  });
  const middle = (i: number): number => at(laid.places, i)[0] + at(blocks, i).width / 2;
  const routes = arrows.map(({ from, to }, i): Shape => {
    const { from: above, to: below } = at(ends, i);
    const bends = at(laid.bends, i);
    const start = sideOf(at(blocks, above).outs, from.port, at(laid.places, above)[0]) ?? middle(above);
    // Several arrows into one box keep apart, in the order in which they come.
    const comes = (k: number): number => at(laid.bends, k).at(-1)?.[0] ?? middle(at(ends, k).from);
    const others = range(arrows.length).filter((k) => at(ends, k).to === below);
    const place = others.filter((k) => comes(k) < comes(i) || (comes(k) === comes(i) && k < i)).length;
    const spread = middle(below) + (place - (others.length - 1) / 2) * 14;
    const end = sideOf(at(blocks, below).ins, to.port, at(laid.places, below)[0]) ?? spread;
    return {
      kind: 'line',
      points: [
        [start, at(laid.places, above)[1] + at(blocks, above).height],
        ...bends,
        [end, at(laid.places, below)[1]],
      ],
      colour: LINE,
      width: 1,
      bent: true,
      arrow: to.box >= 0,
    };
  });
  return {
    width: laid.width,
    height: laid.height,
    ins: range(ins).map(middle),
    outs: range(outs).map((i) => middle(outPort(i))),
    shapes: ([x, y]) => [
      ...routes.map((route) => moved(route, [x, y])),
      ...blocks.flatMap((block, i) => {
        const [left, top] = at(laid.places, i);
        return block.shapes([x + left, y + top]);
      }),
    ],
  };
}

const sideOf = (ports: readonly number[] | undefined, port: number, left: number): number | undefined => {
  const x = ports?.[port];
  return x === undefined ? undefined : left + x;
};

const moved = (shape: Shape, [dx, dy]: Point): Shape =>
  shape.kind === 'line' ? { ...shape, points: shape.points.map(([x, y]): Point => [x + dx, y + dy]) } : shape;
