// The usual way to a model: layers one after the other.
import { check } from '../base/check.ts';
import { unique, wired } from './call-graph.ts';
import type { AnyLayer, Layer } from './layer.ts';
import { Model } from './model.ts';
import { Symbolic } from './symbolic.ts';

export interface SequentialOptions {
  readonly name?: string;
}

/**
 * A model of layers applied in turn; models may be among them. Before the layers may stand `{ name }`.
 *
 * @example
 * const net = sequential(flatten(), dense(64, { activation: 'relu' }), dense(10, { activation: 'softmax' }));
 */
export function sequential(...given: readonly (Layer | Model | SequentialOptions)[]): Model {
  const { name = 'sequential' } = given.find(isOptions) ?? {};
  const list = given.filter((x): x is Layer | Model => !isOptions(x));
  for (const x of list)
    check(
      !(x instanceof Symbolic),
      () => `${name}: needs layers, got ${String(x)}; what layers gave goes to model({ inputs, outputs })`,
    );
  check(list.length > 0, () => `${name}: needs at least one layer, got none`);
  const turns = list.map((x): AnyLayer => (x instanceof Model ? x.layer : x));
  for (const layer of turns)
    check(
      (layer.wiring?.outputs.length ?? 1) === 1,
      () => `${name}: ${layer.name} gives several outputs; use model({ inputs, outputs })`,
    );
  const layers = [...new Set(turns)];
  const names = unique(layers.map((layer) => layer.name));
  const layer = wired(
    { name, kind: 'Sequential', gives: 'one' },
    {
      layers: layers.map((layer, i) => ({ name: names[i] ?? layer.name, layer })),
      calls: turns.map((layer, i) => ({
        layer: layers.indexOf(layer),
        from: [{ call: i - 1, output: 0 }],
      })),
      outputs: [{ call: turns.length - 1, output: 0 }],
    },
  );
  const [first] = list;
  return new Model(layer, first instanceof Model ? first.inputShapes : undefined);
}

const isOptions = (x: unknown): x is SequentialOptions =>
  typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype;
