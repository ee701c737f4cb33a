// What users hold: a game of two models on a device. It plays rounds and tells of them, draws pictures of the
// generator, and is saved and taken up again to the bit. What a round is stands in round.ts.
import { check } from '../base/check.ts';
import { at, sizeOf, type Shape } from '../base/shape.ts';
import type { Cost } from '../device/compile.ts';
import type { Device, Program } from '../device/device.ts';
import { open } from '../device/open.ts';
import type { Snapshot } from '../files/snapshot.ts';
import type { Labelled } from '../nn/data.ts';
import { Slices } from '../nn/slices.ts';
import { latentRow, type Latent } from './latent.ts';
import { begun, giveBack, lying, putBack, snapshotOf, type GameMemory } from './memory.ts';
import type { Painter } from './painter.ts';
import { drawer, paint, player, tableOf } from './programs.ts';
import { signalNames, type SignalName, type Table } from './round.ts';
import { fitTogether, optimizersOf, rulesOf, type GanOptions, type Rules } from './rules.ts';

/** Means over the rounds since the last report. */
export type Signals = Readonly<Record<SignalName, number>>;

/** What is told while a game is played. Between two events it rests, so a snapshot is of a whole round. */
export interface GameEvent {
  /** `report`: signals are given; `grid`: time for a picture; `fault`: the next round would not be finite, and was not taken. */
  readonly kind: 'progress' | 'report' | 'grid' | 'fault';
  /** Rounds done, and how many there are to be. */
  readonly round: number;
  readonly rounds: number;
  /** Of play, since train() was called. */
  readonly seconds: number;
  readonly secondsLeft: number;
  readonly signals?: Signals;
}

/** How long to play and how often to tell. */
export interface PlayOptions {
  /** Rounds in all, those done before included. */
  readonly rounds: number;
  /** Rounds from one report to the next. */
  readonly reportEvery?: number;
  /** Rounds from one `grid` to the next; none unless said. */
  readonly gridEvery?: number;
  /** Most rounds until the next event, asked before each of them: 1 is a single round. */
  readonly pace?: (() => number) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Which pictures are asked for. */
export interface SampleOptions {
  readonly count?: number;
  readonly seed?: number;
  /** A class for each, where there are classes; 0, 1, 2, ... in turn unless said. Fractions [count * classes] mix them. */
  readonly labels?: readonly number[];
  readonly mixes?: Float32Array;
  /** Numbers to start from [count, size], instead of those of a seed. */
  readonly latents?: Float32Array;
  /** Below 1, numbers nearer to the middle. */
  readonly truncation?: number;
  /** The averaged generator, if one is kept, unless 'latest' is said. */
  readonly weights?: 'averaged' | 'latest';
}

/** Pictures of a generator: bytes [count, ...shape]. */
export interface Samples {
  readonly images: Uint8Array;
  readonly count: number;
  readonly shape: Shape;
}

/** What a round needs, and what a snapshot of the game does. */
export interface GameCost extends Cost {
  /** Its state without the examples. */
  readonly snapshotBytes: number;
}

/** The largest batch of pictures drawn at once: fewer where they are large, so that drawing needs no more memory than playing. */
const mostOf = ([height = 1, width = 1]: Shape): number =>
  Math.max(4, Math.min(100, Math.floor(2 ** 19 / (height * width))));

/** A game under way. */
export class Game {
  readonly rules: Rules;
  readonly device: Device;
  private readonly own: boolean;
  private readonly memory: GameMemory;
  private readonly slices = new Slices();
  private table: (Table & { readonly of: Labelled }) | undefined;
  private program: Promise<Program> | undefined;
  private readonly drawers = new Map<string, Promise<Program>>();
  private done = 0;

  /** @internal Made by gan(). */
  constructor(rules: Rules, memory: GameMemory, own: boolean) {
    this.rules = rules;
    this.device = memory.device;
    this.memory = memory;
    this.own = own;
  }

  /** Rounds done. */
  get round(): number {
    return this.done;
  }

  /** What the generator starts from. */
  get latent(): Latent {
    return this.rules.latent;
  }

