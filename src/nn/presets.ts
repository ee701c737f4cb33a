// Networks by name, each as its source has it, with all that it is trained with there: what a preset is, is in
// presets/preset.ts. To add one: a row in a file there, and the file's rows here.
import { bestPresets } from './presets/best.ts';
import { fashionPresets } from './presets/fashion.ts';
import { freehandPresets } from './presets/freehand.ts';
import { mlp784Presets } from './presets/mlp784.ts';
import { numInversePresets } from './presets/num-inverse.ts';
import type { Preset } from './presets/preset.ts';
import { robustPresets } from './presets/robust.ts';
import { tutorialPresets } from './presets/tutorial.ts';

export { best } from './presets/best.ts';
export { freehand } from './presets/freehand.ts';
export { robust } from './presets/robust.ts';
export { threeLayer, tutorial } from './presets/tutorial.ts';
export type { Drawings, Preset, Source } from './presets/preset.ts';

const rows = {
  ...tutorialPresets,
  ...numInversePresets,
  ...mlp784Presets,
  ...fashionPresets,
  ...bestPresets,
  ...freehandPresets,
  ...robustPresets,
} as const;

/** A preset's name. */
export type PresetName = keyof typeof rows;

/** The presets by name. */
export const presets: Readonly<Record<PresetName, Preset>> = rows;

/** Their names, in the order in which they are listed. */
export const presetNames = Object.keys(rows) as PresetName[];
