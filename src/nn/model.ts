// What users hold: a layer with weights on a device, and the programs that train it and ask it. Programs are kept
// for the next call of the same kind. What lies where is residence.ts's business.
import { check } from '../base/check.ts';
import type { TypedArray } from '../base/dtype.ts';
import { at, sizeOf, type Shape } from '../base/shape.ts';
import type { Device } from '../device/device.ts';
import type { Snapshot } from '../files/snapshot.ts';
import {
  judged,
  predicted,
  stepped,
  wantedOf,
  type Answered,
  type AskOptions,
  type EvaluateOptions,
  type Ready,
} from './asking.ts';
import { Callable } from './callable.ts';
import { costOf, operationsOf, type ModelCost } from './cost.ts';
import { examplesOf, rowsOf, targetsOf, type Data, type Inputs } from './data.ts';
import { ratesOf } from './diagnose.ts';
import { estimateOf, type Estimate } from './estimate.ts';
import { checkFit, noHistory, type FitOptions, type History, type Progress } from './fit.ts';
import { ownerOf } from './groups.ts';
import type { AnyLayer, Count, Given, Layer, Params } from './layer.ts';
import { readWeights, writeWeights, type Weight, type Weights } from './memory.ts';
import type { Scores } from './metric.ts';
import { outlineOf, outputsFor, type Outline } from './outline.ts';
import { placeAt, type Place } from './place.ts';
import { Residence } from './residence.ts';
import { isList, sameSizes, showSizes, type Sizes } from './sizes.ts';
import { putBack, snapshotOf } from './snapshot.ts';
import { countsOf, printed } from './summary.ts';
import type { Symbolic } from './symbolic.ts';
import { taskOf, type CompileOptions, type Task } from './task.ts';
import { fillingOf, training, type Trained, type Training } from './training.ts';
import { weightsOf, type Weighting } from './weighting.ts';

/** A layer to train and to ask. It is a layer itself: called with what input() or a layer gave, it is part of a model. */
export class Model<N extends Count = 'one'> extends Callable<N> {
  /** What it computes, without weights: a model among another's layers is this. */
  readonly layer: Layer<Params, Params, N>;
  private task: Task | undefined;
  private seed = 1;
  private outline: Outline | undefined;
  private readonly home: Residence;
  /** The training under way or the last one, or where a snapshot was taken. */
  private trained: Training | Place | undefined;
  private fitting = false;

  /** For inputs of `shapes`, if they are known already. */
  constructor(layer: Layer<Params, Params, N>, shapes?: readonly Sizes[]) {
    super();
    this.layer = layer;
    this.home = new Residence(this.plain, (draw) => layer.lists.build(this.known('variables').inputs, draw));
    if (shapes) this.build(shapes);
  }

  /** What it is called among another model's layers. */
  override get name(): string {
    return this.layer.name;
  }

  /** The layers it is made of, by the names they have in it. */
  get layers(): readonly { readonly name: string; readonly layer: AnyLayer }[] {
    return this.layer.wiring?.layers ?? [{ name: this.layer.name, layer: this.plain }];
  }

  /** The shapes of its inputs, once they are known; null where a size is open. */
  get inputShapes(): readonly Sizes[] | undefined {
    return this.outline?.inputs;
  }

  /** The shapes of its outputs, once they are known. */
  get outputShapes(): readonly Sizes[] | undefined {
    return this.outline?.outputs;
  }

  /**
   * Tells it the shape of one example, or the shapes of several inputs, null where a size differs from batch to
   * batch; fit() and the others do so with the first data they see.
   */
  build(shape: Sizes | readonly Sizes[]): this {
    const shapes = isList(shape) ? shape : [shape];
    const known = this.outline?.inputs;
    if (known === undefined) this.outline = outlineOf(this.plain, shapes);
    const show = (list: readonly Sizes[]): string => list.map(showSizes).join(' and ');
    check(
      known === undefined ||
        (known.length === shapes.length && known.every((one, i) => sameSizes(one, at(shapes, i)))),
      () =>
        `build: the model takes ${show(known ?? [])} per example, got ${show(shapes)}; make another model`,
    );
    return this;
  }

  /** @internal What calling the model does: a model that did not know its inputs now does. */
  use(x: Symbolic | readonly Symbolic[]): Given<N> {
    const given = this.layer(x);
    if (!this.outline) this.build((Array.isArray(x) ? x : [x]).map(({ shape }: Symbolic) => shape));
    return given;
  }

  /** Says how it is trained; weights it already has stay, what optimizers remembered does not. */
  compile({ device, seed = 1, ...options }: CompileOptions): this {
    check(!this.fitting, () => 'compile: the model is training; stop it first');
    check(
      Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32,
      () => `compile: seed must be a whole number from 0 to 4294967295, got ${seed}`,
    );
    this.task = taskOf(this.plain, options);
    this.trained = undefined;
    this.seed = seed;
    this.home.move(device, seed);
    return this;
  }

