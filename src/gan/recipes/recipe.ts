// What a recipe is: two networks and the rules of a game that are known to go together, for pictures of some kind.
import type { GanOptions } from '../rules.ts';

/** What a recipe is told of the pictures. */
export interface About {
  /** [height, width, channels]. */
  readonly shape: readonly [number, number, number];
  readonly classes: number;
}

/** Where a recipe is from. */
export interface RecipeSource {
  readonly title: string;
  readonly link: string;
}

/** A recipe. */
export interface Recipe {
  /** What it is for, in one line. */
  readonly about: string;
  /** Data sets it was made for, the usual one first; 'folder' for pictures of one's own. */
  readonly data: readonly string[];
  /** Rounds that it takes. */
  readonly rounds: number;
  /** Whether it asks for classes. */
  readonly conditional: boolean;
  readonly source?: RecipeSource;
  /** The game for pictures of this kind. */
  readonly game: (about: About) => GanOptions;
}
