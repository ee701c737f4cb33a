// What a recipe is: two networks and the rules of a game that are known to go together, for pictures of some kind.
import type { Signals } from '../game.ts';
import type { GanOptions } from '../rules.ts';

/** What a recipe is told of the pictures. */
export interface About {
  /** [height, width, channels]. */
  readonly shape: readonly [number, number, number];
  readonly classes: number;
  /** Numbers the generator starts from; the recipe's own count unless said. */
  readonly numbers?: number;
}

/** Where a recipe is from. */
export interface RecipeSource {
  readonly title: string;
  readonly link: string;
}

/** How a source shows what it draws and says how it goes. */
export interface Look {
  /** Pictures of a grid. */
  readonly rows: number;
  readonly columns: number;
  /** Dark on light, as with matplotlib's map `binary`; else light on dark, as the numbers are. */
  readonly inverted: boolean;
  /** Samples that are read at each grid to see which classes are drawn; few unless said. */
  readonly reads?: number;
  /** Its console's line after a round, where an epoch has so many batches. */
  readonly line?: (round: number, signals: Signals, perEpoch: number) => string;
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
  readonly look?: Look;
  /** The smallest side that its networks take; 8 unless said. */
  readonly least?: number;
  /** The game for pictures of this kind. */
  readonly game: (about: About) => GanOptions;
}
