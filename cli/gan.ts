// `eidos gan`: networks that draw. What is under it is trained by gan-train.ts, drawn by gan-sample.ts and measured by
// gan-measure.ts; the others are what a trained generator is good for.
import type { Spec } from './command.ts';
import { anomalyCommand } from './gan-anomaly.ts';
import { findCommand, inpaintCommand } from './gan-find.ts';
import { gifCommand } from './gan-gif.ts';
import { measureCommand } from './gan-measure.ts';
import { mixCommand } from './gan-mix.ts';
import { interpolateCommand, sampleCommand } from './gan-sample.ts';
import { sumCommand } from './gan-sum.ts';
import { trainCommand } from './gan-train.ts';

/** The command. */
export const ganCommand: Spec = {
  name: 'gan',
  define(command, t) {
    command.summary(t.ganSummary).description(t.ganDescription);
  },
  examples: (t) => [
    ...trainCommand.examples(t).slice(0, 2),
    ...sampleCommand.examples(t).slice(0, 1),
    ...interpolateCommand.examples(t).slice(0, 1),
    ...measureCommand.examples(t).slice(0, 1),
    ...inpaintCommand.examples(t).slice(0, 1),
  ],
  parts: [
    trainCommand,
    sampleCommand,
    interpolateCommand,
    mixCommand,
    sumCommand,
    findCommand,
    inpaintCommand,
    anomalyCommand,
    measureCommand,
    gifCommand,
  ],
};
