// What a game of two networks in the studio is made of, in the words that `eidos gan train` uses, so that Node goes on
// with an exported run.
import {
  gan,
  recipeFor,
  recipeNames,
  recipes,
  usualRecipe,
  type Dataset,
  type Device,
  type Game,
  type Json,
  type RecipeName,
} from 'eidos';
import { Said } from './rpc.ts';

/** What is asked for on the page. */
export interface GanPlan {
  readonly recipe: RecipeName;
  /** A data set's id. */
  readonly data: string;
  readonly rounds: number;
  readonly limit: number | null;
  readonly seed: number;
}

/** The config of a run. */
export interface GanConfig extends Omit<GanPlan, 'seed'> {
  readonly model: 'gan';
  readonly reportEvery: number;
  readonly gridEvery: number;
  readonly size: number | null;
  readonly grey: boolean;
  readonly shape: readonly [number, number, number];
  readonly classes: readonly string[];
  /** Of a run of the command line that starts from more or fewer numbers than its recipe. */
  readonly numbers?: number | null;
}

/** A recipe, as the page lists it. */
export interface RecipeCard {
  readonly name: RecipeName;
  readonly about: string;
  readonly rounds: number;
  readonly conditional: boolean;
}

/** The recipes. */
export const recipeCards = (): readonly RecipeCard[] =>
  recipeNames.map((name) => {
    const { about, rounds, conditional } = recipes[name];
    return { name, about, rounds, conditional };
  });

/** The recipe for a data set that is not named otherwise: small grey pictures of some classes are like digits. */
export function recipeOf(
  data: string,
  [height, width, channels]: readonly number[],
  classes: number,
): RecipeName {
  const usual = usualRecipe(data);
  const likeDigits = height === 28 && width === 28 && channels === 1 && classes > 1;
  return usual === 'pictures' && likeDigits ? 'digits' : usual;
}

/** Rounds between two reports: health needs a dozen to go by. */
const reports = (rounds: number): number => Math.max(1, Math.min(50, Math.round(rounds / 40)));

/** The config of a plan on its data. */
export function ganConfigOf(
  { seed: _, ...plan }: GanPlan,
  { train: { shape }, classes }: Dataset,
): GanConfig {
  return {
    ...plan,
    model: 'gan',
    reportEvery: reports(plan.rounds),
    gridEvery: Math.max(1, Math.round(plan.rounds / 40)),
    size: shape[0],
    grey: shape[2] === 1,
    shape,
    classes,
  };
}

/** The config in a run's record. */
export function ganConfigFrom(run: string, config: Readonly<Record<string, Json>>): GanConfig {
  const found = config as unknown as GanConfig;
  const good =
    config['model'] === 'gan' &&
    recipeNames.includes(found.recipe) &&
    Array.isArray(found.shape) &&
    Array.isArray(found.classes) &&
    [found.rounds, found.reportEvery, found.gridEvery].every((n) => Number.isInteger(n) && n >= 1);
  if (!good) throw new Said('notGan', run);
  return found;
}

/** The game of a config. */
export function gameOf(
  { recipe, shape, classes, numbers = null }: GanConfig,
  device: Device,
  seed: number,
): Promise<Game> {
  const about = { shape, classes: classes.length, ...(numbers !== null && { numbers }) };
  return gan({ ...recipeFor(recipe, about).game(about), device, seed });
}

/** Both networks of a recipe, their shapes known: to be counted and drawn. */
export function builtGame(
  recipe: RecipeName,
  about: { readonly shape: readonly [number, number, number]; readonly classes: number },
): Pick<ReturnType<(typeof recipes)['digits']['game']>, 'generator' | 'critic'> {
  const { generator, critic, latent, classes = 0, shape } = recipeFor(recipe, about).game(about);
  const asked = classes > 0 ? [[classes]] : [];
  generator.build([[latent?.size ?? 100], ...asked]);
  critic.build([[...shape], ...asked]);
  return { generator, critic };
}
