// The judge in the page: what a network that was not asked sees in a picture. It only reports.
import { judgeFile, judgeFromBytes, judges, type Judge } from 'eidos';
import { device } from './engine.ts';
import { besidePage, type OpenModel } from './models.ts';
import { asPixels } from './pictures.ts';

/** What the judge says of a picture. */
export interface Judged {
  readonly reads: number | 'nothing';
  /** How sure it is of that. */
  readonly probability: number;
}

let opened: Promise<Judge> | undefined;

function theJudge(): Promise<Judge> {
  opened ??= (async () => judgeFromBytes(await besidePage(judgeFile), { device: await device() }))();
  opened.catch(() => (opened = undefined));
  return opened;
}

/** Whether a model reads MNIST's digits, which the judge and what was counted of them are about. */
export const readsDigits = ({ shape, classes }: Pick<OpenModel, 'shape' | 'classes'>): boolean =>
  classes.length === 10 && classes.every((name, i) => name === String(i)) && judges(shape);

/** A word on each picture, as it is stored; undefined where the judge knows nothing of what the model reads. */
export async function judged(
  model: Pick<OpenModel, 'shape' | 'classes'>,
  pictures: readonly Uint8Array[],
): Promise<readonly (Judged | undefined)[]> {
  if (!readsDigits(model)) return pictures.map(() => undefined);
  const verdicts = await (await theJudge()).read(pictures.map(asPixels));
  return verdicts.map(({ reads, probabilities }) => ({ reads, probability: Math.max(...probabilities) }));
}
