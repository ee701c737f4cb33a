// What is inside a network: what a layer gives for a picture, where its last convolution looked for a class (Grad-CAM),
// and what filters look for, as pictures.
import { check } from '../base/check.ts';
import { at, range, show, sizeOf } from '../base/shape.ts';
import { grad } from '../grad.ts';
import { readWeights } from '../nn/memory.ts';
import type { Tile } from '../picture/grid.ts';
import type { Tensor } from '../tensor.ts';
import { both, interpolate } from './fourier.ts';
import { askedOf, scoresOf, type Attribution, type ExplainOptions } from './explain.ts';
import { layerNames } from './sight.ts';
import { countPictures, subjectOf, type Classifier, type Subject } from './subject.ts';

/** What a layer gives for pictures. */
export interface Activations {
  /** [N, ...shape] row-major. */
  readonly values: Float32Array;
  /** Of one picture. */
  readonly shape: readonly number[];
}

/** What the layer of this name gives for pictures, its activation function included. */
export async function activations(model: Classifier, x: Float32Array, layer: string): Promise<Activations> {
  const subject = await subjectOf(model, 'activations');
  const count = countPictures('activations', subject, x.length);
  let shape: readonly number[] = [];
  const program = await subject.device.compile(
    ({ inputs }) => {
      const inside = subject.see(inputs['x'] as Tensor, layer).inside as Tensor;
      shape = inside.shape.slice(1);
      return { outputs: { inside } };
    },
    { inputs: { x: { shape: [count, ...subject.shape] } } },
  );
  const out = await program.run({ x });
  program.close();
  return { values: out['inside'] as Float32Array, shape };
}

/** The last layer that gives pictures by convolving. */
function lastConvolution({ layer }: Subject): string {
  const kinds = layer.wiring?.layers ?? [];
  const found = kinds.filter((one) => one.layer.kind.includes('Conv2D')).at(-1);
  check(
    found !== undefined,
    () =>
      `gradCam: the model has no convolution (it has ${layerNames(layer).join(', ')}); use saliency() or occlusion()`,
  );
  return found.name;
}

/** Which layer is looked at. */
export interface GradCamOptions extends ExplainOptions {
  /** By its name in the model; the last convolution unless said. */
  readonly layer?: string;
}

/**
 * Where a layer saw what speaks for the class: its channels, each weighed by the mean slope of the score by it, added,
 * cut off below 0 and enlarged to the picture. Selvaraju et al. 2017, https://arxiv.org/abs/1610.02391, equations 1 and 2.
 * The map is [N, H, W, 1], at least 0.
 */
export async function gradCam(
  model: Classifier,
  x: Float32Array,
  classes: ArrayLike<number>,
  { score = 'logit', layer: named }: GradCamOptions = {},
): Promise<Attribution & { readonly layer: string }> {
  const { subject, count, of } = await askedOf('gradCam', model, x, classes);
  const layer = named ?? lastConvolution(subject);
  const { device, shape } = subject;
  const program = await device.compile(
    ({ inputs }) => {
      const seen = subject.see(inputs['x'] as Tensor, layer);
      const inside = seen.inside as Tensor;
      check(
        inside.rank === 4,
        () =>
          `gradCam: needs a layer that gives pictures, ${layer} gives ${show(inside.shape.slice(1))} per picture`,
      );
      const scores = scoresOf(seen, inputs['classes'] as Tensor, score);
      const [slopes] = grad(scores.sum(), [inside]);
      const weights = (slopes as Tensor).mean([1, 2], { keep: true });
      const cam = inside.mul(weights).sum(3, { keep: true }).relu();
      const [down, across] = [
        interpolate(at(shape, 0), at(cam.shape, 1)),
        interpolate(at(shape, 1), at(cam.shape, 2)).permute([1, 0]),
      ];
      return { outputs: { map: both(cam, down, across), scores } };
    },
    { inputs: { x: { shape: [count, ...shape] }, classes: { shape: [count], dtype: 'i32' } } },
  );
  const out = await program.run({ x, classes: of });
  program.close();
  return { map: out['map'] as Float32Array, scores: out['scores'] as Float32Array, layer };
}

/** Values as bytes: 0 is the middle grey, the largest size black or white; values of one sign from paper to ink. */
export function greyOf(values: ArrayLike<number>): Uint8Array {
  const list = Array.from(values);
  const most = Math.max(...list.map(Math.abs)) || 1;
  const signed = list.some((v) => v < 0);
  return Uint8Array.from(list, (v) => Math.round(signed ? 127.5 + (127.5 * v) / most : (255 * v) / most));
}

/** Each channel of what a layer gave for one picture, as a picture of its own; rows of numbers as one picture of one row. */
export function activationTiles({ values, shape }: Activations, picture = 0): Tile[] {
  const per = sizeOf(shape);
  const own = values.slice(picture * per, (picture + 1) * per);
  const [height, width, channels] = shape.length === 3 ? (shape as [number, number, number]) : [1, per, 1];
  return range(channels).map((c) => ({
    pixels: greyOf(range(height * width).map((i) => own[i * channels + c] ?? 0)),
    width,
    height,
    channels: 1,
    caption: String(c),
  }));
}

/**
 * What the first layer with a kernel looks for, as pictures: the kernels of a convolution (summed over the channels that
 * come in), or the weights of each unit of a dense layer over the picture.
 */
export async function filterTiles(model: Classifier, most = 64): Promise<Tile[]> {
  const subject = await subjectOf(model, 'filterTiles');
  const weights = await readWeights(subject.weights);
  const kernel = weights.find(
    ({ name, shape }) => name.endsWith('kernel') && (shape.length === 4 || shape.length === 2),
  );
  check(kernel !== undefined, () => 'filterTiles: the model has no convolution and no dense layer');
  const [height, width, channels] = subject.shape as [number, number, number];
  const convolution = kernel.shape.length === 4;
  check(
    convolution || kernel.shape[0] === sizeOf(subject.shape),
    () => `filterTiles: ${kernel.name} ${show(kernel.shape)} is not over the pixels of the picture`,
  );
  const [h, w, c] = convolution
    ? (kernel.shape.slice(0, 3) as [number, number, number])
    : [height, width, channels];
  const count = at(kernel.shape, kernel.shape.length - 1);
  return range(Math.min(count, most)).map((k) => ({
    pixels: greyOf(
      range(h * w).map((i) =>
        range(c).reduce((sum, j) => sum + Number(kernel.data[(i * c + j) * count + k]), 0),
      ),
    ),
    width: w,
    height: h,
    channels: 1,
    caption: String(k),
  }));
}
