// What a model takes a drawing for. The page sends strokes; the picture is reckoned here, the same bytes everywhere.
import { drawStrokes, prepare, type Pad, type Picture, type Preparation, type Stroke } from 'eidos';
import { modelOf, probabilitiesOf } from './models.ts';

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

/** What the page can ask about drawings. */
export const draw = {
  /** Reads a drawing. */
  async read({ model: id, strokes, pad, preparation }: Reading): Promise<Read> {
    const drawing = drawStrokes(strokes, pad);
    const [raw, prepared] = [prepare(drawing, 'raw').data, prepare(drawing, preparation).data];
    if (strokes.length === 0) return { probabilities: new Float32Array(), raw, prepared };
    return {
      probabilities: await answer(id, { width: 28, height: 28, channels: 1, data: prepared }),
      raw,
      prepared,
    };
  },
};

/** What a model says of a picture, by class. */
export async function answer(id: string, { data }: Picture): Promise<Float32Array> {
  const { model, shape, classes, logits } = await modelOf(id);
  const outputs = await model.predict({ images: data, shape: [...shape], count: 1 });
  return probabilitiesOf(outputs.data, classes.length, logits);
}
