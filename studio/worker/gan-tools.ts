// What else a trained generator is good for: filling holes in pictures; and beside it a small network that learns what is
// usual and shows what does not belong. The page sends pictures of bytes, or strokes.
import {
  drawStrokes,
  inpaint,
  prepare,
  subset,
  trainDetector,
  type Detector,
  type Pad,
  type Stroke,
} from 'eidos';
import { dataFor } from './data.ts';
import { device } from './engine.ts';
import { generator } from './generate.ts';
import { Said, type Context } from './rpc.ts';

/** An example of a data set. */
export interface Example {
  readonly pixels: Uint8Array;
  readonly shape: readonly [number, number, number];
  readonly label: number;
}

/** A hole filled. */
export interface Filled {
  /** The picture with the hole filled, as bytes. */
  readonly pixels: Uint8Array;
  /** The root of the mean squared difference outside of the hole. */
  readonly error: number;
}

/** What is said of a drawing. */
export interface Odd {
  readonly score: number;
  /** What 99 of 100 usual ones stay under. */
  readonly limit: number;
  /** As the network was given it, as it draws it again, and where it differs: bytes [28, 28]. */
  readonly given: Uint8Array;
  readonly drawn: Uint8Array;
  readonly map: Uint8Array;
}

/** Examples that a detector learns from at most: more change little. */
const mostLearned = 12_000;

/** How often each of them is seen. */
const seen = 8;

const fillings = 5;

let known: { readonly data: string; readonly detector: Detector } | undefined;

/** What the page can ask. */
export const ganTools = {
  /** An example to be tested with. */
  async example({ data, index }: { readonly data: string; readonly index: number }): Promise<Example> {
    const { test } = await dataFor(data);
    const at = index % test.count;
    const size = test.shape.reduce((a, b) => a * b, 1);
    return {
      pixels: test.images.slice(at * size, (at + 1) * size),
      shape: test.shape,
      label: test.labels[at] ?? 0,
    };
  },

  /** Fills the hole in a picture with what the open generator would draw there; the best fillings first. */
  async fill(
    { pixels, hole }: { readonly pixels: Uint8Array; readonly hole: Uint8Array },
    context: Context<{ readonly share: number }>,
  ): Promise<readonly Filled[]> {
    const found = await inpaint(generator().game.painter(), pixels, hole, {
      keep: fillings,
      signal: context.signal,
      onEvent: ({ done, total }) => context.tell({ share: done / total }),
    });
    return found.map(({ filled, error }) => ({ pixels: filled, error }));
  },

  /** Learns what is usual in a data set. */
  async learn(
    { data: id }: { readonly data: string },
    context: Context<{ readonly share: number }>,
  ): Promise<void> {
    if (known?.data === id) return;
    const { train } = await dataFor(id);
    const count = Math.min(mostLearned, train.count);
    const detector = await trainDetector(subset(train, count), {
      device: await device(),
      // So often is each example seen; few examples need fewer steps.
      steps: Math.ceil((seen * count) / 64),
      signal: context.signal,
      onEvent: ({ share }) => context.tell({ share }),
    });
    const before = known?.detector;
    known = { data: id, detector };
    await before?.close();
  },

  /** Whether a drawing belongs, and where not. */
  async odd({ strokes, pad }: { readonly strokes: readonly Stroke[]; readonly pad: Pad }): Promise<Odd> {
    if (!known) throw new Said('noDetector');
    const { detector } = known;
    const given = prepare(drawStrokes(strokes, pad), 'mnist').data;
    const { scores, maps, drawn } = await detector.look({ images: given, shape: detector.shape, count: 1 });
    const most = maps.reduce((a, b) => Math.max(a, b), 1e-9);
    return {
      score: scores[0] ?? NaN,
      limit: detector.threshold(0.99),
      given,
      drawn,
      map: Uint8Array.from(maps, (x) => Math.round((255 * Math.max(0, x)) / most)),
    };
  },
};
