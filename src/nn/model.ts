// What users hold: a layer with weights on a device, and the programs that train it and ask it. Weights are
// made once and shared by all programs; programs are kept for the next call of the same kind.
import { check } from '../base/check.ts';
import { same, show, sizeOf, type Shape } from '../base/shape.ts';
import type { Device } from '../device/device.ts';
import { open } from '../device/open.ts';
import { benchOf } from './bench.ts';
import {
  dtypeOf,
  examplesOf,
  meansOf,
  rewind,
  targetsOf,
  type Data,
  type Examples,
  type Inputs,
} from './data.ts';
import { estimateOf, type Estimate } from './estimate.ts';
import { checkFit, overRows, train, type FitOptions, type History, type Progress } from './fit.ts';
import { drawFrom, nothing, type Layer } from './layer.ts';
import { lossOf, type Loss, type LossName } from './loss.ts';
import {
  begin,
  hold,
  paramsOf,
  readWeights,
  release,
  writeWeights,
  type Memory,
  type Training,
  type Weight,
  type WhichWeights,
} from './memory.ts';
import { metricOf, scores, type MetricName, type Scores } from './metric.ts';
import { optimizerOf, type Optimizer, type OptimizerName } from './optimizer.ts';
import { Reuse, settled } from './reuse.ts';
import { answer, judgeFrom, learnFrom, learnOnce, specs, type Task } from './step.ts';
import { printed, summaryOf, type Summary } from './summary.ts';

export interface CompileOptions {
  readonly optimizer?: OptimizerName | Optimizer;
  readonly loss: LossName | Loss;
  readonly metrics?: readonly MetricName[];
  /** Where it runs; without one, the fastest that works is opened at first use. */
  readonly device?: Device;
  /** Of first weights, order of examples and dropout; a whole number from 0 to 4294967295. */
  readonly seed?: number;
}

export interface AskOptions {
  /** Examples taken at once. */
  readonly batchSize?: number;
  /** The averages that averaged() keeps, instead of the latest. */
  readonly weights?: WhichWeights;
  readonly signal?: AbortSignal | undefined;
}

/** Outputs of a model, row-major. */
export interface Answers {
  readonly data: Float32Array;
  readonly shape: Shape;
}

/** What is known of a model once it has seen the shape of an example; its numbers are not kept. */
interface Plan {
  readonly input: Shape;
  readonly output: Shape;
  readonly summary: Summary;
}

/** Weights on a device, and examples that suit them. */
interface Ready {
  readonly memory: Memory;
  readonly output: Shape;
  readonly examples: Examples;
}

export class Model {
  /** What it computes, without weights: a model among another's layers is this. */
  readonly layer: Layer;
  private task: Task | undefined;
  private seed = 1;
  private device: Promise<Device> | undefined;
  private own: Promise<Device> | undefined;
  private plan: Plan | undefined;
  private memory: Promise<Memory> | undefined;
  private training: Promise<Training> | undefined;
  private readonly kept = new Reuse();
  private turn: Promise<unknown> = Promise.resolve();
  /** Epochs begun, so that each has an order of its own. */
  private epochs = 0;
  private fitting = false;

  constructor(layer: Layer) {
    this.layer = layer;
  }

  /** Tells it the shape of one example; fit() and the others do so with the first data they see. */
  build(shape: Shape): this {
    const known = this.plan?.input;
    check(
      known === undefined || same(known, shape),
      () => `build: the model takes ${show(known ?? [])} per example, got ${show(shape)}; make another model`,
    );
    if (known) return this;
    const built = this.layer.build(shape, nothing);
    this.plan = {
      input: shape,
      output: built.shape,
      summary: summaryOf(this.layer.name, this.layer.kind, built),
    };
    return this;
  }

  /** Says how it is trained; weights it already has stay, what an optimizer remembered does not. */
  compile({ optimizer = 'adam', loss, metrics = [], device, seed = 1 }: CompileOptions): this {
    check(!this.fitting, () => 'compile: the model is training; stop it first');
    check(
      Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32,
      () => `compile: seed must be a whole number from 0 to 4294967295, got ${seed}`,
    );
    metrics.forEach(metricOf);
    this.task = { layer: this.layer, loss: lossOf(loss), metrics, optimizer: optimizerOf(optimizer) };
    const [kept, old] = [this.kept.clear(), this.training];
    this.training = undefined;
    this.epochs = 0;
    this.seed = seed;
    if (device) this.device = Promise.resolve(device);
    if (this.memory) this.memory = settled(this.moved(this.memory, kept, old));
    return this;
  }