  /** Plays, as a sequence of events: whoever does not ask for the next one pauses it, whoever leaves the loop ends it. */
  async *train(
    data: Labelled,
    { rounds, reportEvery = 50, gridEvery = Infinity, pace, signal }: PlayOptions,
  ): AsyncGenerator<GameEvent, void> {
    for (const [name, value] of Object.entries({ rounds, reportEvery }))
      check(
        Number.isInteger(value) && value >= 1,
        () => `gan.train: ${name} must be a whole number from 1, got ${value}`,
      );
    const program = await this.compiled(data);
    const [first, began] = [this.done, performance.now()];
    let resting = 0;
    const event = (kind: GameEvent['kind'], signals?: Signals): GameEvent => {
      const seconds = (performance.now() - began) / 1000 - resting;
      const left = (seconds / Math.max(1, this.done - first)) * (rounds - this.done);
      return {
        kind,
        round: this.done,
        rounds,
        seconds,
        secondsLeft: left,
        ...(signals && { signals }),
      };
    };
    const next = (every: number): number => every - (this.done % every);
    while (this.done < rounds && !signal?.aborted) {
      const few = Math.max(1, Math.floor(pace?.() ?? Infinity));
      const ask = Math.min(rounds - this.done, next(reportEvery), next(gridEvery), few);
      await this.slices.run(program, ask, { batch: 1, signal });
      this.done = at(await this.numbers('round'), 0);
      const told: GameEvent[] = [event('progress')];
      if ((await this.numbers('fault'))[0] === 1) told.push(event('fault'));
      else if (this.done > first) {
        if (this.done % reportEvery === 0) told.push(event('report', await this.signals(reportEvery)));
        if (this.done % gridEvery === 0) told.push(event('grid'));
      }
      const rested = performance.now();
      for (const one of told) yield one;
      resting += (performance.now() - rested) / 1000;
      if (told.some(({ kind }) => kind === 'fault')) return;
    }
  }

  /**
   * Seconds of a round, timed on this game until `enough` of them are over; the game is as before afterwards, and
   * compiling is not counted. The clock may be another: one of the processor is not put out by other work.
   */
  async secondsPerRound(
    data: Labelled,
    enough = 1,
    clock = (): number => performance.now() / 1000,
  ): Promise<number> {
    const program = await this.compiled(data);
    const before = await snapshotOf(this.memory);
    await program.run();
    for (let times = 1; ;) {
      const began = clock();
      await program.start({}, { times }).done;
      const seconds = clock() - began;
      if (seconds >= enough) {
        await putBack(before, this.memory);
        return seconds / times;
      }
      times = Math.ceil(times * Math.min(8, Math.max(2, (1.2 * enough) / seconds)));
    }
  }

  /** What a round needs, known before one is played; its bytes are those of drawing too. */
  async cost(data: Labelled): Promise<GameCost> {
    const round = (await this.compiled(data)).cost();
    const drawing = (await this.drawing(this.usual)).cost();
    // Both work on the same weights and in the same arena.
    const arenaBytes = Math.max(round.arenaBytes, drawing.arenaBytes);
    const apart = drawing.peakBytes - drawing.arenaBytes - drawing.stateBytes;
    return {
      ...round,
      arenaBytes,
      peakBytes: round.peakBytes - round.arenaBytes + arenaBytes + apart,
      snapshotBytes: round.stateBytes - data.images.length - (this.rules.classes > 0 ? 4 * data.count : 0),
    };
  }

  /** Numbers that a picture is made of, for each row that is asked for. */
  latents(seed: number, rows: readonly number[], truncation = 1): Float32Array {
    const { size } = this.rules.latent;
    const all = new Float32Array(rows.length * size);
    rows.forEach((row, i) => all.set(latentRow(this.rules.latent, seed, row, truncation), i * size));
    return all;
  }

  /** Pictures of the generator, as it is outside of training: the same for the same seed, however many. */
  async sample({
    count = 25,
    seed = 1,
    labels,
    mixes,
    latents,
    truncation = 1,
    weights,
  }: SampleOptions = {}): Promise<Samples> {
    const { shape, latent, classes } = this.rules;
    check(
      Number.isInteger(count) && count >= 1,
      () => `gan.sample: count must be a whole number from 1, got ${count}`,
    );
    const rows = Array.from({ length: count }, (_, i) => i);
    const z = latents ?? this.latents(seed, rows, truncation);
    const c = mixes ?? oneHots(labels ?? rows.map((i) => i % Math.max(1, classes)), classes);
    for (const [name, list, per] of [
      ['latents', z, latent.size],
      ['labels or mixes', c, classes],
    ] as const)
      check(
        list.length === count * per,
        () => `gan.sample: ${count} pictures need ${count * per} numbers in ${name}, got ${list.length}`,
      );
    const program = await this.drawing(weights ?? this.usual);
    const [size, most] = [sizeOf(shape), mostOf(shape)];
    const images = new Uint8Array(count * size);
    for (let from = 0; from < count; from += most) {
      const batch = Math.min(most, count - from);
      const part = (list: Float32Array, per: number): Float32Array =>
        list.subarray(from * per, (from + batch) * per);
      const given = { z: part(z, latent.size), ...(classes > 0 && { c: part(c, classes) }) };
      const { images: drawn } = await program.run(given, { batch });
      images.set(drawn as Uint8Array, from * size);
    }
    return { images, count, shape };
  }

