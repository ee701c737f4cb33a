// `eidos idea`: asks a trained classifier for its idea of a class, of all classes, or of anything else it can be asked
// for, by any method, and lets the judge say what the picture shows to others. Searching is idea-search.ts's, pictures
// are idea-pictures.ts's, all methods side by side are idea-compare.ts's.
import { EidosError } from '../src/index.ts';
import { Stopped, type Io } from './io.ts';
import type { Spec } from './command.ts';
import { compareMethods } from './idea-compare.ts';
import { asPictures, endingOf, pictureEndings, saveIdeas, showIdeas } from './idea-pictures.ts';
import { checkSettled, fileOf, forget, keep, kept, keptOf, weightsOf, type KeptSearch } from './idea-kept.ts';
import { ideaMethods, priorNames, searchIdeas, type SearchOptions } from './idea-search.ts';
import { isClassWord, targetsOf, type TargetOptions } from './idea-target.ts';
import { reported, summary } from './idea-report.ts';
import { oneOf, UsageError, wholeNumber, type SharedOptions } from './options.ts';
import { near } from './sheet.ts';
import { withTrained, type Trained } from './trained.ts';

/** What the command takes. */
export interface IdeaOptions extends SharedOptions, TargetOptions, SearchOptions {
  readonly out?: string;
  readonly gif?: string;
  readonly plot?: string;
  readonly nearest?: boolean;
  readonly compare?: boolean;
  readonly resume?: string | true;
}

/** The command. */
export const ideaCommand: Spec = {
  name: 'idea',
  computes: true,
  define(command, t, run) {
    command
      .summary(t.ideaSummary)
      .description(t.ideaDescription)
      .argument('[run-or-class...]', t.ideaArgument)
      .option('--class <name>', t.ideaClassOption)
      .option('--y <numbers>', t.ideaVectorOption)
      .option('--layer <name>', t.ideaLayerOption)
      .option('--channel <n>', t.ideaChannelOption, wholeNumber(command, t, '--channel', [0, 2 ** 31]))
      .option('--neuron <n>', t.ideaNeuronOption, wholeNumber(command, t, '--neuron', [0, 2 ** 31]))
      .option(
        '--method <name>',
        t.ideaMethodOption(ideaMethods),
        oneOf(command, t, '--method', ideaMethods),
        'gradient',
      )
      .option('--budget <n>', t.ideaBudgetOption, wholeNumber(command, t, '--budget', [1, 1e9]))
      .option('--priors <which>', t.ideaPriorsOption, oneOf(command, t, '--priors', priorNames), 'digit')
      .option('--score <what>', t.ideaScoreOption, oneOf(command, t, '--score', ['logit', 'probability']))
      .option('--pixels <kind>', t.ideaPixelsOption, oneOf(command, t, '--pixels', ['binary', 'continuous']))
      .option('--out <file>', t.ideaOutOption)
      .option('--gif <file>', t.ideaGifOption)
      .option('--plot <file>', t.ideaPlotOption)
      .option('--nearest', t.ideaNearestOption)
      .option('--compare', t.ideaCompareOption)
      .option('--resume [file]', t.ideaResumeOption)
      .action((words: readonly string[], options: IdeaOptions) => {
        const given = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
        return run(options, (io) =>
          options.resume === undefined ? ask(io, words, options) : goOn(io, words, options, given),
        );
      });
  },
  examples: (t) => [
    ['eidos idea 5', t.exampleIdea],
    ['eidos idea all --gif ideas.gif', t.exampleIdeaAll],
    ['eidos idea 5 --method genetic --priors none --out five.png', t.exampleIdeaNoise],
    ['eidos idea runs/my-run 3+8 --compare --json', t.exampleIdeaCompare],
    ['eidos idea --resume', t.exampleIdeaResume],
  ],
};

