// What users hold: a layer with weights on a device, and the programs that train it and ask it. Weights are
// made once and shared by all programs; programs are kept for the next call of the same kind.
import { check } from '../base/check.ts';
import { show, sizeOf, type Shape } from '../base/shape.ts';
import { Program, type Device } from '../device/device.ts';
import { open } from '../device/open.ts';
import {
  examplesOf,
  meansOf,
  rewind,
  tableFor,
  targetsOf,
  variablesIn,
  type Data,
  type Examples,
  type Inputs,
  type Table,
} from './data.ts';
import { estimateOf, type Estimate } from './estimate.ts';
import { checkFit, overRows, train, type FitOptions, type History, type Progress } from './fit.ts';
import { drawFrom, type Layer } from './layer.ts';
import { lossOf, targetShape, type Loss, type LossName } from './loss.ts';
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
import { metricOf, type MetricName, type Scores } from './metric.ts';
import { optimizerOf, type Optimizer, type OptimizerName } from './optimizer.ts';
import { Reuse } from './reuse.ts';
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
  readonly signal?: AbortSignal;
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

/** A promise that may fail before anyone waits for it. */
function settled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

export class Model {
  /** What it computes, without weights: a model among another's layers is this. */
  readonly layer: Layer;
  private task: Task | undefined;
  private device: Device | undefined;
  private own: Device | undefined;
  private seed = 1;
  private plan: Plan | undefined;
  private memory: Promise<Memory> | undefined;
  private training: Promise<Training> | undefined;
  private readonly kept = new Reuse();
  private epochs = 0;
  private fitting = false;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(layer: Layer) {
    this.layer = layer;
  }

