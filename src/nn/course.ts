// Training, step after step: orders of the examples, epochs, what is told between. Where it is, is kept in a Place
// after every call to the device, so that whoever saves it then can go on from there, in the middle of an epoch too.
// How many steps a call does changes nothing.
import type { EidosError } from '../base/check.ts';
import { shuffle } from '../base/rng.ts';
import type { Advice } from './advice.ts';
import type { Bench } from './bench.ts';
import type { Crew, Trainer } from './callback.ts';
import { perExampleOf, rewind, totalsOf } from './data.ts';
import type { InEpoch } from './diagnose.ts';
import { figuresOf, type ExampleCounts, type History, type Progress } from './fit.ts';
import type { Scores } from './metric.ts';
import type { Place } from './place.ts';
import { Slices } from './slices.ts';

/** What fit() runs, and whom it tells. */
export interface Course {
  readonly bench: Bench;
  readonly place: Place;
  readonly examples: ExampleCounts;
  /** Of the orders of examples. */
  readonly seed: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly stepsPerEpoch: number | undefined;
  readonly crew: Crew;
  readonly trainer: Trainer;
  /** Most steps until the next event. */
  readonly pace?: (() => number) | undefined;
  readonly signal: AbortSignal | undefined;
  /** Runs a job when no other is under way: snapshots are taken between two of them. */
  readonly turn: <T>(job: () => Promise<T>) => Promise<T>;
  readonly validate: (() => Promise<Scores>) | undefined;
  /** Looks for a better way to train, once. */
  readonly advise:
    { readonly afterSteps: number; look(firstLoss: number): Promise<Advice | undefined> } | undefined;
  /** What to say of the next step, of so many examples, which cannot be taken. */
  fault(batch: number, at: InEpoch): Promise<EidosError>;
}

/** Trains; every event is plain data. Stopping leaves weights as the last complete step wrote them. */
export async function* train(course: Course): AsyncGenerator<Progress, History> {
  const { place, crew, trainer, epochs, signal } = course;
  const run = new Run(course);
  await crew.tell((one) => one.onTrainBegin?.(trainer));
  crew.load(place.memos);
  let forgiven = false;
  if (!signal?.aborted) await run.goOn();
  while (place.epoch < epochs && !place.stopping && !forgiven && !signal?.aborted) {
    if (!place.begun) await run.beginEpoch();
    run.watch.restart();
    while (!run.epochDone() && !forgiven && !signal?.aborted) {
      const fault = await run.slice();
      const event = run.event('progress');
      if (crew.due(place.steps) && !fault) await crew.tellSteps(place.steps, event, trainer);
      await crew.tell((one) => one.onProgress?.(event, trainer));
      if (place.epochExamples > 0) yield event;
      if (fault) {
        const { message } = fault;
        const { steps: step, epoch } = place;
        forgiven = await crew.forgives({ message, step, epoch: epoch + 1 }, trainer);
        if (!forgiven) throw fault;
      }
      const advice = await run.advice();
      if (advice) yield { ...run.event('advice'), advice };
    }
    if (!run.epochDone()) break;
    const event = await run.endEpoch();
    if (event) yield event;
  }
  const history = run.history();
  const over = place.epoch >= epochs || place.stopping || forgiven;
  if (over) await crew.tell((one) => one.onTrainEnd?.(history, trainer));
  return history;
}

/** Seconds since some moment, and the pace of examples over all epochs. */
class Watch {
  private readonly began = performance.now();
  private epochBegan = performance.now();
  private spent = 0;
  private examples = 0;

  restart(): void {
    this.epochBegan = performance.now();
  }

  /** So many more examples were learned from, which took so long. */
  took(examples: number, seconds: number): void {
    this.examples += examples;
    this.spent += seconds;
  }

  get seconds(): number {
    return (performance.now() - this.began) / 1000;
  }

  get epochSeconds(): number {
    return (performance.now() - this.epochBegan) / 1000;
  }

  secondsFor(examples: number): number {
    return examples === 0 ? 0 : (examples * this.spent) / this.examples;
  }
}

class Run {
  readonly watch = new Watch();
  private readonly course: Course;
  private readonly slices = new Slices();
  private readonly complete: Progress[] = [];
  private firstLoss: number | undefined;

  constructor(course: Course) {
    this.course = course;
  }

  /** Puts order and totals on the device as they were when training ended here. */
  async goOn(): Promise<void> {
    const { bench, place } = this.course;
    if (place.rows > 0 && place.taken < place.rows) await this.writeOrder();
    await rewind(bench.table, place.taken, place.totals);
  }

  async beginEpoch(): Promise<void> {
    const { bench, place, crew, trainer } = this.course;
    await crew.tell((one) => one.onEpochBegin?.(place.epoch, trainer));
    Object.assign(place, {
      begun: true,
      epochSteps: 0,
      epochExamples: 0,
      totals: {},
    } satisfies Partial<Place>);
    await rewind(bench.table, place.taken);
  }

