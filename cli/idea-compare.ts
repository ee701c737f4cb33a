// All methods at one budget, side by side: a table of what each comes to, and a sheet with a row of pictures for each.
// Numbers are the same for all, worked out from the stored pictures, and means where several classes are asked for.
import { contactSheet, encodePng, EidosError, fontFor } from '../src/index.ts';
import { writeFile } from 'node:fs/promises';
import type { IdeaOptions } from './idea.ts';
import { endingOf, tileOf } from './idea-pictures.ts';
import { canJudge, readAsAsked, reported, type Reported } from './idea-report.ts';
import { ideaMethods, searchIdeas, type IdeaMethod } from './idea-search.ts';
import type { Wanted } from './idea-target.ts';
import type { Io } from './io.ts';
import { near } from './sheet.ts';
import { table } from './table.ts';
import type { Trained } from './trained.ts';

/** Images tried for each idea by each method, unless said. */
const BUDGET = 10_000;

/** What one method came to. */
interface Row {
  readonly method: IdeaMethod;
  readonly ideas: readonly Reported[];
}

/** Searches with every method, and shows what each came to. */
export async function compareMethods(
  io: Io,
  trained: Trained,
  wanted: readonly Wanted[],
  options: IdeaOptions,
): Promise<void> {
  const { t, progress, signal } = io;
  const { budget = BUDGET, out = 'methods.png', seed } = options;
  endingOf(t, '--out', out, ['png']);
  const rows: Row[] = [];
  for (const method of ideaMethods) {
    if (signal.aborted) break;
    progress.note(t.ideaMethod(method, budget, wanted.length));
    const { found } = await searchIdeas(io, trained, wanted, { ...options, method, budget });
    if (!signal.aborted) rows.push({ method, ideas: await reported(io, trained, found, { nearest: true }) });
  }
  signal.throwIfAborted();
  const judged = canJudge(trained);
  const lines = rows.map(({ method, ideas }) => cellsOf(method, ideas, judged));
  for (const line of table([t.ideaColumns(), ...lines], [1, 2, 3, 4, 5, 6, 7, 8])) io.result(line);
  const tiles = rows.flatMap(({ method, ideas }) =>
    ideas.map((idea, i) => {
      const tile = tileOf(t, idea);
      return i === 0 ? { ...tile, caption: `${method}: ${tile.caption ?? ''}` } : tile;
    }),
  );
  const title = t.ideaCompared(trained.about.name, budget, seed);
  const font = await fontFor(title, ...tiles.map(({ caption = '' }) => caption));
  const columns = wanted.length === 1 ? 4 : wanted.length;
  const bytes = encodePng(contactSheet(tiles, { columns, scale: 3, gap: 22, title, ink: true, font }));
  await writeFile(out, bytes).catch((error: NodeJS.ErrnoException) => {
    throw new EidosError(t.noFile(out, error.code ?? String(error)));
  });
  io.result(t.ideaFile(near(out)));
  io.figures({
    command: 'idea',
    run: trained.about.run,
    model: trained.about.name,
    seed,
    budget,
    picture: out,
    methods: rows.map(({ method, ideas }) => ({
      method,
      readAsAsked: readAsAsked(ideas),
      ideas: ideas.map(({ figures }) => figures),
    })),
  });
}

const mean = (values: readonly (number | undefined)[]): number => {
  const known = values.filter((x) => x !== undefined);
  return known.length === 0 ? NaN : known.reduce((a, b) => a + b, 0) / known.length;
};

const shown = (x: number, digits: number): string => (Number.isNaN(x) ? '-' : x.toFixed(digits));

function cellsOf(method: string, ideas: readonly Reported[], judged: boolean): string[] {
  const rate = mean(ideas.map(({ evaluations, seconds }) => evaluations / Math.max(1e-9, seconds)));
  return [
    method,
    shown(mean(ideas.map(({ score }) => score)), 2),
    shown(mean(ideas.map(({ probability }) => probability)), 4),
    shown(mean(ideas.map(({ residual }) => residual)), 4),
    judged
      ? shown(
          mean(
            ideas.map(({ verdict, class: k }) => (k === undefined ? undefined : verdict?.probabilities[k])),
          ),
          3,
        )
      : '-',
    judged ? `${readAsAsked(ideas)}/${ideas.length}` : '-',
    shown(mean(ideas.map(({ near: one }) => one?.distance)), 2),
    shown(rate, 0),
    shown(mean(ideas.map(({ seconds }) => seconds)), 2),
  ];
}
