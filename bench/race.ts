// One workload, all contestants: the same numbers for everyone, answers compared first, then turns in alternation, the
// machine's limit among them. A repetition counts if the rest of the machine was quiet meanwhile.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Bounds, type Measures } from './bounds.ts';
import type { Contestant } from './contestants.ts';
import { writeData } from './data-folder.ts';
import { quiet, watch } from './load.ts';
import { quantile } from './quantile.ts';
import { Talk, type Reply } from './talk.ts';
import { figureOf, type Unit, type Workload } from './workloads/workload.ts';

/** How thorough to be. */
export interface Pace {
  readonly repetitions: number;
  /** Seconds of one repetition, at least. */
  readonly stretch: number;
  /** Seconds for one contestant at one workload, unless that is fewer than `least` repetitions. */
  readonly budget: number;
  readonly least: number;
  readonly threads: number;
}

/** What a contestant performs of a workload, and its shares of what arithmetic and memory allow. */
export interface Performed {
  /** Of the operations as written. */
  readonly operations: number;
  readonly arithmetic: number;
  readonly memory: number;
}

/** A contestant's figure at a workload. */
export interface Figure {
  readonly workload: string;
  readonly contestant: string;
  readonly library: Contestant['library'];
  /** Versions and settings. */
  readonly about: string;
  readonly unit: Unit;
  /** The median of the clean repetitions, and the quartiles, in the unit; of all where too few were clean. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly repetitions: number;
  readonly clean: number;
  /** Of one repetition. */
  readonly times: number;
  /** Processors kept busy by it, and by others meanwhile. */
  readonly own: number;
  readonly others: number | null;
  /** GFLOP/s or GB/s of the machine in the same minutes, and the figure's share of it. */
  readonly limit: number | null;
  readonly share: number | null;
  /** How near both limits are, for what is known to be performed. */
  readonly performed?: Performed;
  /** The most memory that its process held, and what it held before it opened the workload. */
  readonly peakBytes: number | null;
  readonly baseBytes: number | null;
  readonly date: string;
}

export interface Raced {
  readonly figures: readonly Figure[];
  /** Who was not timed, and why. */
  readonly problems: readonly string[];
}

/** Whether two answers agree to float32 after some steps: within 0.2 % of the largest number. */
export function agree(a: readonly (number | null)[], b: readonly (number | null)[]): boolean {
  const size = Math.max(...b.map((x) => Math.abs(x ?? NaN)));
  return (
    a.length === b.length && a.every((x, i) => Math.abs((x ?? NaN) - (b[i] ?? NaN)) <= 2e-3 * size + 1e-6)
  );
}

interface Turn {
  readonly ms: number;
  readonly own: number;
  readonly others: number | undefined;
}

/** A contestant that has agreed, with how many times make a stretch. */
class Runner {
  readonly talk: Talk;
  readonly about: string;
  times = 1;
  readonly turns: Turn[] = [];
  peakBytes: number | undefined;
  spent = 0;
  failed: string | undefined;

  readonly baseBytes: number | undefined;
  /** Operations of one time in units of 1e9. */
  readonly performed: number | undefined;

  constructor(talk: Talk, { about = '', baseBytes, performed }: Reply) {
    [this.talk, this.about, this.baseBytes, this.performed] = [talk, about, baseBytes, performed];
  }

  /** Runs so often; milliseconds of one time, and the machine's state meanwhile. */
  async run(times: number): Promise<Turn | undefined> {
    const others = watch();
    const reply = await this.talk.ask({ do: 'run', times }, 300);
    if (reply.ms === undefined || reply.cpu === undefined) {
      this.failed = reply.error ?? 'gave no time';
      return undefined;
    }
    this.peakBytes = reply.peakBytes;
    this.spent += reply.ms / 1000;
    return { ms: reply.ms / times, own: (1000 * reply.cpu) / reply.ms, others: others(reply.cpu) };
  }

  /** Warms up and finds how many times make a stretch. */
  async calibrate(stretch: number): Promise<void> {
    for (let tries = 0; tries < 12; tries++) {
      const turn = await this.run(this.times);
      if (!turn) return;
      const took = (turn.ms * this.times) / 1000;
      if (tries > 0 && took >= 0.8 * stretch) break;
      // The first time compiles.
      if (tries > 0 || took < stretch)
        this.times = Math.ceil(this.times * Math.min(10, Math.max(1, (1.1 * stretch) / took)));
    }
    this.spent = 0;
  }

  get clean(): readonly Turn[] {
    return this.turns.filter(({ others }) => others === undefined || others < quiet);
  }

  done({ repetitions, budget, least }: Pace): boolean {
    if (this.failed !== undefined) return true;
    // Of others who are that slow, one repetition says enough.
    const few = this.slow && this.talk.contestant.library !== 'eidos' ? 1 : least;
    return this.clean.length >= repetitions || (this.spent >= budget && this.turns.length >= few);
  }

  private get slow(): boolean {
    const [first] = this.turns;
    return first !== undefined && first.ms * this.times > 3000;
  }
}

