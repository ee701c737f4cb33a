// `eidos train --list`: what can be trained, with what, and what its source came to.
import { presetNames, presets } from '../src/index.ts';
import type { Io } from './io.ts';
import { table } from './table.ts';
import { trainings } from './trainings.ts';

/** One thing that can be trained, as it is listed. */
export interface Listed {
  readonly parameters: number;
  readonly data: string;
  readonly optimizer: string;
  readonly batch: number;
  readonly epochs: number;
  readonly validationSplit?: number;
  readonly source: {
    readonly title: string;
    readonly link: string;
    readonly testAccuracy?: number;
    readonly testLoss?: number;
    readonly afterEpochs?: number;
    readonly epochSeconds?: readonly [number, number];
    /** What it came to where that is no accuracy. */
    readonly result?: string;
  };
}

/** Everything by name. */
export function listed(): Readonly<Record<string, Listed>> {
  const rows = presetNames.map((name): [string, Listed] => {
    const { data, network, optimizer, batchSize, epochs, validationSplit, source } = presets[name];
    const parameters = network().count();
    const own = typeof optimizer === 'string' ? optimizer : optimizer(1000).name;
    return [name, { parameters, data, optimizer: own, batch: batchSize, epochs, validationSplit, source }];
  });
  return {
    ...Object.fromEntries(rows),
    ...Object.fromEntries(Object.entries(trainings).map(([name, one]) => [name, one.listed()])),
  };
}

/** Says what there is. */
export function list(io: Io): void {
  const { t } = io;
  const all = listed();
  const rows = Object.entries(all).map(([name, { parameters, data, optimizer, batch, epochs, source }]) => [
    name,
    parameters.toLocaleString('en-US'),
    data,
    optimizer,
    String(batch),
    String(epochs),
    t.sourceFigures(source),
    source.title,
  ]);
  const right = [1, 4, 5];
  for (const line of table([t.presetColumns(), ...rows], right)) io.result(line);
  io.figures({
    command: 'train',
    presets: Object.entries(all).map(([name, row]) => ({ name, ...row })),
  });
}
