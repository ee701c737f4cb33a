// `eidos gan`: networks that draw. What is under it is trained by gan-train.ts and drawn by gan-sample.ts.
import type { Spec } from './command.ts';
import { interpolateCommand, sampleCommand } from './gan-sample.ts';
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
  ],
  parts: [trainCommand, sampleCommand, interpolateCommand],
};
