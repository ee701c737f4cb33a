// `eidos gan sum`: latent arithmetic. Terms are rows of the seed's numbers, or pictures that are found first.
import { findLatents, latentSum, type Found, type Samples } from '../src/index.ts';
import type { Spec } from './command.ts';
import { searching } from './gan-find.ts';
import { gridBytes } from './gan-grid.ts';
import { broughtTo, joined, readAll } from './gan-pictures.ts';
import { withGame } from './gan-run.ts';
import { classIn, weightsOf, written } from './gan-sample.ts';
import { viewOf } from './gan-view.ts';
import type { Io } from './io.ts';
import { UsageError, wholeNumber, type SharedOptions } from './options.ts';

interface SumOptions extends SharedOptions {
  readonly class?: string;
  readonly steps: number;
  readonly restarts: number;
  readonly latest?: boolean;
  readonly best?: boolean;
  readonly out: string;
}

/** `eidos gan sum`. */
export const sumCommand: Spec = {
  name: 'sum',
  computes: true,
  define(command, t, run) {
    command
      .summary(t.ganSumSummary)
      .description(t.ganSumDescription)
      .argument('<terms...>', t.ganTermsArgument)
      .option('--class <name>', t.ganClassOption)
      .option('--restarts <n>', t.ganRestartsOption, wholeNumber(command, t, '--restarts', [1, 64]), 8)
      .option('--steps <n>', t.ganFindStepsOption, wholeNumber(command, t, '--steps', [0, 10_000]), 200)
      .option('--latest', t.ganLatestOption)
      .option('--best', t.ganBestOption)
      .option('--out <file>', t.ganOutFileOption, 'sum.png')
      .action((terms: readonly string[], options: SumOptions) =>
        run(options, (io) => sum(io, terms, options)),
      );
  },
  examples: (t) => [
    ['eidos gan sum 4 - 7 + 12 --class 3', t.exampleGanSum],
    ['eidos gan sum runs/digits a.png - b.png + c.png', t.exampleGanSumPictures],
  ],
};

/** A term as it was written. */
interface Word {
  readonly word: string;
  readonly times: 1 | -1;
}

/** Terms with their signs, which stand between them. */
function termsOf(t: Io['t'], words: readonly string[]): readonly Word[] {
  const terms: Word[] = [];
  let times: 1 | -1 | undefined = 1;
  for (const word of words) {
    if (word === '+' || word === '-') {
      if (times !== undefined && terms.length > 0) throw new UsageError(t.ganTerms(word));
      times = word === '+' ? 1 : -1;
    } else {
      if (times === undefined) throw new UsageError(t.ganTerms(word));
      terms.push({ word, times });
      times = undefined;
    }
  }
  if (times !== undefined) throw new UsageError(t.ganTerms(words.at(-1) ?? ''));
  return terms;
}

async function sum(io: Io, words: readonly string[], options: SumOptions): Promise<void> {
  const { t } = io;
  const isNumber = (word: string): boolean => /^\d+$/.test(word);
  const named = words.length > 1 && !isNumber(words[0] ?? '') && !['+', '-'].includes(words[1] ?? '');
  const terms = termsOf(t, named ? words.slice(1) : words);
  const pictures = await readAll(terms.flatMap(({ word }) => (isNumber(word) ? [] : [word])));
  await withGame(io, named ? words[0] : undefined, options, async ({ game, config, device, folder }) => {
    const { classes, latent } = game.rules;
    const label = classIn(t, config, game, options.class);
    io.progress.begin(t.compiling);
    const found =
      pictures.length === 0
        ? []
        : await findLatents(
            game.painter(weightsOf(options)),
            { images: joined(pictures.map((one) => broughtTo(config, one))), count: pictures.length },
            { steps: options.steps, restarts: options.restarts, seed: options.seed, ...searching(io) },
          );
    let next = 0;
    const rows = terms.map(({ word, times }) => {
      if (isNumber(word))
        return { times, latent: game.latents(options.seed, [Number(word)]), label: label ?? Number(word) % Math.max(1, classes) }; // prettier-ignore
      const [one] = found[next++] as readonly [Found];
      return { times, latent: one.latent, label: label ?? one.label };
    });
    const total = latentSum(latent, rows);
    const count = rows.length + 1;
    const latents = new Float32Array(count * latent.size);
    const mixes = new Float32Array(count * classes);
    rows.forEach((row, i) => {
      latents.set(row.latent, i * latent.size);
      if (classes === 0) return;
      mixes[i * classes + row.label] = 1;
      // Of one class, a sum stays in it; of several, classes are added like numbers.
      const end = rows.length * classes + row.label;
      mixes[end] = label === undefined ? (mixes[end] ?? 0) + row.times : 1;
    });
    latents.set(total, rows.length * latent.size);
    const samples: Samples = await game.sample({ count, latents, mixes, ...weightsOf(options) });
    const captions = [...terms.map(({ word, times }, i) => `${i === 0 && times > 0 ? '' : times > 0 ? '+ ' : '- '}${word.split('/').at(-1) ?? word}`), '=']; // prettier-ignore
    const path = await written(
      io,
      options.out,
      await gridBytes(samples, { columns: count, captions, inverted: viewOf(config).inverted }),
    );
    io.figures({
      command: 'gan-sum',
      run: folder,
      rounds: game.round,
      seed: options.seed,
      device: device.name,
      terms: terms.map(({ word, times }) => ({ word, times })),
      numbers: Array.from(total),
      picture: path,
    });
  });
}