/** Opens a workload with everyone who has it, and keeps those whose answers agree with the first's. */
async function agreed(
  workload: Workload,
  contestants: readonly Contestant[],
  folder: string,
  { threads }: Pace,
): Promise<{ readonly runners: Runner[]; readonly problems: string[]; readonly talks: readonly Talk[] }> {
  const talks = contestants.map((one) => new Talk(one));
  const problems: string[] = [];
  const opened = await Promise.all(
    talks.map((talk) =>
      talk.ask({ do: 'open', workload: workload.id, folder, threads, ...talk.contestant.told }, 240),
    ),
  );
  const runners: Runner[] = [];
  let right: { readonly by: string; readonly answer: readonly (number | null)[] } | undefined;
  for (const [i, talk] of talks.entries()) {
    const { name } = talk.contestant;
    const reply = opened[i] ?? {};
    const { absent, error } = reply;
    if (absent) continue;
    const answer = error === undefined ? await talk.ask({ do: 'answer' }, 240) : undefined;
    const wrong = error ?? answer?.error;
    if (wrong !== undefined || !answer?.answer) {
      problems.push(`${workload.id}: ${name}: ${wrong ?? 'no answer'}`);
      continue;
    }
    right ??= { by: name, answer: answer.answer };
    if (agree(answer.answer, right.answer)) runners.push(new Runner(talk, reply));
    else {
      const told = (x: readonly (number | null)[]): string => x.slice(0, 4).join(', ');
      problems.push(
        `${workload.id}: ${name} answers ${told(answer.answer)}, ${right.by} ${told(right.answer)}: not timed`,
      );
    }
  }
  return { runners, problems, talks };
}

/** Runs a race; everything it starts has ended when it returns. */
export async function race(
  workload: Workload,
  contestants: readonly Contestant[],
  pace: Pace,
  measures: Measures,
): Promise<Raced> {
  const folder = mkdtempSync(join(tmpdir(), 'eidos-bench-'));
  writeData(folder, await workload.data());
  const { runners, problems, talks } = await agreed(workload, contestants, folder, pace);
  const bounds = new Bounds(measures, workload, pace.threads);
  try {
    for (const talk of talks) if (!runners.some((runner) => runner.talk === talk)) talk.close();
    for (const runner of runners) await runner.calibrate(pace.stretch);
    for (let round = 0; runners.some((runner) => !runner.done(pace)); round++) {
      if (round < 2 * pace.repetitions) await bounds.measure(runners.map(({ talk }) => talk.contestant));
      // Another one begins each round.
      for (let i = 0; i < runners.length; i++) {
        const runner = runners[(i + round) % runners.length]!;
        if (runner.done(pace)) continue;
        // Threads of the one before go to sleep.
        await pause(20);
        const turn = await runner.run(runner.times);
        if (turn) runner.turns.push(turn);
      }
    }
  } finally {
    for (const talk of talks) talk.close();
    rmSync(folder, { recursive: true });
  }
  const failed = runners.filter(({ failed }) => failed !== undefined);
  problems.push(...failed.map(({ talk, failed }) => `${workload.id}: ${talk.contestant.name}: ${failed}`));
  const figures = runners
    .filter(({ turns }) => turns.length > 0)
    .map((runner) => told(workload, runner, bounds));
  return { figures, problems };
}

/** Nothing where a limit or what is performed is not known. */
function performedOf({ giga, bytes }: Workload, runner: Runner, ms: number, bounds: Bounds): Partial<Figure> {
  const { contestant } = runner.talk;
  const [arithmetic, memory] = [bounds.of(contestant, 'arithmetic'), bounds.of(contestant, 'memory')];
  if (!runner.performed || !bytes || !arithmetic || !memory) return {};
  const rate = (amount: number): number => (amount / ms) * 1e3;
  return {
    performed: {
      operations: runner.performed / giga,
      arithmetic: rate(runner.performed) / arithmetic,
      memory: rate(bytes / 1e9) / memory,
    },
  };
}

function told(workload: Workload, runner: Runner, bounds: Bounds): Figure {
  const { contestant } = runner.talk;
  const few = runner.clean.length < Math.min(5, runner.turns.length);
  const turns = few ? runner.turns : runner.clean;
  const of = (pick: (turn: Turn) => number): number => quantile(turns.map(pick), 0.5);
  const values = turns.map(({ ms }) => figureOf(workload, ms));
  const limit = bounds.of(contestant, workload.unit === 'GB/s' ? 'memory' : 'arithmetic');
  const ms = of((turn) => turn.ms);
  const reached = workload.unit === 'GB/s' ? figureOf(workload, ms) : (workload.giga / ms) * 1e3;
  return {
    workload: workload.id,
    contestant: contestant.name,
    library: contestant.library,
    about: runner.about,
    unit: workload.unit,
    median: quantile(values, 0.5),
    low: quantile(values, 0.25),
    high: quantile(values, 0.75),
    repetitions: runner.turns.length,
    clean: runner.clean.length,
    times: runner.times,
    own: of((turn) => turn.own),
    others: turns.some(({ others }) => others !== undefined) ? of(({ others }) => others ?? NaN) : null,
    limit: limit ?? null,
    share: limit && reached > 0 ? reached / limit : null,
    ...performedOf(workload, runner, ms, bounds),
    peakBytes: runner.peakBytes ?? null,
    baseBytes: runner.baseBytes ?? null,
    date: new Date().toISOString().slice(0, 10),
  };
}