  /** The device it runs on, opened now if need be. */
  on(): Promise<Device> {
    return this.home.on();
  }

  /** The variables that hold its weights and state, made now if need be: for programs of one's own. */
  async variables(): Promise<Weights> {
    this.known('variables');
    return this.home.weights();
  }

  /** A copy of all weights and state, by name. */
  async getWeights(): Promise<Weight[]> {
    return readWeights(await this.variables());
  }

  /** Puts weights in, by name; those not named stay. */
  async setWeights(weights: readonly Pick<Weight, 'name' | 'data'>[]): Promise<void> {
    return writeWeights(await this.variables(), weights);
  }

  /**
   * All of its training as plain data: weights, layers' state, what optimizers and callbacks remember, the place in the
   * epoch. While fit() is under way it is taken between two calls to the device.
   */
  snapshot(): Promise<Snapshot> {
    return this.home.inTurn(() => this.taken());
  }

  /**
   * Puts a snapshot of such a model, compiled alike, back: predict() answers as it did then, and fit() with
   * `resume: true` goes on from there, to the bit as if it had not been interrupted.
   */
  async restore(snapshot: Snapshot): Promise<void> {
    const { groups } = this.compiled('restore');
    this.known('restore');
    check(!this.fitting, () => 'restore: the model is training; stop it first');
    const { place, seed } = await putBack(
      snapshot,
      await this.home.weights(),
      await this.home.learning(groups),
    );
    this.seed = seed;
    this.trained = place;
  }

  /** The learning rate of the next step, of each optimizer. */
  async learningRates(): Promise<readonly number[]> {
    const task = this.compiled('learningRates');
    this.known('learningRates');
    return ratesOf(task, await this.home.learning(task.groups));
  }

  /** Changes the learning rate from the next step on: of the only optimizer, or of the one of this number. */
  async setLearningRate(rate: number, group = 0): Promise<void> {
    check(
      Number.isFinite(rate) && rate >= 0,
      () => `setLearningRate: the rate must be a number from 0, got ${rate}`,
    );
    const { groups } = this.compiled('setLearningRate');
    check(
      group in groups,
      () => `setLearningRate: optimizers are numbered 0 to ${groups.length - 1}, got ${group}`,
    );
    const { name, learningRate } = at(groups, group).optimizer;
    check(
      typeof learningRate === 'number',
      () => `setLearningRate: ${name} has a schedule; compile with a number to set it by hand`,
    );
    this.known('setLearningRate');
    await at(await this.home.learning(groups), group).rate.write(Float32Array.of(rate));
  }

  /** Trains, and tells `onEvent` how far it is several times a second. */
  async fit(
    data: Data,
    {
      onEvent,
      ...options
    }: FitOptions<Data> & { readonly onEvent?: ((event: Progress) => void) | undefined } = {},
  ): Promise<History> {
    const events = this.train(data, options);
    for (;;) {
      const { done, value } = await events.next();
      if (done) return value;
      try {
        onEvent?.(value);
      } catch (error) {
        await events.return(noHistory);
        throw error;
      }
    }
  }

  /** fit() as a sequence of events: whoever does not ask for the next one pauses it, whoever leaves the loop ends it. */
  async *train(data: Data, options: FitOptions<Data> = {}): AsyncGenerator<Progress, History> {
    const task = this.compiled('fit');
    checkFit(options);
    check(!this.fitting, () => 'fit: the model is already training; wait for it or stop it');
    this.fitting = true;
    try {
      const ready = await this.ready('fit', data, task);
      return yield* training(this.trainedBy(task, ready), data, options, this.place(), (begun) => {
        this.trained = begun;
      });
    } finally {
      // What callbacks remember now is what the next run may go on with; they themselves are their owner's.
      this.trained = this.place();
      this.fitting = false;
    }
  }

  /** The mean loss and metrics over data. */
  evaluate(data: Data, { sampleWeight, ...options }: EvaluateOptions = {}): Promise<Scores> {
    return this.home.inTurn(async () => {
      const task = this.compiled('evaluate');
      const ready = await this.ready('evaluate', data);
      const filling = fillingOf('evaluate', task, ready, data, { sampleWeight });
      return judged('evaluate', task, ready, filling, options);
    });
  }

  /** One step over a few examples; gives their scores from before it. */
  trainOnBatch(x: Inputs, y: TypedArray | readonly TypedArray[], weighting: Weighting = {}): Promise<Scores> {
    return this.home.inTurn(async () => {
      const task = this.compiled('trainOnBatch');
      const ready = await this.ready('trainOnBatch', x, task);
      const { count } = ready.examples;
      const targets = targetsOf('trainOnBatch', { y }, count, wantedOf(task, ready.outputs));
      return stepped(task, ready, targets, weightsOf('trainOnBatch', weighting, targets, count));
    });
  }

