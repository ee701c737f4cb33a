// What a diagram of a model shows: a box for each use of a layer, what flows between them, and models inside
// models as boxes with boxes in them. A shared layer has a box for each use, so that nothing runs in a circle;
// each says that it is shared. Where boxes go is layout's business.
import { check } from '../base/check.ts';
import { at } from '../base/shape.ts';
import type { Source, Wiring } from '../nn/call-graph.ts';
import { nothing, type AnyLayer } from '../nn/layer.ts';
import { countOf } from '../nn/memory.ts';
import { showSizes, type Sizes } from '../nn/sizes.ts';

/** One use of a layer, or an input. */
export interface DiagramBox {
  readonly name: string;
  readonly kind: string;
  /** What comes out of it, the batch axis left out. */
  readonly shapes: readonly Sizes[];
  /** Numbers it holds, learned and others; a shared layer's stand in each of its boxes. */
  readonly params: number;
  /** Which use of a shared layer this is, and of how many in the model around it. */
  readonly use?: { readonly which: number; readonly of: number };
  /** The boxes in it. */
  readonly inside?: DiagramGraph;
  /** What is in it is shown in another box. */
  readonly again?: true;
}

/** Something that flows, from an output of one box to an input of another; box -1 is the graph's own rim. */
export interface DiagramArrow {
  readonly from: { readonly box: number; readonly port: number };
  readonly to: { readonly box: number; readonly port: number };
}

/** Boxes and arrows, each box after those it takes something from. */
export interface DiagramGraph {
  readonly boxes: readonly DiagramBox[];
  readonly arrows: readonly DiagramArrow[];
}

/** What can be drawn: a model, or a layer made of layers. */
export interface Drawable {
  readonly layer: AnyLayer;
  readonly inputShapes: readonly Sizes[] | undefined;
}

/** The whole of what a diagram shows. Inner models are boxes with boxes in them if `nested`, else plain boxes. */
export function graphOf({ layer, inputShapes }: Drawable, nested: boolean): DiagramGraph {
  const shapes = inputShapes ?? layer.wiring?.inputs?.map(({ shape }) => shape);
  check(
    shapes !== undefined,
    () => `diagram: ${layer.name} does not know the shape of its inputs yet; call build() first`,
  );
  const wiring = layer.wiring ?? {
    layers: [{ name: layer.name, layer }],
    calls: [{ layer: 0, from: shapes.map((_, output) => ({ call: -1, output })) }],
    outputs: [{ call: 0, output: 0 }],
  };
  return wiredGraph(wiring, shapes, { nested, outermost: true, drawn: new Set() });
}

interface How {
  readonly nested: boolean;
  readonly outermost: boolean;
  /** Inner models whose boxes have been shown; their next uses are plain boxes. */
  readonly drawn: Set<AnyLayer>;
}

function wiredGraph(wiring: Wiring, shapes: readonly Sizes[], how: How): DiagramGraph {
  const { layers, calls, outputs, inputs } = wiring;
  const boxes: DiagramBox[] = [];
  const arrows: DiagramArrow[] = [];
  // An inner model's inputs have names only in the functional form; else its rim is enough.
  const named = inputs !== undefined || how.outermost;
  if (named)
    shapes.forEach((shape, i) => {
      const name = inputs?.[i]?.name ?? (shapes.length === 1 ? 'input' : `input_${i}`);
      boxes.push({ name, kind: 'InputLayer', shapes: [shape], params: 0 });
      if (!how.outermost) arrows.push({ from: { box: -1, port: i }, to: { box: i, port: 0 } });
    });
  const first = boxes.length;
  const end = ({ call, output }: Source): DiagramArrow['from'] => {
    if (call >= 0) return { box: first + call, port: output };
    return named ? { box: output, port: 0 } : { box: -1, port: output };
  };
  const sizes = (source: Source): Sizes =>
    source.call < 0 ? at(shapes, source.output) : at(at(boxes, first + source.call).shapes, source.output);
  const uses = new Map<number, number>();
  for (const { layer, from } of calls) {
    const which = (uses.get(layer) ?? 0) + 1;
    uses.set(layer, which);
    const of = calls.filter((call) => call.layer === layer).length;
    from.forEach((source, port) => arrows.push({ from: end(source), to: { box: boxes.length, port } }));
    boxes.push({
      ...boxOf(at(layers, layer), from.map(sizes), how),
      ...(of > 1 && { use: { which, of } }),
    });
  }
  if (!how.outermost || outputs.length > 1)
    outputs.forEach((source, i) => {
      if (how.outermost) {
        const name = `output ${i + 1}`;
        boxes.push({ name, kind: 'Output', shapes: [sizes(source)], params: 0 });
      }
      arrows.push({
        from: end(source),
        to: how.outermost ? { box: boxes.length - 1, port: 0 } : { box: -1, port: i },
      });
    });
  return { boxes, arrows };
}

function boxOf(
  { name, layer }: { readonly name: string; readonly layer: AnyLayer },
  shapes: readonly Sizes[],
  how: How,
): DiagramBox {
  const built = layer.lists.build(shapes, nothing);
  const { trainable, other } = countOf(built);
  const opened = how.nested && layer.wiring !== undefined && !how.drawn.has(layer);
  if (opened) how.drawn.add(layer);
  return {
    name,
    kind: layer.kind,
    shapes: built.shapes,
    params: trainable + other,
    ...(how.nested && layer.wiring && !opened && { again: true }),
    ...(opened && { inside: wiredGraph(layer.wiring, shapes, { ...how, outermost: false }) }),
  };
}

/** The shapes as Keras prints them: (None, 28, 28, 1). */
export const printedShapes = (shapes: readonly Sizes[]): string =>
  shapes
    .map((shape) =>
      `(${['None', ...showSizes(shape).slice(1, -1).split(', ')].join(', ')})`
        .replaceAll('null', 'None')
        .replace('(None, )', '(None,)'),
    )
    .join(' ');
