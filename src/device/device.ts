// What users hold: a device, variables that live on it, and programs compiled for it. The device is a value;
// nothing is global. Runs queue: one at a time, in the order asked for.
//
// Nobody frees anything: what is no longer reachable is given back when the garbage collector says so;
// `using` or close() give it back at once.
import { assert, check } from '../base/check.ts';
import { drawn, type Drawing } from '../base/deviates.ts';
import { arrayOf, type Dtype, type TypedArray } from '../base/dtype.ts';
import { checkShape, sizeOf, show, type Shape } from '../base/shape.ts';
import { printGraph } from '../graph/print.ts';
import { printItems } from '../kernel/print.ts';
import type { Tensor } from '../tensor.ts';
import type { Running } from './backend.ts';
import {
  lowered,
  traced,
  type Compiled,
  type Cost,
  type Trace,
  type Traced,
  type TraceOptions,
} from './compile.ts';
import type { Runnable, Stats, Store, Target } from './target.ts';
import { Variable } from './variable.ts';

export { Variable };

const dropped = new FinalizationRegistry<() => void>((free) => free());

/** From this many numbers on it pays to compile what draws them: on the host they take some milliseconds. */
const worthDrawing = 2 ** 17;

/** A stage of a program's life that explain() prints. */
export type Stage = 'traced' | 'graph' | 'kernels' | 'plan' | 'code' | 'target';

export interface RunOptions {
  /** Examples in the batch, at most the compiled maximum (the default). */
  readonly batch?: number;
  /** How many times to run, state carried on from one to the next. */
  readonly times?: number;
}

export class Device {
  private readonly target: Target;
  private last: Promise<unknown> = Promise.resolve();
  private jobs = 0;
  private closed = false;

  constructor(target: Target) {
    this.target = target;
  }

  /** 'native', 'wasm' or 'reference'. */
  get name(): Target['name'] {
    return this.target.name;
  }

  get threads(): number {
    return this.target.threads;
  }

  /** Bytes in use, kernels compiled, programs held: so that a leak or a needless compilation shows. */
  stats(): Stats {
    return this.target.stats();
  }

  /** Memory on this device that programs may carry from call to call; zeros, or a copy of `data`. */
  variable(
    data: TypedArray | readonly number[] | undefined,
    shape: Shape,
    { name = 'variable', dtype }: { name?: string; dtype?: Dtype } = {},
  ): Variable {
    const type = dtype ?? (data instanceof Int32Array ? 'i32' : data instanceof Uint8Array ? 'u8' : 'f32');
    check(
      data === undefined || data.length === sizeOf(shape),
      () => `variable: ${show(shape)} needs ${sizeOf(shape)} numbers, got ${data?.length ?? 0}`,
    );
    checkShape('variable', shape);
    const store = this.storeOf(type, sizeOf(shape));
    if (data) store.write(data instanceof Array ? ofList(type, data) : data);
    return new Variable(this, store, { name, dtype: type, shape });
  }

  /**
   * @internal A variable of random numbers. Many of them are drawn by the device, before whatever is queued from now on;
   * they are the same numbers.
   */
  drawn(drawing: Drawing, shape: Shape, { name }: { readonly name: string }): Variable {
    const count = sizeOf(shape);
    const { target } = this;
    if (!target.draw || count < worthDrawing)
      return this.variable(drawn(drawing, count), shape, { name, dtype: 'f32' });
    const store = this.storeOf('f32', count);
    // Whoever finds the device closed is told so by what they ask of it themselves.
    this.queue(async () => {
      const done = await target.draw!(store, drawing, count).catch(() => false);
      if (!done) store.write(drawn(drawing, count));
    }).catch(() => undefined);
    return new Variable(this, store, { name, dtype: 'f32', shape });
  }

  /** @internal Memory that is given back when its owner is collected. */
  storeOf(dtype: Dtype, size: number): Store {
    this.checkOpen();
    return this.target.store(dtype, size);
  }

