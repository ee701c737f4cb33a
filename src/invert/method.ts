// What a way of searching is. A method proposes, the loop (idea.ts) disposes: methods know nothing of devices, models,
// clocks or frames, and so are compared fairly, by what they get per image tried. There are two kinds. A walk changes
// one image pixel by pixel, one try after the other; a population asks for the scores of whole images. What a method
// remembers is plain data, so that a search can be put away and gone on with.
//
// To add one: a file with a function that returns a Walk or a Population, and a row in methods.ts.
import type { Rng } from '../base/rng.ts';
import type { Shape } from '../base/shape.ts';

/** Pixels row-major, 0 (paper) to 1 (ink), channels innermost. Who is handed one does not change it. */
export type Image = Float32Array;

/** What a method is told of the search it is in. */
export interface Problem {
  /** Of an image: [H, W, C], or whatever the model takes. */
  readonly shape: Shape;
  /** Pixels of an image, each channel counted. */
  readonly size: number;
  /** Whether pixels are 0 or 1, or anything between. */
  readonly pixels: Pixels;
  /** How far scores reach: `wide` as logits do, `unit` as probabilities and distances do. */
  readonly reach: 'wide' | 'unit';
  /** All chance there is: numbers for a purpose (draw.ts), a step and an element. */
  readonly rng: Rng;
  /** Images that may be tried. */
  readonly budget: number;
  /** Where to begin, if the caller said so. */
  readonly start?: Image;
}

export type Pixels = 'binary' | 'continuous';

/** A pixel, and the values to try for it; the pixel's own value may be among them. */
export interface Proposal {
  readonly pixel: number;
  readonly values: readonly number[];
}

/** The chance of one step, drawn once. */
export type Drawn = readonly number[];

/** One image, changed a pixel at a time. The loop tries steps ahead of time, with the choices of one after the other. */
export interface Walk {
  readonly kind: 'walk';
  readonly name: string;
  /** Images tried unless the caller says how many. */
  budget(problem: Pick<Problem, 'size' | 'pixels'>): number;
  start(problem: Problem): Image;
  /** The chance that step `t` needs: the same whenever it is asked. */
  draw(t: number, problem: Problem): Drawn;
  /** What step `t` tries on an image. */
  propose(t: number, image: Image, drawn: Drawn, problem: Problem): Proposal;
  /** Which value step `t` takes, by its number, or -1 for none of them; `scores` are the values', `current` the image's as it is. */
  choose(t: number, current: number, scores: readonly number[], drawn: Drawn, problem: Problem): number;
}

/** What a population is told of the images it asked for. */
export interface Answer {
  /** By image; more is better. */
  readonly scores: readonly number[];
  /** By image, d score / d pixel, for methods that say `slopes`. */
  readonly slopes?: readonly Image[];
}

/** Whole images, generation after generation; `S` is what it remembers between two: plain data, never changed in place. */
export interface Population<S = unknown> {
  readonly kind: 'population';
  readonly name: string;
  /** Whether answers must come with slopes. */
  readonly slopes?: true;
  /** Images tried unless the caller says how many. */
  budget(problem: Pick<Problem, 'size' | 'pixels'>): number;
  start(problem: Problem): S;
  /** What is taken from the score of each image that `ask` gives, where images are made of something that has a price. */
  costs?(state: S, problem: Problem): readonly number[];
  /** The images to score next, at least one. */
  ask(memory: S, problem: Problem): readonly Image[];
  /** What it remembers once they are scored. */
  tell(memory: S, images: readonly Image[], answer: Answer, problem: Problem): S;
}

export type Method = Walk | Population;
