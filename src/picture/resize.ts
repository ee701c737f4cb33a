// One picture brought to the size and kind that a network takes: transparent parts over white, grey or colour,
// the frame cut, stretched or padded, then resized by Lanczos's filter. Runs everywhere and gives the same bytes
// everywhere; files and their formats are others' business.
import { check } from '../base/check.ts';
import { range } from '../base/shape.ts';
import type { Picture } from './png.ts';

/** What is done with a picture whose sides have another ratio than asked for. */
export type Crop = 'centre' | 'stretch' | 'pad';

/** What a picture is brought to. */
export interface Frame {
  readonly height: number;
  readonly width: number;
  /** Grey or red-green-blue. */
  readonly channels: 1 | 3;
  /** `centre` cuts off what is too long on both sides, `stretch` keeps all and bends it, `pad` puts white round it. */
  readonly crop: Crop;
}

/** A part of a picture, in pixels, not always whole ones. */
interface Part {
  readonly from: number;
  readonly length: number;
}

/** The picture in the frame: [height, width, channels]. */
export function resize(picture: Picture, frame: Frame): Picture {
  const { height, width, channels, crop } = frame;
  for (const [name, side] of [
    ['height', height],
    ['width', width],
  ] as const)
    // prettier-ignore
    check(
      Number.isInteger(side) && side > 0,
      () => `resize: ${name} must be a whole number from 1, got ${side}`,
    );
  const plain = samples(picture, channels);
  const [rows, columns] = partsOf(picture, frame);
  const wide = alongRows(
    plain,
    picture.height,
    picture.width,
    channels,
    weightsOf(columns, picture.width, width),
  );
  const data = alongColumns(wide, width * channels, weightsOf(rows, picture.height, height));
  // Beyond the picture, where padding is, lies white.
  if (crop === 'pad') whiten(data, frame, picture);
  return {
    width,
    height,
    channels,
    data: Uint8Array.from(data, (x) => Math.max(0, Math.min(255, Math.round(x)))),
  };
}

/** Samples as asked for, transparent parts over white; grey by the weights of Rec. 601, as PIL and Keras have it. */
function samples({ data, channels: from, width, height }: Picture, channels: 1 | 3): Float32Array {
  const out = new Float32Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    const covered = from === 4 ? (data[4 * i + 3] ?? 255) / 255 : 1;
    const sample = (c: number): number =>
      255 + ((data[from * i + (from === 1 ? 0 : c)] ?? 0) - 255) * covered;
    if (channels === 3) for (let c = 0; c < 3; c++) out[3 * i + c] = sample(c);
    else out[i] = from === 1 ? sample(0) : 0.299 * sample(0) + 0.587 * sample(1) + 0.114 * sample(2);
  }
  return out;
}

/** Which rows and columns of the picture the frame shows; padding shows some that do not exist. */
function partsOf(picture: Picture, { height, width, crop }: Frame): readonly [rows: Part, columns: Part] {
  const [down, across] = [picture.height / height, picture.width / width];
  const scale = crop === 'centre' ? Math.min(down, across) : Math.max(down, across);
  const part = (side: number, size: number, own: number): Part => {
    const length = crop === 'stretch' ? side : size * scale;
    return {
      from: crop === 'stretch' || own === scale ? 0 : (side - length) / 2,
      length: own === scale ? side : length,
    };
  };
  return [part(picture.height, height, down), part(picture.width, width, across)];
}

/** For one output: where its inputs begin, and what each of them weighs. */
interface Weights {
  readonly first: number;
  readonly by: Float32Array;
}

/**
 * Lanczos's filter with three lobes (Duchon 1979, https://doi.org/10.1175/1520-0450(1979)018%3C1016:LFIOAT%3E2.0.CO;2),
 * made wider by as much as the picture gets smaller, so that nothing between the outputs is passed over.
 */
function weightsOf({ from, length }: Part, side: number, size: number): Weights[] {
  const scale = length / size;
  const width = Math.max(scale, 1);
  return range(size).map((i) => {
    const centre = from + (i + 0.5) * scale;
    // The nearest inputs stand in for those beyond the edge, by leaving these out and weighing the rest anew.
    const first = Math.min(side - 1, Math.max(0, Math.ceil(centre - 3 * width - 0.5)));
    const last = Math.max(first, Math.min(side - 1, Math.floor(centre + 3 * width - 0.5)));
    const by = Float32Array.from({ length: last - first + 1 }, (_, k) =>
      lanczos((first + k + 0.5 - centre) / width),
    );
    const sum = by.reduce((total, w) => total + w, 0);
    return { first, by: sum === 0 ? Float32Array.of(1) : by.map((w) => w / sum) };
  });
}

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= 3) return 0;
  const a = Math.PI * x;
  return (3 * Math.sin(a) * Math.sin(a / 3)) / (a * a);
}

/** [height, width, channels] to [height, outputs, channels]. */
function alongRows(
  data: Float32Array,
  height: number,
  width: number,
  channels: number,
  outputs: readonly Weights[],
): Float32Array {
  const out = new Float32Array(height * outputs.length * channels);
  let at = 0;
  for (let row = 0; row < height; row++)
    for (const { first, by } of outputs)
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        let from = (row * width + first) * channels + c;
        for (let k = 0; k < by.length; k++, from += channels) sum += (by[k] ?? 0) * (data[from] ?? 0);
        out[at++] = sum;
      }
  return out;
}

/** [height, row] to [outputs, row]. */
function alongColumns(data: Float32Array, row: number, outputs: readonly Weights[]): Float32Array {
  const out = new Float32Array(outputs.length * row);
  outputs.forEach(({ first, by }, y) => {
    for (let k = 0; k < by.length; k++) {
      const [weight, from] = [by[k] ?? 0, (first + k) * row];
      for (let i = 0; i < row; i++)
        out[y * row + i] = (out[y * row + i] ?? 0) + weight * (data[from + i] ?? 0);
    }
  });
  return out;
}

/** White wherever the middle of a pixel lies outside the picture. */
function whiten(data: Float32Array, frame: Frame, picture: Picture): void {
  const [rows, columns] = partsOf(picture, frame);
  const outside = ({ from, length }: Part, side: number, size: number): boolean[] =>
    range(size).map((i) => {
      const centre = from + ((i + 0.5) * length) / size;
      return centre < 0 || centre > side;
    });
  const above = outside(rows, picture.height, frame.height);
  const beside = outside(columns, picture.width, frame.width);
  for (let y = 0; y < frame.height; y++)
    for (let x = 0; x < frame.width; x++)
      if (above[y] || beside[x])
        data.fill(255, (y * frame.width + x) * frame.channels, (y * frame.width + x + 1) * frame.channels);
}