  /** Compiles a function of tensors and variables into a program; the function runs once, now. */
  async compile(trace: (t: Trace) => Traced<Variable>, options: TraceOptions = {}): Promise<Program> {
    const source = traced('compile', trace, options);
    const planned = await this.target.plan?.(source);
    const compiled = planned?.program ?? lowered(source);
    const own = [...compiled.inputs, ...compiled.outputs, ...compiled.literals].map(({ buffer }) => buffer);
    const [bindings, stores] = [new Map<object, Store>(), new Map<object, Store>()];
    try {
      for (const [v, buffer] of compiled.state) {
        check(
          v instanceof Variable && v.device === this,
          () => 'compile: a variable of another device is used; make it on this one',
        );
        bindings.set(buffer, v.store);
      }
      for (const b of own)
        if (!bindings.has(b) && !stores.has(b)) stores.set(b, this.storeOf(b.dtype, b.size));
      for (const { buffer, data } of compiled.literals) stores.get(buffer)?.write(data);
      this.checkOpen();
      const all = new Map([...bindings, ...stores]);
      const runnable = await (planned?.load(all) ?? this.target.load(compiled, all));
      return new Program(this, compiled, runnable, stores);
    } catch (error) {
      this.release(() => {
        planned?.drop();
        stores.forEach((s) => s.free());
      });
      throw error;
    }
  }

  /** The numbers of a tensor; it may read variables of this device. */
  async read(t: Tensor): Promise<TypedArray> {
    const program = await this.compile(() => ({ outputs: { t } }));
    try {
      return (await program.run())['t']!;
    } finally {
      program.close();
    }
  }

  /** @internal Whether it is open and nothing is queued or under way. */
  get idle(): boolean {
    return this.jobs === 0 && !this.closed;
  }

  /** @internal Runs `job` when all before it are done. */
  queue<T>(job: () => Promise<T> | T): Promise<T> {
    this.jobs++;
    const mine = this.last.then(async () => {
      try {
        this.checkOpen();
        return await job();
      } finally {
        this.jobs--;
      }
    });
    this.last = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  }

  /** @internal Gives memory back, after what is queued; close() gives back everything. */
  release(free: () => void): void {
    const give = (): void => {
      if (!this.closed) free();
    };
    if (this.jobs === 0) give();
    else this.last = this.last.then(give);
  }

  private checkOpen(): void {
    check(!this.closed, () => 'device: it is closed; open another with open()');
  }

