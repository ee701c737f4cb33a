// What fit() does before and after its course: data checked and put on the device, callbacks and advice set up, the
// place kept for whoever goes on.
import { check, type EidosError } from '../base/check.ts';
import type { Trace } from '../device/compile.ts';
import { adviceFor, adviceOn } from './advice.ts';
import { judged, wantedOf, type Ready } from './asking.ts';
import { benchOf, type Bench } from './bench.ts';
import { Crew, type Trainer } from './callback.ts';
import { train, type Course } from './course.ts';
import { rowsOf, targetsOf, type Data, type Filling } from './data.ts';
import { faultIn, type InEpoch } from './diagnose.ts';
import type { FitOptions, History, Progress } from './fit.ts';
import type { Scores } from './metric.ts';
import { placeAt, type Place } from './place.ts';
import type { Sizes } from './sizes.ts';
import { learnFrom, take, type Batch } from './step.ts';
import type { Task } from './task.ts';
import { trainingCount, weightsOf } from './weighting.ts';

/** What a model gives its training. */
export interface Trained {
  readonly task: Task;
  readonly ready: Ready;
  /** Of its inputs. */
  readonly shapes: readonly Sizes[];
  readonly seed: number;
  readonly trainer: Omit<Trainer, 'epochs' | 'stop'>;
  readonly turn: <T>(job: () => Promise<T>) => Promise<T>;
  /** What suits other data. */
  readonly suited: (data: Data) => Pick<Ready, 'examples' | 'outputs'>;
}

/** A training under way, or the last one: where it is, and who is told. */
export class Training {
  private readonly at: Place;
  private readonly crew: Crew;

  constructor(at: Place, crew: Crew) {
    this.at = at;
    this.crew = crew;
  }

  /** Where it is, with what callbacks remember. */
  place(): Place {
    return { ...this.at, memos: this.crew.save() };
  }
}

/** Begins training, or goes on at `last`. The callbacks and the place are told by `onTraining` before anything is done. */
export async function* training(
  trained: Trained,
  data: Data,
  options: FitOptions<Data>,
  last: Place | undefined,
  onTraining: (training: Training) => void,
): AsyncGenerator<Progress, History> {
  const { task, ready, seed } = trained;
  const { batchSize = 32, epochs = 1, shuffle = true, signal, stepsPerEpoch } = options;
  const { learned, held } = splitOf(trained, data, options);
  const { count } = learned.examples;
  const place = options.resume && last ? { ...last } : placeAt(options.initialEpoch ?? 0, last?.orders ?? 0);
  check(
    place.taken >= place.rows || place.rows === count,
    () =>
      `fit: the epoch to go on with has ${place.rows} examples, got ${count}; give the same data, or leave resume out`,
  );
  const bench = await benchOf(ready.kept, learned, {
    role: 'fit',
    key: `${batchSize}`,
    task,
    memory: ready.memory,
    shuffled: true,
    make: (table) => learnFrom(task, ready.memory, ready.training, table, batchSize),
  });
  const crew = new Crew(options.callbacks ?? []);
  const trainer = { ...trained.trainer, epochs, stop: () => void (place.stopping = true) };
  onTraining(new Training(place, crew));
  const perEpoch = stepsPerEpoch ?? Math.ceil(count / batchSize);
  return yield* train({
    bench,
    place,
    examples: { training: count, validation: held?.examples.count ?? 0 },
    seed,
    epochs,
    batchSize,
    shuffle,
    stepsPerEpoch,
    crew,
    trainer,
    pace: options.pace,
    signal,
    turn: (job) => trained.turn(job),
    validate: held && (() => validated(trained, held, options)),
    advise: options.advise
      ? adviser(trained, bench, place, { ...options, batchSize }, epochs * perEpoch)
      : undefined,
    fault: (batch, at) => faulty(trained, learned, bench, { batchSize, batch, at }),
  });
}

/** What is learned from and what is only judged. */
function splitOf(
  { task, ready, suited }: Trained,
  data: Data,
  { validationSplit = 0, validationData, sampleWeight, classWeight }: FitOptions<Data>,
): { readonly learned: Filling; readonly held: Filling | undefined } {
  const filling = fillingOf('fit', task, ready, data, { sampleWeight, classWeight });
  if (validationData) {
    const { sampleWeight: weights } = validationData;
    const other = fillingOf('validate', task, suited(validationData), validationData, {
      sampleWeight: weights,
    });
    return { learned: filling, held: other };
  }
  const { count } = filling.examples;
  const kept = trainingCount(count, validationSplit);
  if (kept === count) return { learned: filling, held: undefined };
  const { weights, ...rest } = rowsOf(filling, kept, count);
  // Classes count alike when judged, as in Keras.
  const held = weights && sampleWeight ? { ...rest, weights } : rest;
  return { learned: rowsOf(filling, 0, kept), held };
}

/** Data as tables take it. */
export function fillingOf(
  call: string,
  task: Task,
  { examples, outputs }: Pick<Ready, 'examples' | 'outputs'>,
  data: Data,
  weighting: Parameters<typeof weightsOf>[1],
): Filling {
  const targets = targetsOf(call, data, examples.count, wantedOf(task, outputs));
  const weights = weightsOf(call, weighting, targets, examples.count);
  return { examples, targets, ...(weights && { weights }) };
}

const validated = (
  { task, ready, turn }: Trained,
  held: Filling,
  { validationBatchSize, signal }: FitOptions<Data>,
): Promise<Scores> =>
  turn(() =>
    judged('validate', task, ready, held, {
      ...(validationBatchSize !== undefined && { batchSize: validationBatchSize }),
      signal,
    }),
  );

function adviser(
  { task, ready, shapes, seed, turn }: Trained,
  bench: Bench,
  place: Place,
  { batchSize, signal }: FitOptions<Data> & { readonly batchSize: number },
  steps: number,
): Course['advise'] {
  const plan = adviceFor(steps);
  if (!plan) return undefined;
  const { memory, training } = ready;
  return {
    afterSteps: plan.afterSteps,
    look: (firstLoss) => {
      const { taken, rows } = place;
      const run = { task, memory, training, bench, shapes, seed, batchSize, taken, rows, firstLoss, signal };
      return turn(() => adviceOn(run, plan.steps));
    },
  };
}

/** What to say of the step that could not be taken: the rows of its batch lie in the bench's table. */
async function faulty(
  { task, ready }: Trained,
  { examples }: Filling,
  { table }: Bench,
  { batchSize, batch, at }: { readonly batchSize: number; readonly batch: number; readonly at: InEpoch },
): Promise<EidosError> {
  const from = (await table.position.read())[0] ?? 0;
  const order = await table.order?.read();
  const suspect = {
    inputs: {},
    batch: ({ places }: Trace): Batch => take(table, places, batchSize),
    given: {},
    count: batch,
    most: batchSize,
    rows: Int32Array.from(order?.subarray(from, from + batch) ?? []),
    examples,
  };
  return faultIn('fit', task, ready, suspect, at);
}