  /** The device it runs on, opened now if need be. */
  on(): Promise<Device> {
    return (this.device ??= this.own = settled(open()));
  }

  /** The variables that hold its weights and state, made now if need be: for programs of one's own. */
  variables(): Promise<Memory> {
    const { input } = this.planned('variables');
    return (this.memory ??= settled(
      this.on().then((device) => hold(device, this.layer.build(input, drawFrom(this.seed)), this.seed)),
    ));
  }

  /** A copy of all weights and state, by name. */
  async getWeights(): Promise<Weight[]> {
    return readWeights(await this.variables());
  }

  /** Puts weights in, by name; those not named stay. */
  async setWeights(weights: readonly Pick<Weight, 'name' | 'data'>[]): Promise<void> {
    return writeWeights(await this.variables(), weights);
  }

  /** Changes the learning rate from the next step on. */
  async setRate(rate: number): Promise<void> {
    check(Number.isFinite(rate) && rate >= 0, () => `setRate: the rate must be a number from 0, got ${rate}`);
    const task = this.compiled('setRate');
    await (await this.learning(await this.variables(), task)).rate.write(Float32Array.of(rate));
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
        await events.return({ epochs: [], seconds: 0, stopped: true });
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
      const { validation, batchSize = 32, signal, ...rest } = options;
      const { memory, output, examples } = await this.ready('fit', data);
      const targets = targetsOf('fit', data, examples.count, task.loss, output);
      const training = await this.learning(memory, task);
      const { program, table } = await benchOf(
        this.kept,
        { examples, targets },
        {
          role: 'fit',
          key: `${batchSize}`,
          task,
          memory,
          shuffled: true,
          make: (table) => learnFrom(task, memory, training, table, batchSize),
        },
      );
      const validate = validation && (() => this.judged('validate', validation, { signal }));
      const before = this.epochs;
      const course = { program, table, count: examples.count, seed: this.seed, before, validate };
      const events = train(course, { ...rest, batchSize, signal });
      for (;;) {
        const { done, value } = await events.next();
        if (done) return value;
        this.epochs = before + value.epoch;
        yield value;
      }
    } finally {
      this.fitting = false;
    }
  }

  /** The mean loss and metrics over data. */
  evaluate(data: Data, options: AskOptions = {}): Promise<Scores> {
    return this.judged('evaluate', data, options);
  }

  /** One step over a few examples; gives their scores from before it. */
  async trainOnBatch(x: Inputs, y: Float32Array | Int32Array | Uint8Array): Promise<Scores> {
    const task = this.compiled('trainOnBatch');
    const { memory, output, examples } = await this.ready('trainOnBatch', x);
    const targets = targetsOf('trainOnBatch', { x: examples.x, y }, examples.count, task.loss, output);
    const training = await this.learning(memory, task);
    const inputs = specs(task.loss, examples.shape, output, dtypeOf(examples.x));
    // A program serves all smaller batches, so that few are made.
    const most = 2 ** Math.ceil(Math.log2(examples.count));
    const program = await this.kept.get('trainOnBatch', `${inputs.x.dtype} ${most}`, () =>
      learnOnce(task, memory, training, inputs, most),
    );
    const handed = { x: examples.x, y: inputs.y.dtype === 'i32' ? Int32Array.from(targets.y) : targets.y };
    const out = await this.inTurn(() => program.run(handed, { batch: examples.count }));
    return scores(Object.fromEntries(Object.entries(out).map(([name, value]) => [name, value[0] ?? NaN])));
  }

  /** Outputs for each example. Shapes: inputs [N, ...] -> [N, ...out]. */
  async predict(
    inputs: Inputs,
    { batchSize = 256, weights = 'latest', signal }: AskOptions = {},
  ): Promise<Answers> {
    const { memory, output, examples } = await this.ready('predict', inputs);
    const { x, shape, count } = examples;
    const params = paramsOf('predict', memory, await this.training, weights);
    const spec = { shape: ['batch', ...shape] as const, dtype: dtypeOf(x) };
    const program = await this.kept.get('predict', `${spec.dtype} ${batchSize} ${weights}`, () =>
      answer(this.layer, memory, params, spec, batchSize),
    );
    const [per, out] = [sizeOf(shape), sizeOf(output)];
    const data = new Float32Array(count * out);
    for (let from = 0; from < count; from += batchSize) {
      signal?.throwIfAborted();
      const batch = Math.min(batchSize, count - from);
      const { y } = await this.inTurn(() =>
        program.run({ x: x.subarray(from * per, (from + batch) * per) }, { batch }),
      );
      data.set(y ?? [], from * out);
    }
    return { data, shape: [count, ...output] };
  }

  /** How long fit() would take; nothing of the model changes. */
  async estimate(
    data: Data,
    { epochs = 1, batchSize = 32 }: Pick<FitOptions<Data>, 'epochs' | 'batchSize'> = {},
  ): Promise<Estimate> {
    const task = this.compiled('estimate');
    checkFit({ epochs, batchSize });
    const { x, shape, count } = examplesOf('estimate', data, this.plan?.input);
    const { output } = this.build(shape).planned('estimate');
    const targets = targetsOf('estimate', data, count, task.loss, output);
    const rows = Math.min(batchSize, count);
    const examples = { x: x.slice(0, rows * sizeOf(shape)), shape, count: rows };
    const first = { ...targets, y: targets.y.slice(0, rows * sizeOf(targets.shape)) };
    return estimateOf(
      await this.on(),
      task,
      { examples, targets: first },
      epochs * Math.ceil(count / batchSize),
    );
  }

  /** Its layers, what comes out of each and how many numbers each holds, as Keras prints it. */
  summary(): string {
    return printed(this.layer.name, this.planned('summary').summary);
  }

  /** How many parameters it has, trainable and not: the total of summary(). */
  count(): number {
    const { trainable, other } = this.planned('count').summary;
    return trainable + other;
  }

  /** Gives its memory and programs back now, and closes the device if the model opened it. */
  async close(): Promise<void> {
    const nothingMade = (): undefined => undefined;
    const [memory, training] = [
      await this.memory?.catch(nothingMade),
      await this.training?.catch(nothingMade),
    ];
    await this.kept.clear();
    release(memory, training);
    await (await this.own)?.close();
    if (this.own === this.device) this.device = undefined;
    [this.memory, this.training, this.own] = [undefined, undefined, undefined];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private compiled(call: string): Task {
    check(
      this.task !== undefined,
      () => `${call}: the model is not compiled; call compile({ optimizer, loss }) first`,
    );
    return this.task;
  }

  private planned(call: string): Plan {
    check(
      this.plan !== undefined,
      () =>
        `${call}: the shape of one example is not known; call build([28, 28, 1]), or whatever it is, first`,
    );
    return this.plan;
  }

  private async ready(call: string, data: Data | Inputs): Promise<Ready> {
    const examples = examplesOf(call, data, this.plan?.input);
    const { output } = this.build(examples.shape).planned(call);
    return { memory: await this.variables(), output, examples };
  }

  private learning(memory: Memory, { optimizer }: Task): Promise<Training> {
    return (this.training ??= settled(begin(memory, optimizer)));
  }

  /** Weights where compile() now wants them; what was kept for the last training is given back. */
  private async moved(
    from: Promise<Memory>,
    kept: Promise<void>,
    old: Promise<Training> | undefined,
  ): Promise<Memory> {
    const last = await from;
    await kept;
    release(undefined, await old);
    await last.seed.write(Int32Array.of(this.seed));
    const device = await this.on();
    if (last.device === device) return last;
    const memory = hold(device, this.layer.build(this.planned('compile').input, nothing), this.seed);
    await writeWeights(memory, await readWeights(last));
    release(last);
    return memory;
  }

  private judged(
    role: 'evaluate' | 'validate',
    data: Data,
    { batchSize = 256, weights = 'latest', signal }: AskOptions,
  ): Promise<Scores> {
    return this.inTurn(async () => {
      const task = this.compiled(role);
      const { memory, output, examples } = await this.ready(role, data);
      const targets = targetsOf(role, data, examples.count, task.loss, output);
      const params = paramsOf(role, memory, await this.training, weights);
      const { program, table } = await benchOf(
        this.kept,
        { examples, targets },
        {
          role,
          key: `${batchSize} ${weights}`,
          task,
          memory,
          shuffled: false,
          make: (table) => judgeFrom(task, memory, params, table, batchSize),
        },
      );
      await rewind(table);
      for await (const _ of overRows(program, examples.count, { batch: batchSize, signal }))
        signal?.throwIfAborted();
      signal?.throwIfAborted();
      return scores(await meansOf(table, examples.count));
    });
  }

  /** After whatever was asked before, so that two answers do not share one output. */
  private inTurn<T>(job: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(job);
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}