  /** Ends the device's threads and gives its memory back; what runs is cancelled. */
  async close(): Promise<void> {
    this.closed = true;
    await this.target.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Whole numbers of a list are not rounded to f32 on the way. */
function ofList(dtype: Dtype, list: readonly number[]): TypedArray {
  const data = arrayOf(dtype, list.length);
  data.set(list);
  return data;
}

export type Outputs = Record<string, TypedArray>;

/** A compiled step. Its code belongs to it, the state it reads and writes to whoever made the variables. */
export class Program {
  private readonly device: Device;
  private readonly compiled: Compiled;
  private readonly runnable: Runnable;
  private readonly stores: ReadonlyMap<object, Store>;
  /** Counters of scans, as they stand at the start. */
  private readonly counters: readonly number[];
  private closed = false;

  /** @internal */
  constructor(device: Device, compiled: Compiled, runnable: Runnable, stores: ReadonlyMap<object, Store>) {
    this.device = device;
    this.compiled = compiled;
    this.runnable = runnable;
    this.stores = stores;
    this.counters = new Array<number>(Math.max(0, compiled.symbols - 1)).fill(0);
    const free = freeing(runnable, stores);
    dropped.register(this, () => device.release(free), runnable);
  }

  /** Puts the inputs in, runs, and reads the outputs. Rows beyond the batch are left out. */
  async run(inputs: Readonly<Record<string, TypedArray>> = {}, options: RunOptions = {}): Promise<Outputs> {
    const job = this.job(inputs, options);
    return this.device.queue(async () => {
      await job.run().done;
      return this.read(job.batch);
    });
  }

  /**
   * Begins a run of `times` steps and returns at once: progress can be read and the run cancelled meanwhile. The
   * inputs are those at the time of the call.
   */
  start(
    inputs: Readonly<Record<string, TypedArray>> = {},
    { batch = this.compiled.batch, times = 1 }: RunOptions = {},
  ): Running {
    const job = this.job(inputs, { batch, times });
    let running: Running | undefined;
    let cancelled = false;
    const done = this.device.queue(() => {
      running = job.run(cancelled ? 0 : times);
      return running.done;
    });
    return {
      done,
      progress: () => running?.progress() ?? 0,
      cancel: () => {
        cancelled = true;
        running?.cancel();
      },
    };
  }

  /** What the last run gave. */
  outputs(batch = this.compiled.batch): Promise<Outputs> {
    return this.device.queue(() => this.read(batch));
  }

  /** A run that has been checked, to be queued; the inputs are those of now. */
  private job(
    inputs: Readonly<Record<string, TypedArray>>,
    { batch = this.compiled.batch, times = 1 }: RunOptions,
  ): { readonly batch: number; readonly run: (most?: number) => Running } {
    const most = this.compiled.batch;
    check(
      Number.isInteger(batch) && batch >= 0 && batch <= most,
      () => `run: batch must be a whole number up to ${most}, got ${batch}; compile with a larger batch`,
    );
    check(
      Number.isInteger(times) && times >= 0,
      () => `run: times must be a whole number from 0, got ${times}`,
    );
    this.checkInputs(inputs, batch);
    check(!this.closed, () => 'run: the program is closed; compile it again');
    for (const v of this.compiled.state.keys()) void (v as Variable).store;
    const put = (given: Readonly<Record<string, TypedArray>>): void => {
      for (const { name, buffer } of this.compiled.inputs) this.stores.get(buffer)?.write(given[name]!);
    };
    // Nobody else looks at them: with nothing under way they are put in at once, and not copied first.
    const later = this.device.idle
      ? undefined
      : Object.fromEntries(this.compiled.inputs.map(({ name }) => [name, inputs[name]!.slice()]));
    if (!later) put(inputs);
    return {
      batch,
      run: (repetitions = times) => {
        if (later) put(later);
        return this.runnable.run([batch, ...this.counters], repetitions);
      },
    };
  }

  private read(batch: number): Outputs {
    const found: Outputs = {};
    for (const { name, buffer, shape, scale } of this.compiled.outputs) {
      // Only a leading batch axis can be cut short: elsewhere its rows are not together.
      const rows = scale[0] ? (shape[0]! / this.compiled.batch) * batch : (shape[0] ?? 1);
      const count = shape.length === 0 ? 1 : rows * sizeOf(shape.slice(1));
      found[name] = this.storeFor(buffer).read(count);
    }
    return found;
  }

  private storeFor(buffer: object): Store {
    const store = this.stores.get(buffer);
    assert(store !== undefined, () => 'run: an output has no memory');
    return store;
  }

  private checkInputs(inputs: Readonly<Record<string, TypedArray>>, batch: number): void {
    for (const { name, shape, scale } of this.compiled.inputs) {
      const want = shape.reduce((n, d, i) => n * (scale[i] ? (d / this.compiled.batch) * batch : d), 1);
      const got = inputs[name];
      check(
        got !== undefined,
        () => `run: needs the input ${name} ${show(shape)}, got ${Object.keys(inputs).join(', ') || 'none'}`,
      );
      check(
        got.length === want,
        () => `run: ${name} ${show(shape)} needs ${want} numbers for a batch of ${batch}, got ${got.length}`,
      );
    }
    const { names } = this.compiled;
    const strange = Object.keys(inputs).find((name) => !names.includes(name));
    check(
      strange === undefined,
      () => `run: there is no input ${strange ?? ''}; the program has ${names.join(', ') || 'none'}`,
    );
  }

  /** Operations and bytes, known before anything runs. */
  cost(): Cost {
    return this.runnable.cost;
  }

  /** A stage of the program as text. */
  explain(stage: Stage = 'kernels'): string {
    if (stage === 'traced') return printGraph(this.compiled.traced);
    if (stage === 'graph') return printGraph(this.compiled.graph);
    return stage === 'kernels' ? printItems(this.compiled.items) : this.runnable.explain(stage);
  }

  /** Gives code and buffers back, after what is queued. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    dropped.unregister(this.runnable);
    this.device.release(freeing(this.runnable, this.stores));
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Apart from Program, so that what frees it does not keep it alive. */
const freeing = (runnable: Runnable, stores: ReadonlyMap<object, Store>) => (): void => {
  runnable.drop();
  for (const s of stores.values()) s.free();
};
