// What a model takes a drawing for, and why not for what was meant. The page sends strokes; the picture is reckoned here,
// the same bytes everywhere.
import { coach, drawStrokes, prepare, type Pad, type Preparation, type Stroke } from 'eidos';
import { modelOf, probabilitiesOf, type OpenModel } from './models.ts';
import { asBytes, asPixels } from './pictures.ts';
import type { Context } from './rpc.ts';

/** A drawing, and who shall read it. */
export interface Reading {
  readonly model: string;
  readonly strokes: readonly Stroke[];
  readonly pad: Pad;
  readonly preparation: Preparation;
}

/** What the model says of it, and what it was given. */
export interface Read {
  /** By class; empty where nothing is drawn. */
  readonly probabilities: Float32Array;
  /** The drawing made smaller, and as the model was given it: 28 x 28 bytes. */
  readonly raw: Uint8Array;
  readonly prepared: Uint8Array;
}

/** What to add to a picture and what to erase, for it to be read as meant: 28 x 28 bytes each. */
export interface Coached {
  readonly success: boolean;
  readonly add: Uint8Array;
  readonly erase: Uint8Array;
  readonly picture: Uint8Array;
  readonly before: Float32Array;
  readonly after: Float32Array;
  /** Full pixels of ink. */
  readonly added: number;
  readonly erased: number;
}

/** A picture as the model was given it, and the class it should have been. */
export interface Misread {
  readonly model: string;
  readonly picture: Uint8Array;
  readonly meant: number;
}

/** What the page can ask about drawings. */
export const draw = {
  /** Reads a drawing. */
  async read({ model: id, strokes, pad, preparation }: Reading): Promise<Read> {
    const drawing = drawStrokes(strokes, pad);
    const [raw, prepared] = [prepare(drawing, 'raw').data, prepare(drawing, preparation).data];
    const probabilities = strokes.length === 0 ? new Float32Array() : await said(await modelOf(id), prepared);
    return { probabilities, raw, prepared };
  },

  /** How a picture would have to change to be read as meant; stopped, what was found until then. */
  async coach({ model: id, picture, meant }: Misread, { signal }: Context): Promise<Coached> {
    const { model } = await modelOf(id);
    const {
      add,
      erase,
      picture: changed,
      ...others
    } = await coach(model, asPixels(picture), meant, {
      signal,
    });
    return { ...others, add: asBytes(add), erase: asBytes(erase), picture: asBytes(changed) };
  },
};

/** What a model says of a picture as it is stored, by class. */
export async function said(
  { model, shape, classes, logits }: OpenModel,
  images: Uint8Array,
): Promise<Float32Array> {
  const outputs = await model.predict({ images, shape: [...shape], count: 1 });
  return probabilitiesOf(outputs.data, classes.length, logits);
}