  /** An epoch is one order of the examples, unless it was said to be a number of steps. */
  epochDone(): boolean {
    const { place, stepsPerEpoch } = this.course;
    if (stepsPerEpoch !== undefined) return place.epochSteps >= stepsPerEpoch;
    return place.epochSteps > 0 && place.taken >= place.rows;
  }

  /** Steps of one call to the device; the fault that ended them, if there was one. */
  async slice(): Promise<EidosError | undefined> {
    const { place, examples, batchSize, turn } = this.course;
    if (place.taken >= place.rows) {
      Object.assign(place, { rows: examples.training, taken: 0, orders: place.orders + 1 });
      await this.writeOrder();
      await rewind(this.course.bench.table, 0, place.totals);
    }
    const left = place.rows - place.taken;
    const batch = Math.min(batchSize, left);
    const faulty = await turn(() => this.run(batch, Math.min(Math.floor(left / batch), this.stepsToStop())));
    if (!faulty) return undefined;
    return this.course.fault(batch, { step: place.epochSteps + 1, epoch: place.epoch + 1 });
  }

  /** Runs up to `most` steps and takes note of what was done; whether the next one cannot be. */
  private async run(batch: number, most: number): Promise<boolean> {
    const { bench, place, signal } = this.course;
    const { program, table } = bench;
    const began = performance.now();
    const ran = await this.slices.run(program, most, { batch, signal });
    const fault = (await table.fault.read())[0] === 1;
    // After a fault nothing moves: the place on the device is that of the step that could not be taken.
    const at = fault ? ((await table.position.read())[0] ?? 0) : 0;
    const done = fault ? Math.round((at - place.taken) / this.course.batchSize) : ran;
    place.taken += done * batch;
    place.epochExamples += done * batch;
    place.epochSteps += done;
    place.steps += done;
    place.totals = await totalsOf(table);
    this.firstLoss ??= (place.totals['loss'] ?? NaN) / place.epochExamples;
    if (done > 0) this.watch.took(done * batch, (performance.now() - began) / 1000);
    return fault;
  }

  /** Steps until someone wants to be told or the epoch is over. */
  private stepsToStop(): number {
    const { place, crew, stepsPerEpoch = Infinity, advise, pace } = this.course;
    const toAdvice = advise && !place.advised ? Math.max(1, advise.afterSteps - place.steps) : Infinity;
    const told = Math.max(1, Math.floor(pace?.() ?? Infinity));
    return Math.min(crew.until(place.steps), stepsPerEpoch - place.epochSteps, toAdvice, told);
  }

  async advice(): Promise<Advice | undefined> {
    const { place, advise, signal } = this.course;
    if (!advise || place.advised || place.steps < advise.afterSteps || signal?.aborted) return undefined;
    place.advised = true;
    return advise.look(this.firstLoss ?? NaN);
  }

  /** Validates, and tells callbacks; nothing if it was stopped meanwhile, so that it is done when training goes on. */
  async endEpoch(): Promise<Progress | undefined> {
    const { place, crew, trainer, validate, signal } = this.course;
    const scores = this.event('epoch');
    const validation = await validate?.().catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
    if (validate && !validation) return undefined;
    const event = validation ? { ...scores, validation } : scores;
    this.complete.push(event);
    const figures = Object.entries(figuresOf(event));
    Object.assign(place, {
      epoch: place.epoch + 1,
      begun: false,
      epochSteps: 0,
      epochExamples: 0,
      totals: {},
      history: Object.fromEntries(figures.map(([name, x]) => [name, [...(place.history[name] ?? []), x]])),
    } satisfies Partial<Place>);
    await crew.tell((one) => one.onEpochEnd?.(event, trainer));
    await crew.tell((one) => one.afterEpoch?.(event, trainer));
    return event;
  }

  event(kind: Progress['kind']): Progress {
    const { place, epochs, examples, batchSize, stepsPerEpoch } = this.course;
    const steps = stepsPerEpoch ?? Math.ceil(examples.training / batchSize);
    const perEpoch = stepsPerEpoch === undefined ? examples.training : stepsPerEpoch * batchSize;
    const { loss = NaN, ...metrics } = perExampleOf(place.totals, place.epochExamples);
    const left = Math.max(0, perEpoch * (epochs - place.epoch) - place.epochExamples);
    return {
      kind,
      epoch: place.epoch + 1,
      epochs,
      step: place.epochSteps,
      steps,
      seconds: this.watch.epochSeconds,
      secondsLeft: this.watch.secondsFor(left),
      loss,
      metrics,
      examples,
    };
  }

  history(): History {
    const { place, epochs, examples } = this.course;
    return {
      epochs: this.complete,
      history: place.history,
      examples,
      seconds: this.watch.seconds,
      stopped: place.epoch < epochs,
    };
  }

  private async writeOrder(): Promise<void> {
    const { bench, place, seed } = this.course;
    const count = place.rows;
    await bench.table.order?.write(
      this.course.shuffle ? shuffle(seed, place.orders - 1, count) : inOrder(count),
    );
  }
}

/** 0, 1, ... up to `count`, left out. */
function inOrder(count: number): Int32Array {
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  return order;
}