  /** The generator as a function inside programs of one's own, so that slopes reach its numbers; its weights are what they are when such a program runs. */
  painter({ weights }: Pick<SampleOptions, 'weights'> = {}): Painter {
    const { shape, latent, classes, range } = this.rules;
    const averaged = (weights ?? this.usual) === 'averaged';
    return {
      device: this.device,
      shape,
      latent,
      classes,
      paint: (z, c) => {
        const y = paint(this.memory, { averaged }, z, classes > 0 ? c : undefined);
        return range === 'signed' ? y.add(1).div(2) : y;
      },
    };
  }

  /** All of the game as plain data. */
  snapshot(): Promise<Snapshot> {
    return snapshotOf(this.memory);
  }

  /** Puts a snapshot of such a game back; train() goes on from there, to the bit as if it had not been interrupted. */
  async restore(snapshot: Snapshot): Promise<void> {
    await putBack(snapshot, this.memory);
    this.done = at(await this.numbers('round'), 0);
  }

  /** Gives its memory and programs back now. */
  async close(): Promise<void> {
    for (const one of [this.program, ...this.drawers.values()]) (await one?.catch(() => undefined))?.close();
    this.forgetTable();
    await giveBack(this.memory);
    if (this.own) await this.device.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Which generator draws unless another is asked for. */
  private get usual(): 'averaged' | 'latest' {
    return this.memory.average.size > 0 ? 'averaged' : 'latest';
  }

  private async numbers(name: 'round' | 'fault'): Promise<number[]> {
    return Array.from(await this.memory[name].read());
  }

  /** Means over `rounds`; they begin anew. */
  private async signals(rounds: number): Promise<Signals> {
    const { totals } = this.memory;
    const entries: [string, number][] = [];
    for (const name of signalNames) {
      entries.push([name, ((await totals[name].read())[0] ?? NaN) / rounds]);
      await totals[name].write(Float32Array.of(0));
    }
    return Object.fromEntries(entries) as Record<SignalName, number>;
  }

  /** The program of a round over this data; another data set replaces the one before. */
  private async compiled(data: Labelled): Promise<Program> {
    if (this.table?.of !== data) {
      const old = await this.program?.catch(() => undefined);
      old?.close();
      this.forgetTable();
      this.table = { ...tableOf(this.device, data, this.rules), of: data };
      this.program = player(this.memory, this.rules, this.table);
    }
    return this.program as Promise<Program>;
  }

  private drawing(weights: 'averaged' | 'latest'): Promise<Program> {
    const known = this.drawers.get(weights);
    if (known) return known;
    const made = drawer(this.memory, this.rules, {
      averaged: weights === 'averaged',
      batch: mostOf(this.rules.shape),
    });
    this.drawers.set(weights, made);
    made.catch(() => this.drawers.delete(weights));
    return made;
  }

  private forgetTable(): void {
    const { images, labels } = this.table ?? {};
    images?.close();
    labels?.close();
    this.table = undefined;
  }

  /** @internal Names and variables, for tests of what moves. */
  held(): ReturnType<typeof lying> {
    return lying(this.memory);
  }
}

function oneHots(labels: readonly number[], classes: number): Float32Array {
  const all = new Float32Array(classes === 0 ? 0 : labels.length * classes);
  if (classes > 0)
    labels.forEach((label, i) => {
      check(
        Number.isInteger(label) && label >= 0 && label < classes,
        () => `gan.sample: labels must be whole numbers from 0 to ${classes - 1}, got ${label}`,
      );
      all[i * classes + label] = 1;
    });
  return all;
}

/** Begins a game of two models. Its seed says everything about it. */
export async function gan(
  options: GanOptions & { readonly device?: Device; readonly seed?: number },
): Promise<Game> {
  const { seed = 1 } = options;
  check(
    Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32,
    () => `gan: seed must be a whole number from 0 to 4294967295, got ${seed}`,
  );
  const rules = rulesOf(options);
  fitTogether(options, rules);
  const device = options.device ?? (await open());
  const averages = rules.average > 0;
  const memory = await begun(device, options, optimizersOf(options), { seed, averages });
  return new Game(rules, memory, options.device === undefined);
}
