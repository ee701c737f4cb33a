// Ideas in the page: whatever the method, it is one call that tells how the pictures form and ends with what they came to.
// How each method searches is in idea-search.ts.
import {
  ascentNames,
  encodePng,
  gif,
  ideaPicture,
  mosaic,
  looksOf,
  methodNames,
  type AscentName,
  type MethodName,
  type Picture,
} from 'eidos';
import { climbed, walked, type Step } from './idea-search.ts';
import { judged, type Judged } from './judge.ts';
import { modelOf, type OpenModel } from './models.ts';
import { asBytes, asPixels } from './pictures.ts';
import type { Context } from './rpc.ts';

/** A method's name. */
export type IdeaMethod = AscentName | MethodName;

/** What is known of pictures: in which ways digits differ, what anybody knows of strokes, or nothing. */
export type PriorName = 'digit' | 'plain' | 'none';

/** What is asked. */
export interface Asking {
  readonly model: string;
  /** Classes, or parts of classes. */
  readonly targets: readonly (number | Readonly<Record<number, number>>)[];
  readonly method: IdeaMethod;
  /** Images tried for each target; the method's own unless said. */
  readonly budget?: number | undefined;
  readonly priors: PriorName;
  readonly seed: number;
}

/** How far the pictures are; one that is not begun is undefined. */
export interface Forming extends Step {
  /** What the judge sees, asked now and then. */
  readonly judged: readonly (Judged | undefined)[];
}

/** What a picture came to. */
export interface Formed {
  readonly picture: Uint8Array;
  readonly shape: readonly number[];
  readonly score: number;
  readonly probabilities: Float32Array;
  readonly judged: Judged | undefined;
  /** How it formed. */
  readonly frames: readonly Uint8Array[];
  readonly evaluations: number;
  readonly seconds: number;
  readonly stopped: boolean;
}

/** Pictures to be saved: the frames of each idea. */
export interface Files {
  readonly ideas: readonly (readonly Uint8Array[])[];
  readonly shape: readonly number[];
}

/** Milliseconds from one look of the judge to the next, so that it takes little of the search's time. */
const JUDGING = 500;

const climbs = (method: IdeaMethod): method is AscentName =>
  (ascentNames as readonly string[]).includes(method);

/** What the page can ask about ideas. */
export const idea = {
  /** The methods there are, those that climb a slope first. */
  methods: (_ask: object): Promise<readonly IdeaMethod[]> =>
    Promise.resolve([...ascentNames, ...methodNames]),

  /** Lets pictures form; what is best so far when the signal comes. */
  async form(asking: Asking, { signal, tell }: Context<Forming>): Promise<readonly Formed[]> {
    const open = await modelOf(asking.model);
    const { method, targets } = asking;
    const telling = { signal, tell: narrator(open, targets.length, tell) };
    const found = climbs(method)
      ? await climbed(open, { ...asking, method }, telling)
      : await walked(open, { ...asking, method }, telling);
    const pictures = found.map(({ image }) => asBytes(image));
    const verdicts = await judged(open, pictures);
    const all: Formed[] = [];
    for (const [i, { image: _, frames, ...one }] of found.entries()) {
      const picture = pictures[i] ?? new Uint8Array();
      const [look] = await looksOf(open.model, targets[i] ?? 0, [asPixels(picture)]);
      const [score, probabilities] = [look?.score ?? NaN, look?.outputs ?? new Float32Array()];
      all.push({ ...one, picture, frames: frames.map(asBytes), score, probabilities, judged: verdicts[i] });
    }
    return all;
  },

  /** The bytes of a PNG of pictures side by side, or of a GIF where they have several frames; enlarged. */
  file: ({ ideas, shape }: Files): Promise<Uint8Array> => {
    const length = Math.max(...ideas.map((frames) => frames.length));
    const scale = ideas.length === 1 ? 10 : 4;
    const pictures = Array.from({ length }, (_, i) =>
      strip(
        ideas.map((frames) => frames[Math.min(i, frames.length - 1)] ?? new Uint8Array()),
        shape,
      ),
    );
    const [first] = pictures;
    if (length > 1 || !first) {
      const delay = pictures.map((_, i) => (i === length - 1 ? 1500 : 80));
      return Promise.resolve(gif(pictures, { scale, delay }));
    }
    const { width, height, channels, data } = first;
    return Promise.resolve(encodePng(ideaPicture(asPixels(data), [height, width, channels], scale)));
  },
};

/** Tells the page, with the judge's word from time to time. */
function narrator(
  open: OpenModel,
  count: number,
  tell: (event: Forming) => void,
): (step: Step) => Promise<void> {
  let last = -Infinity;
  let verdicts: readonly (Judged | undefined)[] = Array.from({ length: count }, () => undefined);
  return async (step) => {
    if (performance.now() - last > JUDGING) {
      const shown = step.pictures.flatMap((picture, i) => (picture ? [{ picture, i }] : []));
      const words = await judged(
        open,
        shown.map(({ picture }) => picture),
      );
      verdicts = step.pictures.map((_, i) => words[shown.findIndex((one) => one.i === i)]);
      last = performance.now();
    }
    tell({ ...step, judged: verdicts });
  };
}

/** Pictures side by side, five in a row. */
function strip(images: readonly Uint8Array[], shape: readonly number[]): Picture {
  return mosaic(
    images.map((image) => ideaPicture(asPixels(image), [...shape], 1)),
    5,
  );
}
