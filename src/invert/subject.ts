// A trained classifier as gradients, attacks and explanations see it: a device, the shape of a picture, and what is seen
// in pictures (sight.ts), traced from the model's own layers, so that slopes reach the pixels. Weights stay where they are.
import { check } from '../base/check.ts';
import { at, range, show, sizeOf, type Shape } from '../base/shape.ts';
import type { Device, Program } from '../device/device.ts';
import type { AnyLayer } from '../nn/layer.ts';
import type { Weights } from '../nn/memory.ts';
import type { Model } from '../nn/model.ts';
import { isClosed, showSizes } from '../nn/sizes.ts';
import type { Tensor } from '../tensor.ts';
import { seen, type Seen } from './sight.ts';

/** A classifier that is asked; its weights are what they are when a program runs. */
export interface Subject {
  readonly device: Device;
  /** Sizes of one picture, [H, W, C]. */
  readonly shape: Shape;
  readonly classes: number;
  readonly layer: AnyLayer;
  readonly weights: Weights;
  /** In a traced function: what is seen in pictures [N, H, W, C] in [0, 1] and, if asked for, inside a layer. */
  see(x: Tensor, inside?: string): Seen;
}

/** What a model must have to be asked. */
export type Classifier = Pick<Model, 'layer' | 'inputShapes' | 'outputShapes' | 'variables'>;

/** A model of one picture in and a number for each class out, ready to be asked; `call` is said in errors. */
export async function subjectOf(model: Classifier, call: string): Promise<Subject> {
  const weights = await model.variables();
  const { inputShapes = [], outputShapes = [], layer } = model;
  const [shape, out] = [at(inputShapes, 0), at(outputShapes, 0)];
  check(
    inputShapes.length === 1 && shape.length === 3 && isClosed(shape),
    () => `${call}: needs a model of one picture [H, W, C], got ${inputShapes.map(showSizes).join(' and ')}`,
  );
  check(
    out.length === 1 && isClosed(out),
    () => `${call}: needs a model that gives a number for each class, got ${showSizes(out)} per picture`,
  );
  return {
    device: weights.device,
    shape,
    classes: at(out, 0),
    layer,
    weights,
    see: (x, inside) => seen(layer, weights, x, inside),
  };
}

/** How many pictures these numbers are; throws unless they are whole ones. `call` is said in the error. */
export function countPictures(call: string, { shape }: Pick<Subject, 'shape'>, length: number): number {
  const count = length / sizeOf(shape);
  check(
    Number.isInteger(count) && count > 0,
    () => `${call}: pictures of ${show(shape)} need a multiple of ${sizeOf(shape)} numbers, got ${length}`,
  );
  return count;
}

/** Throws unless there is a class for each picture and the model has it. */
export function checkClasses(
  call: string,
  { classes }: Pick<Subject, 'classes'>,
  list: ArrayLike<number>,
  count: number,
): void {
  check(list.length === count, () => `${call}: ${count} pictures need as many classes, got ${list.length}`);
  const wrong = Array.from(list).find((k) => !range(classes).includes(k));
  check(
    wrong === undefined,
    () => `${call}: there is no class ${wrong}; the model has classes 0 to ${classes - 1}`,
  );
}

/** Pixels as models take them: bytes divided by 255, and all of them multiples of 1/255. */
export const pixelsOf = (images: ArrayLike<number>, bytes = false): Float32Array =>
  Float32Array.from(images, (v) => (bytes ? v : Math.round(Math.min(1, Math.max(0, v)) * 255)) / 255);

/** Runs a program so often, or until the signal: then the step under way is its last. */
export async function repeated(
  program: Program,
  times: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (signal?.aborted) return;
  const running = program.start({}, { times });
  const stop = (): void => running.cancel();
  signal?.addEventListener('abort', stop);
  try {
    await running.done;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** Gives programs and variables back. */
export function closeAll(list: readonly { close(): void }[]): void {
  for (const one of list) one.close();
}
