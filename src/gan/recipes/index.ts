// The recipes by name, and which one is taken where none is named.
//
// To add one: a row here, and its counts of parameters in test/gan-recipes.test.ts.
import { check } from '../../base/check.ts';
import { digits, fashion } from './digits.ts';
import { elix } from './elix.ts';
import { lesson6 } from './lesson6.ts';
import { mlp } from './mlp.ts';
import { pictures, picturesMixed } from './pictures.ts';
import type { About, Recipe } from './recipe.ts';
import { cgan, dcganZ5, wganGp, wganGpMended } from './triwave33.ts';

/** The recipes by name: ours first, then those of the sources. */
export const recipes = {
  digits,
  fashion,
  pictures,
  'pictures-mixed': picturesMixed,
  mlp,
  lesson6,
  elix,
  'dcgan-z5': dcganZ5,
  'wgan-gp': wganGp,
  'wgan-gp-mended': wganGpMended,
  cgan,
} as const satisfies Readonly<Record<string, Recipe>>;

/** A recipe's name. */
export type RecipeName = keyof typeof recipes;

/** Their names. */
export const recipeNames = Object.keys(recipes) as RecipeName[];

/** The recipe for a data set, or for a folder of pictures. */
export const usualRecipe = (data: string): RecipeName =>
  recipeNames.find((name) => recipes[name].data[0] === data) ?? 'pictures';

/** The recipe of that name; sizes must be such that pictures can be grown by doubling. */
export function recipeFor(name: RecipeName, { shape: [height, width], classes }: About): Recipe {
  const recipe: Recipe = recipes[name];
  const { least = 8 } = recipe;
  const by = recipe.data.includes('folder') ? 2 ** Math.max(1, Math.floor(Math.log2(height / 4))) : 4;
  check(
    Math.min(height, width) >= least && height % by === 0 && width % by === 0,
    () =>
      `gan: ${name} needs pictures of at least ${least} pixels, and a multiple of ${by} each way, got ${height} x ${width}; choose another size`,
  );
  check(
    !recipe.conditional || classes >= 2,
    () => `gan: ${name} asks for classes, and the pictures have ${classes}; take pictures`,
  );
  return recipe;
}
