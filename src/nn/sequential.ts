// The usual way to a model: layers one after the other.
import { chain } from './chain.ts';
import type { Layer } from './layer.ts';
import { Model } from './model.ts';

/**
 * A model of layers applied in turn; models may be among them.
 *
 * @example
 * const net = sequential(flatten(), dense(64, { activation: 'relu' }), dense(10, { activation: 'softmax' }));
 */
export const sequential = (...layers: readonly (Layer | Model)[]): Model =>
  new Model(chain(layers.map((x) => (x instanceof Model ? x.layer : x))));
