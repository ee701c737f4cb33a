// `eidos evaluate`: how well a trained classifier does on examples of one's own or on its test data, in the mean and
// for each class, and what it takes for what.
import {
  classesOf,
  confusionMatrix,
  perClass,
  printedConfusion,
  printedPerClass,
  type ClassScore,
} from '../src/index.ts';
import type { Spec } from './command.ts';
import { loadData, loadTest } from './data-source.ts';
import type { Io } from './io.ts';
import { wholeNumber, type SharedOptions } from './options.ts';
import { withTrained } from './trained.ts';

interface EvaluateOptions extends SharedOptions {
  readonly data?: string;
  readonly limit?: number;
}

/** The command. */
export const evaluate: Spec = {
  name: 'evaluate',
  computes: true,
  define(command, t, run) {
    command
      .summary(t.evaluateSummary)
      .description(t.evaluateDescription)
      .argument('[run]', t.runArgument)
      .option('--data <name>', t.testDataOption)
      .option('--limit <n>', t.testLimitOption, wholeNumber(command, t, '--limit', [1, 1_000_000]))
      .action((folder: string | undefined, options: EvaluateOptions) =>
        run(options, (io) => judge(io, folder, options)),
      );
  },
  examples: (t) => [
    ['eidos evaluate', t.exampleEvaluate],
    ['eidos evaluate --data fashion-mnist --json', t.exampleEvaluateData],
    ['eidos evaluate runs/my-run --data ./test-pictures', t.exampleEvaluateFolder],
  ],
};

function judge(io: Io, folder: string | undefined, options: EvaluateOptions): Promise<void> {
  const { t, progress, signal } = io;
  return withTrained(io, folder, options, async ({ about, device, model }) => {
    const from = options.data ?? about.data;
    const limit = options.limit ?? (options.data === undefined ? about.limit : null);
    // Of a folder that it learned from, only what was put aside is a test.
    const test =
      options.data === undefined
        ? (await loadData(io, { ...about, limit })).test
        : await loadTest(io, from, about, limit);
    progress.note(t.testData(from, test.count));
    progress.begin(t.testing);
    const { loss, accuracy = NaN } = await model.evaluate(test, { signal });
    signal.throwIfAborted();
    const outputs = await model.predict(test, { signal });
    const matrix = confusionMatrix(test.labels, classesOf(outputs), about.classes.length);
    const scores = perClass(matrix);
    io.result(t.testLoss(loss));
    io.result(t.testAccuracy(accuracy));
    for (const lines of [printedPerClass(scores, about.classes), printedConfusion(matrix, about.classes)])
      for (const line of ['', ...lines.split('\n')]) io.result(line);
    io.figures({
      command: 'evaluate',
      run: about.run,
      model: about.name,
      data: from,
      device: device.name,
      threads: device.threads,
      examples: test.count,
      accuracy,
      loss,
      perClass: scores.map((score: ClassScore) => ({ ...score, name: about.classes[score.class] })),
      confusion: matrix,
    });
  });
}