  /** Tells it the shape of one example; fit() and the others do so with the first data they see. */
  build(shape: Shape): this {
    const [known, got] = [this.plan?.input ?? shape, shape].map(show);
    check(known === got, () => `build: the model takes ${known} per example, got ${got}; make another model`);
    const built = this.layer.build(shape, nothing);
    this.plan ??= {
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
    const old = this.training;
    const cleared = this.kept.clear().then(async () => release(...Object.values((await old)?.slots ?? {})));
    this.training = undefined;
    this.epochs = 0;
    this.seed = seed;
    this.device = device ?? this.device;
    if (this.memory)
      this.memory = settled(this.memory.then(async (last) => (await cleared, this.moved(last))));
    return this;
  }

  /** The device it runs on, opened now if need be. */
  async on(): Promise<Device> {
    return (this.device ??= this.own = await open());
  }

  /** The variables that hold its weights and state, made now if need be: for programs of one's own. */
  async variables(): Promise<Memory> {
    const { input } = this.planned('variables');
    this.memory ??= settled(
      this.on().then((device) => hold(device, this.layer.build(input, drawFrom(this.seed)), this.seed)),
    );
    return this.memory;
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
    const { task } = this.compiled('setRate');
    await (await this.learning(await this.variables(), task)).rate.write(Float32Array.of(rate));
  }

  /** Trains, and tells `onEvent` how far it is several times a second. */
  async fit(
    data: Data,
    { onEvent, ...options }: FitOptions<Data> & { readonly onEvent?: (event: Progress) => void } = {},
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
    const { task } = this.compiled('fit');
    checkFit(options as FitOptions<never>);
    check(!this.fitting, () => 'fit: the model is already training; wait for it or stop it');
    this.fitting = true;
    try {
      const { validation, batchSize = 32, signal } = options;
      const ready = await this.ready('fit', data);
      const {
        memory,
        examples: { count },
      } = ready;
      const training = await this.learning(memory, task);
      const { program, table } = await this.bench('fit', data, ready, `${batchSize}`, (table) =>
        learnFrom(task, memory, training, table, batchSize),
      );
      const validate = validation && (() => this.judged('validate', validation, signal ? { signal } : {}));
      const course = {
        program,
        table,
        count,
        seed: this.seed,
        before: this.epochs,
        ...(validate && { validate }),
      };
      const events = train(course, options as FitOptions<never>);
      const before = this.epochs;
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
    const { task } = this.compiled('trainOnBatch');
    const ready = await this.ready('trainOnBatch', x);
    const { memory, output, examples } = ready;
    const targets = targetsOf('trainOnBatch', { x: examples.x, y }, examples.count, task.loss, output);
    const training = await this.learning(memory, task);
    const inputs = specs(task.loss, examples.shape, output, examples.x instanceof Uint8Array);
    // A program serves all smaller batches, so that few are made.
    const most = 2 ** Math.ceil(Math.log2(examples.count));
    const program = await this.kept.get('trainOnBatch', `${inputs.x.dtype} ${most}`, () =>
      learnOnce(task, memory, training, inputs, most),
    );
    const handed = inputs.y.dtype === 'i32' ? Int32Array.from(targets) : targets;
    const out = await this.inTurn(() => program.run({ x: examples.x, y: handed }, { batch: examples.count }));
    return Object.fromEntries(
      Object.entries(out).map(([name, value]) => [name, value[0]]),
    ) as unknown as Scores;
  }

  /** Outputs for each example. Shapes: inputs [N, ...] -> [N, ...out]. */
  async predict(
    inputs: Inputs,
    { batchSize = 256, weights = 'latest', signal }: AskOptions = {},
  ): Promise<Answers> {
    const { memory, output, examples } = await this.ready('predict', inputs);
    const { x, shape, count } = examples;
    const params = paramsOf('predict', memory, await this.training, weights);
    const spec = {
      shape: ['batch' as const, ...shape],
      dtype: x instanceof Uint8Array ? ('u8' as const) : ('f32' as const),
    };
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
    { epochs = 1, batchSize = 32 }: Pick<FitOptions<never>, 'epochs' | 'batchSize'> = {},
  ): Promise<Estimate> {
    const { task } = this.compiled('estimate');
    const { x, shape, count } = examplesOf('estimate', data, this.plan?.input);
    const { output } = this.build(shape).planned('estimate');
    const device = await this.on();
    const rows = Math.min(batchSize, count);
    const some: Examples = { x: x.slice(0, rows * sizeOf(shape)), shape, count: rows };
    const targets = targetsOf('estimate', data, count, task.loss, output);
    const target = targetShape(task.loss, output);
    // Weights, slots and data of its own, so that timing steps trains nobody.
    const memory = hold(device, this.layer.build(shape, nothing), this.seed);
    const training = await begin(memory, task.optimizer);
    const table = tableFor(device, {
      examples: some,
      targets: targets.slice(0, rows * sizeOf(target)),
      target,
      totals: ['loss', ...task.metrics],
      shuffled: true,
    });
    try {
      using bench = new Bench(await learnFrom(task, memory, training, table, rows), table);
      return await estimateOf(device, bench.program, epochs * Math.ceil(count / batchSize));
    } finally {
      release(memory.params, memory.state, ...Object.values(training.slots));
    }
  }

  /** Its layers, what comes out of each and how many numbers each holds, as Keras prints it. */
  summary(): string {
    return printed(this.layer.name, this.planned('summary').summary);
  }

  /** Gives its memory and programs back now, and closes the device if the model opened it. */
  async close(): Promise<void> {
    const [memory, training] = await Promise.all([this.memory, this.training]);
    await this.kept.clear();
    release(memory?.params, memory?.state, ...Object.values(training?.slots ?? {}));
    [this.memory, this.training] = [undefined, undefined];
    await this.own?.close();
    if (this.own === this.device) this.device = undefined;
    this.own = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private compiled(call: string): { task: Task } {
    check(
      this.task !== undefined,
      () => `${call}: the model is not compiled; call compile({ optimizer, loss }) first`,
    );
    return { task: this.task };
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

  /** Weights where compile() now wants them. */
  private async moved(last: Memory): Promise<Memory> {
    await last.seed.write(Int32Array.of(this.seed));
    const device = await this.on();
    if (last.device === device) return last;
    const memory = hold(device, this.layer.build(this.planned('compile').input, nothing), this.seed);
    await writeWeights(memory, await readWeights(last));
    release(last.params, last.state);
    return memory;
  }

  /** Data on the device with a program made for data of that size; the last one of the role if it suits. */
  private async bench(
    role: string,
    data: Data,
    { memory, output, examples }: Ready,
    key: string,
    make: (table: Table) => Promise<Program>,
  ): Promise<Bench> {
    const { task } = this.compiled(role);
    const targets = targetsOf(role, data, examples.count, task.loss, output);
    const target = targetShape(task.loss, output);
    const whole = [examples.x, targets].map((x) => `${x.constructor.name} ${x.length}`).join(' ');
    const bench = await this.kept.get(role, `${whole} ${key}`, async () => {
      const totals = ['loss', ...task.metrics];
      const table = tableFor(memory.device, { examples, targets, target, totals, shuffled: role === 'fit' });
      return new Bench(await make(table), table);
    });
    await Promise.all([bench.table.x.write(examples.x), bench.table.y.write(targets)]);
    return bench;
  }

  private judged(
    call: 'evaluate' | 'validate',
    data: Data,
    { batchSize = 256, weights = 'latest', signal }: AskOptions,
  ): Promise<Scores> {
    return this.inTurn(async () => {
      const { task } = this.compiled(call);
      const ready = await this.ready(call, data);
      const {
        memory,
        examples: { count },
      } = ready;
      const params = paramsOf(call, memory, await this.training, weights);
      const { program, table } = await this.bench(call, data, ready, `${batchSize} ${weights}`, (table) =>
        judgeFrom(task, memory, params, table, batchSize),
      );
      await rewind(table);
      for await (const _ of overRows(program, count, { batch: batchSize, signal })) signal?.throwIfAborted();
      signal?.throwIfAborted();
      return (await meansOf(table, count)) as unknown as Scores;
    });
  }

  /** After whatever was asked before. */
  private inTurn<T>(job: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(job);
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}