  /** Outputs for each example. Shapes: inputs [N, ...] -> [N, ...out], of each output where there are several. */
  predict(inputs: Inputs, options: AskOptions = {}): Promise<Answered<N>> {
    return this.home.inTurn(async () => {
      const answers = await predicted(this.plain, await this.ready('predict', inputs), options);
      return (this.layer.gives === 'many' ? answers : at(answers, 0)) as unknown as Answered<N>;
    });
  }

  /** How long fit() would take; nothing of the model changes. */
  async estimate(
    data: Data,
    { epochs = 1, batchSize = 32 }: Pick<FitOptions<Data>, 'epochs' | 'batchSize'> = {},
  ): Promise<Estimate> {
    const task = this.compiled('estimate');
    checkFit({ epochs, batchSize });
    const { outputs, examples } = this.suited('estimate', data);
    const { count } = examples;
    const targets = targetsOf('estimate', data, count, wantedOf(task, outputs));
    const first = rowsOf({ examples, targets }, 0, Math.min(batchSize, count));
    return estimateOf(await this.on(), task, first, epochs * Math.ceil(count / batchSize));
  }

  /**
   * What it needs, predicted before training: bytes, operations, and the time of a step of `batchSize` examples. Where
   * a size is open, `shape` says which one is meant.
   */
  async cost({
    batchSize = 32,
    shape,
  }: { readonly batchSize?: number; readonly shape?: Shape | readonly Shape[] } = {}): Promise<ModelCost> {
    checkFit({ batchSize });
    const task = this.compiled('cost');
    const shapes = shape === undefined ? this.known('cost').inputs : isList(shape) ? shape : [shape];
    const x = shapes.map((one) => new Float32Array(sizeOf(one.map((d) => d ?? 1))));
    return this.home.inTurn(async () =>
      costOf(task, await this.ready('cost', shape === undefined ? { x } : { x, shape }, task), batchSize),
    );
  }

  /** Its layers, what comes out of each and how many numbers each holds, as Keras prints it; then operations. */
  summary(): string {
    const outline = this.known('summary');
    const table = printed(this.plain, outline, (path) => this.learns(path));
    const operations = operationsOf(this.plain, outline.inputs)?.toLocaleString('en-US');
    return operations === undefined ? table : `${table}\n Operations per example: ${operations}`;
  }

  /** How many parameters it has: all, the total of summary(), or only those that are trainable. */
  count(which: 'all' | 'trainable' = 'all'): number {
    const { trainable, other } = countsOf(this.known('count'), (path) => this.learns(path));
    return which === 'all' ? trainable + other : trainable;
  }

  /** Gives its memory and programs back now, weights that no other model uses among it, and closes the device if the model opened it. */
  close(): Promise<void> {
    return this.home.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The layer, whatever it gives. */
  private get plain(): AnyLayer {
    return this.layer;
  }

  private learns(path: string): boolean {
    return !this.task || ownerOf(this.task.groups, path) !== undefined;
  }

  private compiled(call: string): Task {
    check(
      this.task !== undefined,
      () => `${call}: the model is not compiled; call compile({ optimizer, loss }) first`,
    );
    return this.task;
  }

  private known(call: string): Outline {
    check(
      this.outline !== undefined,
      () =>
        `${call}: the shape of one example is not known; call build([28, 28, 1]), or whatever it is, first`,
    );
    return this.outline;
  }

  /** The examples of `data`, and what comes out for them; a model that did not know its inputs now does. */
  private suited(call: string, data: Data | Inputs): Pick<Ready, 'examples' | 'outputs'> {
    const examples = examplesOf(call, data, this.outline?.inputs);
    const shapes = examples.inputs.map(({ shape }) => shape);
    if (!this.outline) this.build(shapes);
    return { examples, outputs: outputsFor(this.plain, this.known(call), shapes) };
  }

  private async ready(call: string, data: Data | Inputs, task?: Task): Promise<Ready> {
    const suited = this.suited(call, data);
    const memory = await this.home.weights();
    const training = await (task ? this.home.learning(task.groups) : this.home.learned());
    return { memory, training, kept: this.home.kept, ...suited };
  }

  /** Where training is, or was left. */
  private place(): Place | undefined {
    return this.trained && ('place' in this.trained ? this.trained.place() : this.trained);
  }

  private async taken(): Promise<Snapshot> {
    const { groups } = this.compiled('snapshot');
    this.known('snapshot');
    const [memory, kept] = [await this.home.weights(), await this.home.learning(groups)];
    return snapshotOf(memory, kept, this.place() ?? placeAt(0, 0));
  }

  private trainedBy(task: Task, ready: Ready): Trained {
    return {
      task,
      ready,
      shapes: this.known('fit').inputs,
      seed: this.seed,
      turn: (job) => this.home.inTurn(job),
      suited: (data) => this.suited('validate', data),
      trainer: {
        learningRates: () => this.learningRates(),
        setLearningRate: (rate, group) => this.setLearningRate(rate, group),
        getWeights: () => this.getWeights(),
        setWeights: (weights) => this.setWeights(weights),
        snapshot: () => this.snapshot(),
      },
    };
  }
}
