// The library's errors in Japanese, by their English text without the call in front. Values are `{}` in English and
// `{1}`, `{2}` ... in Japanese; `{1:or}` is a list whose English has that word in it. A text with conditions has an
// entry for each way it can go; words that appear as a value ("none") have entries of their own.
//
// To add one: `npm test -- words` lists what is missing, as lines to fill in; they go into the file of their area.
import { dataErrors } from './errors-ja-data.ts';
import { engineErrors } from './errors-ja-engine.ts';
import { ganErrors } from './errors-ja-gan.ts';
import { ideaErrors } from './errors-ja-ideas.ts';
import { layerErrors } from './errors-ja-layers.ts';
import { pictureErrors } from './errors-ja-pictures.ts';
import { runErrors } from './errors-ja-runs.ts';

/** Texts by area, so that a file is of one part of the library. */
export const japaneseAreas: readonly Readonly<Record<string, string>>[] = [
  engineErrors,
  layerErrors,
  dataErrors,
  runErrors,
  pictureErrors,
  ideaErrors,
  ganErrors,
];

/** All of them. */
export const japaneseErrors: Readonly<Record<string, string>> = Object.assign({}, ...japaneseAreas) as Record<
  string,
  string
>;
