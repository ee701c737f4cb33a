// `eidos data`: the data sets there are, and a data set written out as pictures, one folder a class.
import {
  aboutDataset,
  dataset,
  datasetNames,
  drawnFruit,
  exportPictures,
  fruitNames,
  subset,
  type DatasetName,
} from '../src/index.ts';
import type { Spec } from './command.ts';
import type { Io } from './io.ts';
import { oneOf, wholeNumber, type SpeechOptions } from './options.ts';
import { near } from './sheet.ts';
import { table } from './table.ts';
import { join } from 'node:path';

/** The data sets by name. */
export const datasets: readonly DatasetName[] = datasetNames;

/** Those that are pictures. */
const drawable = datasets.filter((name) => name !== 'pendigits');

const parts = ['train', 'test', 'both'] as const;

interface ExportOptions extends SpeechOptions {
  readonly out?: string;
  readonly part: (typeof parts)[number];
  readonly limit?: number;
}

const listCommand: Spec = {
  name: 'list',
  define(command, t, run) {
    command
      .summary(t.dataListSummary)
      .description(t.dataListDescription)
      .action((options: SpeechOptions) => run(options, (io) => Promise.resolve(list(io))));
  },
  examples: (t) => [['eidos data list', t.exampleDataList]],
};

const exportCommand: Spec = {
  name: 'export',
  define(command, t, run) {
    command
      .summary(t.dataExportSummary)
      .description(t.dataExportDescription)
      .argument('<set>', t.dataSetArgument(drawable), oneOf(command, t, 'set', drawable))
      .option('--out <folder>', t.dataOutOption)
      .option('--part <name>', t.dataPartOption, oneOf(command, t, '--part', parts), 'both')
      .option('--limit <n>', t.dataLimitOption, wholeNumber(command, t, '--limit', [1, 1_000_000]))
      .action((set: DatasetName, options: ExportOptions) => run(options, (io) => write(io, set, options)));
  },
  examples: (t) => [
    ['eidos data export mnist --out digits', t.exampleDataExport],
    ['eidos data export fashion-mnist --part test --limit 100', t.exampleDataExportSome],
  ],
};

/** What can be drawn. */
const drawings = ['fruit'] as const;

interface DrawOptions extends SpeechOptions {
  readonly out: string;
  readonly count: number;
  readonly size: number;
  readonly seed: number;
}

const drawCommand: Spec = {
  name: 'draw',
  define(command, t, run) {
    command
      .summary(t.dataDrawSummary)
      .description(t.dataDrawDescription)
      .argument('<what>', t.dataDrawArgument(drawings), oneOf(command, t, 'what', drawings))
      .option('--out <folder>', t.dataOutOption, 'fruit')
      .option('--count <n>', t.dataDrawCountOption, wholeNumber(command, t, '--count', [1, 100_000]), 400)
      .option('--size <n>', t.dataDrawSizeOption, wholeNumber(command, t, '--size', [8, 1024]), 64)
      .option('--seed <n>', t.seedOption, wholeNumber(command, t, '--seed', [0, 2 ** 32 - 1]), 1)
      .action((_: string, options: DrawOptions) => run(options, (io) => draw(io, options)));
  },
  examples: (t) => [['eidos data draw fruit --count 400', t.exampleDataDraw]],
};

async function draw(io: Io, { out, count, size, seed }: DrawOptions): Promise<void> {
  const { t, progress, signal } = io;
  progress.begin(t.dataDrawing(count));
  const { written, kept } = await exportPictures(drawnFruit(count, { size, seed }), fruitNames, out, {
    signal,
    onProgress: ({ done, total }) => progress.show(() => t.writing(done, total)),
  });
  io.result(t.exported(near(out), written, kept));
  io.figures({ command: 'data-draw', what: 'fruit', out, size, seed, written, kept });
}

/** The command. */
export const data: Spec = {
  name: 'data',
  define(command, t) {
    command.summary(t.dataSummary).description(t.dataDescription);
  },
  examples: (t) => [
    ...exportCommand.examples(t).slice(0, 1),
    ...listCommand.examples(t),
    ...drawCommand.examples(t),
  ],
  parts: [listCommand, exportCommand, drawCommand],
};

function list(io: Io): void {
  const all = datasets.map((name) => {
    const { classes, licence, source } = aboutDataset(name);
    return { name, classes, licence, source };
  });
  const rows = all.map(({ name, classes, licence, source }) => [name, classes.join(' '), licence, source]);
  for (const line of table([io.t.dataColumns(), ...rows])) io.result(line);
  io.figures({ command: 'data-list', datasets: all });
}

async function write(io: Io, set: DatasetName, { out = set, part, limit }: ExportOptions): Promise<void> {
  const { t, progress, signal } = io;
  progress.begin(t.looking(set));
  const all = await dataset(set, {
    signal,
    onProgress: ({ file, received, total }) => progress.show(() => t.downloading(file, received, total)),
  });
  progress.note(t.licence(all.licence, all.source));
  const wanted = part === 'both' ? (['train', 'test'] as const) : [part];
  const folders: Record<string, { folder: string; written: number; kept: number }> = {};
  for (const name of wanted) {
    const split = limit === undefined ? all[name] : subset(all[name], Math.min(limit, all[name].count));
    const folder = join(out, name);
    const { written, kept } = await exportPictures(split, all.classes, folder, {
      signal,
      onProgress: ({ done, total }) => progress.show(() => t.writing(done, total)),
    });
    io.result(t.exported(near(folder), written, kept));
    folders[name] = { folder, written, kept };
  }
  io.figures({ command: 'data-export', dataset: set, out, ...folders });
}
