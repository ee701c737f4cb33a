// What a model says of ideas that are there already: the same three numbers for all methods, so that they can be put
// side by side. Pictures are looked at as they would be stored.
import type { Device } from '../device/device.ts';
import type { Image } from './method.ts';
import { question, type Asked, type Look } from './question.ts';
import { pixelsOf } from './subject.ts';
import type { Score, Target } from './target.ts';

/** Score, outputs and residual of pictures, one target for all, in 8 bits. */
export async function looksOf(
  model: Asked,
  target: Target,
  pictures: readonly Image[],
  { score, device }: { readonly score?: Score | undefined; readonly device?: Device | undefined } = {},
): Promise<readonly Look[]> {
  const asked = await question(model, target, { score, device });
  try {
    const looks: Look[] = [];
    for (const picture of pictures) looks.push(await asked.look(pixelsOf(picture)));
    return looks;
  } finally {
    asked.close();
  }
}
