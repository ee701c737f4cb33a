// `eidos diagram`: a network as a drawing or as text for other programs, by the name of its preset or from a run.
import { writeFile } from 'node:fs/promises';
import {
  diagram,
  EidosError,
  presetNames,
  presets,
  readRun,
  type DiagramFormats,
  type Model,
} from '../src/index.ts';
import type { Spec } from './command.ts';
import type { Io } from './io.ts';
import { nearest, UsageError, type SpeechOptions } from './options.ts';
import { configOf, isPreset } from './plan.ts';
import { near } from './sheet.ts';
import { needRun } from './trained.ts';

interface DiagramOptions extends SpeechOptions {
  readonly out: string;
}

/** Formats by what a file's name ends with. */
const endings: Readonly<Record<string, Exclude<keyof DiagramFormats, 'picture'>>> = {
  svg: 'svg',
  png: 'png',
  dot: 'dot',
  gv: 'dot',
  mmd: 'mermaid',
};

/** The command. */
export const diagramCommand: Spec = {
  name: 'diagram',
  define(command, t, run) {
    command
      .summary(t.diagramSummary)
      .description(t.diagramDescription)
      .argument('[run-or-preset]', t.diagramArgument(presetNames))
      .option('--out <file>', t.diagramOutOption(Object.keys(endings)), 'network.svg')
      .action((what: string | undefined, options: DiagramOptions) =>
        run(options, (io) => draw(io, what, options)),
      );
  },
  examples: (t) => [
    ['eidos diagram tutorial --out tutorial.svg', t.exampleDiagram],
    ['eidos diagram --out network.png', t.exampleDiagramRun],
  ],
};

async function draw(io: Io, what: string | undefined, { out }: DiagramOptions): Promise<void> {
  const { t } = io;
  const ending = /\.([a-z]+)$/i.exec(out)?.[1]?.toLowerCase() ?? '';
  const format = Object.hasOwn(endings, ending) ? endings[ending] : undefined;
  if (format === undefined) throw new UsageError(t.noSuchEnding(out, Object.keys(endings)));
  const { name, model, run } = await networkOf(io, what);
  const drawn = await diagram(model, {
    format,
    title: name,
    words: { parameters: t.diagramParameters, shared: t.diagramShared, again: t.diagramAgain },
  });
  await writeFile(out, drawn).catch((error: NodeJS.ErrnoException) => {
    throw new EidosError(t.noFile(out, error.code ?? String(error)));
  });
  io.result(t.drawn(name, near(out)));
  io.figures({ command: 'diagram', model: name, format, out, run: run ?? null });
}

async function networkOf(
  io: Io,
  what: string | undefined,
): Promise<{ readonly name: string; readonly model: Model; readonly run?: string }> {
  if (isPreset(what)) return { name: what, model: presets[what].network() };
  const { t } = io;
  const run =
    what === undefined
      ? await needRun(io, 'diagram')
      : await readRun(what).catch((error: unknown) => {
          const meant = nearest(what, presetNames);
          throw /[/\\]/.test(what) ? error : new UsageError(t.noSuchNetwork(what, meant));
        });
  const { model, shape, classes } = configOf(run.record.config, run.folder, t);
  return { name: model, model: presets[model].network(shape, classes.length), run: run.folder };
}