async function ask(io: Io, words: readonly string[], options: IdeaOptions): Promise<void> {
  const { t } = io;
  const [which, asked] = read(io, words, options);
  for (const [flag, path, endings] of [
    ['--out', options.out, pictureEndings],
    ['--gif', options.gif, ['gif']],
    ['--plot', options.plot, ['svg', 'png']],
  ] as const)
    if (path !== undefined) endingOf(t, flag, path, endings);
  await withTrained(io, which, options, async (trained) => {
    const all = { ...options, ...(asked !== undefined && { class: asked }) };
    const targets = targetsOf(t, all, trained);
    if (options.compare) await compareMethods(io, trained, targets, options);
    else await one(io, trained, targets, all);
  });
}

/** Goes on with a search that was stopped: the same question to the same weights, on the same kind of device. */
async function goOn(
  io: Io,
  words: readonly string[],
  options: IdeaOptions,
  given: (name: string) => boolean,
): Promise<void> {
  const { t } = io;
  checkSettled(t, words, given);
  const before = await kept(t, options.resume ?? true);
  const { run, device, options: asked } = before.words;
  const where = (['out', 'gif', 'plot', 'nearest', 'device'] as const).filter(given);
  const all = {
    ...options,
    device,
    ...asked,
    ...Object.fromEntries(where.map((name) => [name, options[name]])),
  } as IdeaOptions;
  await withTrained(io, run, all, async (trained) => {
    if ((await weightsOf(trained.model)) !== before.weights) throw new EidosError(t.ideaOtherWeights(run));
    await one(io, trained, targetsOf(t, all, trained), all, before);
    await forget(before.path);
  });
}

/** The run and the class among the words: a class is a short word without a folder in it. */
function read(
  { t }: Io,
  words: readonly string[],
  options: IdeaOptions,
): [which: string | undefined, asked: string | undefined] {
  const classes = words.filter(isClassWord);
  const runs = words.filter((word) => !isClassWord(word));
  const given = [...classes, ...(options.class === undefined ? [] : [options.class])];
  if (runs.length > 1) throw new UsageError(t.tooMany('idea', runs[1] ?? ''));
  if (given.length > 1) throw new UsageError(t.tooMany('idea', given[1] ?? ''));
  if (given.length === 0 && options.y === undefined && options.layer === undefined)
    throw new UsageError(t.needsClass);
  return [runs[0], given[0]];
}

async function one(
  io: Io,
  trained: Trained,
  targets: ReturnType<typeof targetsOf>,
  options: IdeaOptions,
  before?: KeptSearch,
): Promise<void> {
  const { t, signal } = io;
  const { about } = trained;
  const { found, left } = await searchIdeas(io, trained, targets, options, before?.search);
  const ideas = await reported(io, trained, found, options);
  const saved = await saveIdeas(io, trained, ideas, options);
  showIdeas(io, asPictures(ideas));
  for (const line of summary(t, ideas)) io.result(line);
  for (const path of new Set([saved.out, saved.gif, saved.plot])) if (path) io.result(t.ideaFile(near(path)));
  const common = { command: 'idea', run: about.run, model: about.name, method: options.method };
  const rows = ideas.map((idea, i) => ({ ...idea.figures, picture: saved.pictures[i] ?? null }));
  io.figures({
    ...common,
    seed: options.seed,
    device: trained.device.name,
    ...(ideas.length === 1 ? rows[0] : { picture: saved.out, ideas: rows }),
    ...(saved.gif && { gif: saved.gif }),
    ...(saved.plot && { plot: saved.plot }),
    ...(left && { resume: fileOf(saved.out) }),
    stopped: signal.aborted,
  });
  // The best so far is kept; that it was stopped is still said by how the process ends.
  if (signal.aborted) {
    io.progress.note(t.ideaStopped(found.reduce((sum, { evaluations }) => sum + evaluations, 0)));
    if (left) {
      const words = { run: about.run, device: trained.device.name, options: keptOf(options) };
      const search = { words, weights: await weightsOf(trained.model), search: left };
      io.progress.note(t.ideaGoOn(near(await keep(t, saved.out, search))));
    }
    throw signal.reason instanceof Stopped ? signal.reason : new Stopped(130);
  }
}
