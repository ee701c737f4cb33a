// `eidos runs`: the runs there are, and several side by side: what they differ in, what they came to, and their curves.
import { writeFile } from 'node:fs/promises';
import { checkValue, compareRuns, EidosError, listRuns, readRun, type RunInfo } from '../src/index.ts';
import type { Spec } from './command.ts';
import type { Io } from './io.ts';
import { modelBytes, modelEnding, modelEndings } from './model-file.ts';
import { UsageError, type SharedOptions, type SpeechOptions } from './options.ts';
import { plotRuns } from './runs-plot.ts';
import { near } from './sheet.ts';
import { table } from './table.ts';
import { withTrained } from './trained.ts';

interface RunsOptions extends SpeechOptions {
  readonly root: string;
}

interface CompareOptions extends RunsOptions {
  readonly out?: string;
  readonly metric?: string;
}

const listCommand: Spec = {
  name: 'list',
  define(command, t, run) {
    command
      .summary(t.runsListSummary)
      .description(t.runsListDescription)
      .option('--root <folder>', t.rootOption, 'runs')
      .action((options: RunsOptions) => run(options, (io) => list(io, options)));
  },
  examples: (t) => [['eidos runs', t.exampleRuns]],
};

const compareCommand: Spec = {
  name: 'compare',
  define(command, t, run) {
    command
      .summary(t.runsCompareSummary)
      .description(t.runsCompareDescription)
      .argument('[runs...]', t.runsArgument)
      .option('--root <folder>', t.rootOption, 'runs')
      .option('--metric <name>', t.metricOption)
      .option('--out <file>', t.plotOption)
      .action((folders: readonly string[], options: CompareOptions) =>
        run(options, (io) => compare(io, folders, options)),
      );
  },
  examples: (t) => [
    ['eidos runs compare', t.exampleCompare],
    ['eidos runs compare runs/one runs/other --metric valAccuracy --out both.svg', t.exampleComparePlot],
  ],
};

const exportCommand: Spec = {
  name: 'export',
  computes: true,
  define(command, t, run) {
    command
      .summary(t.runsExportSummary)
      .description(t.runsExportDescription)
      .argument('<run>', t.runsExportRun)
      .argument('<file>', t.runsExportFile)
      .action((which: string, file: string, options: SharedOptions) =>
        run(options, (io) => exportModel(io, which, file, options)),
      );
  },
  examples: (t) => [['eidos runs export runs/my-run test.dat', t.exampleExport]],
};

/** The command. */
export const runs: Spec = {
  name: 'runs',
  define(command, t) {
    command.summary(t.runsSummary).description(t.runsDescription);
  },
  examples: (t) => [listCommand, compareCommand, exportCommand].flatMap((one) => one.examples(t)),
  parts: [listCommand, compareCommand, exportCommand],
};

async function all(io: Io, root: string): Promise<RunInfo[]> {
  const { t, progress } = io;
  return listRuns(root, { onWarning: (warning) => progress.note(t.refused(warning)) });
}

async function list(io: Io, { root }: RunsOptions): Promise<void> {
  const { t } = io;
  const found = await all(io, root);
  if (found.length === 0) io.result(t.noRuns(root));
  else {
    const rows = found.map(({ folder, record, state, figures, checkpoints }) => [
      near(folder),
      t.state(state),
      record.started.slice(0, 16).replace('T', ' '),
      said(figures['epoch'] ?? record.config['epochs']),
      figure(figures['testAccuracy'] ?? figures['valAccuracy'] ?? figures['accuracy']),
      said(checkpoints[0]),
    ]);
    for (const line of table([t.runColumns(), ...rows], [3, 4, 5])) io.result(line);
  }
  io.figures({
    command: 'runs-list',
    runs: found.map(({ folder, record, state, figures, checkpoints }) => ({
      folder,
      name: record.name,
      seed: record.seed,
      state,
      started: record.started,
      config: record.config,
      figures,
      checkpoints,
    })),
  });
}

async function compare(
  io: Io,
  folders: readonly string[],
  { root, out, metric }: CompareOptions,
): Promise<void> {
  const { t } = io;
  const chosen = folders.length > 0 ? await Promise.all(folders.map(readRun)) : await all(io, root);
  if (chosen.length < 2) throw new UsageError(t.needsTwoRuns(chosen.length));
  const { same, columns, rows } = compareRuns(chosen);
  const lines = [
    [t.runColumn, ...columns.map(({ name }) => name)],
    ...rows.map(({ run, cells }) => [near(run.folder), ...cells.map(said)]),
  ];
  const alike = Object.entries(same).filter(
    ([name, x]) => x !== null && !['shape', 'classes'].includes(name),
  );
  io.result(t.alike(alike.map(([name, x]) => `${name} ${said(x)}`)));
  for (const line of table(
    lines,
    columns.flatMap(({ kind }, i) => (kind === 'figure' ? [i + 1] : [])),
  ))
    io.result(line);
  const plot = out === undefined ? undefined : await drawPlot(io, chosen, out, metric);
  io.figures({
    command: 'runs-compare',
    same,
    columns,
    runs: rows.map(({ run, cells }) => ({ folder: run.folder, cells })),
    ...(plot !== undefined && { plot }),
  });
}

async function exportModel(io: Io, which: string, file: string, options: SharedOptions): Promise<void> {
  const { t } = io;
  if (modelEnding(file) === undefined) throw new UsageError(t.exportEnding(file, modelEndings));
  await withTrained(io, which, options, async (trained) => {
    const bytes = await modelBytes(t, trained, file);
    await writeFile(file, bytes).catch((error: NodeJS.ErrnoException) => {
      throw new EidosError(t.noFile(file, error.code ?? String(error)));
    });
    const { run, name, shape } = trained.about;
    // What loaders of this network print to be compared; other networks may take other pictures.
    const value = shape.join() === '28,28,1' ? await checkValue(trained.model) : undefined;
    io.result(t.weightsWritten(near(file), bytes.length));
    if (value) io.result(t.checkValue(near(file), value));
    io.figures({
      command: 'runs-export',
      run,
      model: name,
      file,
      bytes: bytes.length,
      ...(value && { checkValue: [...value] }),
    });
  });
}

async function drawPlot(
  io: Io,
  chosen: readonly RunInfo[],
  out: string,
  metric: string | undefined,
): Promise<string> {
  const { t } = io;
  const drawn = await plotRuns(io, chosen, out, metric);
  await writeFile(out, drawn).catch((error: NodeJS.ErrnoException) => {
    throw new EidosError(t.noFile(out, error.code ?? String(error)));
  });
  io.result(t.plotted(near(out)));
  return out;
}

type Cell = string | number | boolean | null | undefined;

/** Four figures are enough to compare. */
const said = (x: unknown): string => {
  const cell = x as Cell;
  if (cell === undefined || cell === null) return '';
  return typeof cell === 'number' && !Number.isInteger(cell)
    ? String(Number(cell.toPrecision(5)))
    : String(cell);
};

const figure = (x: number | undefined): string => (x === undefined ? '' : x.toFixed(4));
