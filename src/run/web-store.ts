// The runs that a browser keeps for a page: what a folder of runs is in Node, with the same records, metrics,
// checkpoints and pictures. Written as training goes, so that a reload, a crash of the tab or a full disk loses what
// was being saved at most; exported as the run's folder in a zip file, which Node goes on with.
import { check, EidosError } from '../base/check.ts';
import { writeZip } from '../data/zip-write.ts';
import type { Snapshot } from '../files/snapshot.ts';
import { bestOf } from './checkpoint.ts';
import { linesFrom, numbersIn } from './metrics.ts';
import { runName } from './naming.ts';
import { messageOf, recordText, type Json, type Keeping, type MetricsLine, type RunInfo, type RunRecord } from './record.ts'; // prettier-ignore
import { answer, cannotKeep, heldNow, hold, keysOf, openDatabase, tables, transact } from "./web-database.ts"; // prettier-ignore
import { BrowserRun, checkpointsOf, snapshotIn, type KeptCheckpoint, type Written } from './web-run.ts';

const { records, metrics, checkpoints, weights, pictures } = tables;
const everything = [records, metrics, checkpoints, weights, pictures] as const;

/** What a run in a browser is begun with. */
export interface BrowserRunOptions {
  /** What it is, in a word or two: `mnist-tutorial`. */
  readonly name: string;
  readonly seed: number;
  /** What was asked for, to be compared and to go on from. */
  readonly config?: { readonly [key: string]: Json };
  /** What computes, in words: `wasm, 2 threads`. */
  readonly device?: string;
  /** Which checkpoints stay. */
  readonly keeping?: Keeping;
  /** Of eidos. */
  readonly version?: string;
  /** When it begins. */
  readonly now?: Date;
}

/** A run taken up again. */
export interface BrowserResumed {
  readonly run: BrowserRun;
  /** What to go on from; undefined if nothing was saved yet. */
  readonly snapshot: Snapshot | undefined;
  /** Steps done. */
  readonly step: number;
}

/** A checkpoint and what it holds. */
export interface BrowserLoaded {
  readonly checkpoint: KeptCheckpoint;
  readonly snapshot: Snapshot;
}

/** How much room the page's data takes, in bytes, and how much the browser allows. */
export interface Room {
  readonly used: number;
  readonly allowed: number;
}

/** The runs of a page; `name` keeps several collections apart. */
export async function openRunStore(name = 'eidos-runs'): Promise<RunStore> {
  return new RunStore(await openDatabase('openRunStore', name), name);
}

/** Runs in a browser's database. */
export class RunStore {
  private readonly database: IDBDatabase;
  private readonly name: string;

  /** @internal Made by openRunStore(). */
  constructor(database: IDBDatabase, name: string) {
    this.database = database;
    this.name = name;
  }

  /** Begins a run. */
  async start({
    name,
    seed,
    config = {},
    device,
    keeping = { newest: 3 },
    version = 'unknown',
    now = new Date(),
  }: BrowserRunOptions): Promise<BrowserRun> {
    check(
      Number.isInteger(keeping.newest) && keeping.newest >= 1,
      () => `start: keeping.newest must be a whole number from 1, got ${keeping.newest}`,
    );
    const os = typeof navigator === 'undefined' ? 'unknown' : navigator.userAgent;
    const record: RunRecord = {
      format: 1,
      name,
      seed,
      config,
      versions: { eidos: version, ...(device !== undefined && { device }), os },
      command: [],
      keeping,
      started: now.toISOString(),
      resumed: [],
      state: 'running',
      figures: {},
    };
    const wanted = runName(now, name, seed);
    for (let time = 1; ; time++) {
      const own = time === 1 ? wanted : `${wanted}-${time}`;
      const release = await hold(this.lockOf(own));
      if (!release) continue;
      try {
        if (await this.added(own, record))
          return new BrowserRun(this.database, own, record, { lines: 0, bytes: 0 }, release);
        await release();
      } catch (error) {
        await release();
        throw cannotKeep('start', own, error, 'remove runs or export them, then begin again');
      }
    }
  }

  /** Takes up a run where its newest good checkpoint left it; `onWarning` is told of checkpoints passed over. */
  async resume(
    name: string,
    { onWarning }: { readonly onWarning?: (warning: string) => void } = {},
  ): Promise<BrowserResumed> {
    const release = await hold(this.lockOf(name));
    check(
      release !== undefined,
      () => `resume: ${name} is being trained in another tab; stop it there first`,
    );
    try {
      const record = await this.recordOf('resume', name);
      const all = await this.checkpoints(name);
      const last = await this.firstGood(name, all, onWarning);
      check(
        last !== undefined || all.length === 0,
        () => `resume: every checkpoint of ${name} is damaged; begin a new run`,
      );
      const step = last?.checkpoint.step ?? 0;
      const { finished: _, error: __, ...before } = record;
      const resumed = [...record.resumed, { at: new Date().toISOString(), step }];
      const again: RunRecord = { ...before, state: 'running', resumed };
      const written = await this.begunAgain(name, again, all, last?.checkpoint);
      return {
        run: new BrowserRun(this.database, name, again, written, release),
        snapshot: last?.snapshot,
        step,
      };
    } catch (error) {
      await release();
      throw cannotKeep('resume', name, error, 'make room and resume it again');
    }
  }

  /** The runs, newest first. */
  async list(): Promise<RunInfo[]> {
    const names = await transact(this.database, [records], (table) => answer(table(records).getAllKeys()));
    const runs = await Promise.all(names.map((key) => this.read((key as [string])[0])));
    const when = ({ record: { started }, folder }: RunInfo): string => `${started} ${folder}`;
    return runs.sort((a, b) => (when(a) < when(b) ? 1 : -1));
  }

  /** What is known of one run; `folder` is its name. */
  async read(name: string): Promise<RunInfo> {
    const held = await heldNow();
    const record = await this.recordOf('read', name);
    const ended = record.state !== 'running' || held.has(this.lockOf(name));
    const own = Object.keys(record.figures).length > 0;
    return {
      folder: name,
      record,
      state: ended ? record.state : 'interrupted',
      figures: own ? record.figures : numbersIn((await this.metrics(name)).at(-1)),
      checkpoints: (await this.checkpoints(name)).map(({ step }) => step),
    };
  }

  /** The newest good checkpoint of a run, or its best. */
  async load(
    name: string,
    {
      which = 'latest',
      onWarning,
    }: { readonly which?: 'latest' | 'best'; readonly onWarning?: (warning: string) => void } = {},
  ): Promise<BrowserLoaded> {
    const { keeping } = await this.recordOf('load', name);
    const all = await this.checkpoints(name);
    const best = which === 'best' ? bestOf(all, keeping) : undefined;
    check(
      which === 'latest' || best !== undefined,
      () => `load: ${name} has no best checkpoint: nothing was measured to choose by; use 'latest'`,
    );
    const loaded = await this.firstGood(name, best ? [best] : all, onWarning);
    check(loaded !== undefined, () => `load: ${name} has no checkpoint that can be read; train it first`);
    return loaded;
  }

  /** The lines of a run's metrics. */
  async metrics(name: string): Promise<readonly MetricsLine[]> {
    const lines = await transact(this.database, [metrics], (table) =>
      answer(table(metrics).getAll(keysOf(name)) as IDBRequest<string[]>),
    );
    return linesFrom(lines.join('')).lines;
  }

  /** Names of a run's pictures, in order. */
  async pictures(name: string): Promise<string[]> {
    const keys = await transact(this.database, [pictures], (table) =>
      answer(table(pictures).getAllKeys(keysOf(name))),
    );
    return keys.map((key) => (key as [string, string])[1]);
  }

  /** The bytes of a picture; undefined if there is none of that name. */
  async picture(name: string, picture: string): Promise<Uint8Array | undefined> {
    return transact(this.database, [pictures], (table) =>
      answer(table(pictures).get([name, picture]) as IDBRequest<Uint8Array | undefined>),
    );
  }

  /** The run as a zip file of its folder: unpacked, Node lists it and goes on with it. */
  async exported(name: string): Promise<Uint8Array> {
    const record = await this.recordOf('exported', name);
    const text = (words: string): Uint8Array => new TextEncoder().encode(words);
    const files: Record<string, Uint8Array> = {};
    for (const { time, ...checkpoint } of await this.checkpoints(name)) {
      const folder = `checkpoints/${checkpoint.step}${time === 1 ? '' : `-${time}`}`;
      const bytes = await this.weightsOf(name, { ...checkpoint, time });
      if (!bytes) continue;
      files[`${folder}/weights.safetensors`] = bytes;
      files[`${folder}/checkpoint.json`] = text(`${JSON.stringify(checkpoint, null, 2)}\n`);
    }
    for (const picture of await this.pictures(name))
      files[`pictures/${picture}`] = (await this.picture(name, picture)) ?? new Uint8Array();
    const lines = await transact(this.database, [metrics], (table) =>
      answer(table(metrics).getAll(keysOf(name)) as IDBRequest<string[]>),
    );
    files['metrics.jsonl'] = text(lines.join(''));
    files['run.json'] = text(recordText(record));
    return writeZip(
      Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${name}/${path}`, bytes])),
    );
  }

  /** Removes a run, all of it. */
  async remove(name: string): Promise<void> {
    const release = await hold(this.lockOf(name));
    check(release !== undefined, () => `remove: ${name} is being trained; stop it first`);
    try {
      await transact(
        this.database,
        everything,
        async (table) => {
          for (const one of everything) await answer(table(one).delete(keysOf(name)));
        },
        'flushed',
      );
    } finally {
      await release();
    }
  }

  /** Room that the page's data takes and may take; the browser's own reckoning. */
  async room(): Promise<Room> {
    const { usage = 0, quota = 0 } = await navigator.storage.estimate();
    return { used: usage, allowed: quota };
  }

  /** Closes the database; runs under way must have ended. */
  close(): void {
    this.database.close();
  }

  private lockOf(run: string): string {
    return `${this.name}/${run}`;
  }

  /** Adds a record unless there is one of that name. */
  private added(name: string, record: RunRecord): Promise<boolean> {
    return transact(
      this.database,
      [records],
      async (table) => {
        if ((await answer(table(records).getKey([name]))) !== undefined) return false;
        await answer(table(records).put(record, [name]));
        return true;
      },
      'flushed',
    );
  }

  private async recordOf(call: string, name: string): Promise<RunRecord> {
    const record = await transact(this.database, [records], (table) =>
      answer(table(records).get([name]) as IDBRequest<RunRecord | undefined>),
    );
    check(record !== undefined, () => `${call}: there is no run ${name}; list() names those there are`);
    return record;
  }

  private checkpoints(name: string): Promise<KeptCheckpoint[]> {
    return transact(this.database, [checkpoints], (table) => checkpointsOf(table(checkpoints), name));
  }

  private weightsOf(name: string, { step, time }: KeptCheckpoint): Promise<Uint8Array | undefined> {
    return transact(this.database, [weights], (table) =>
      answer(table(weights).get([name, step, time]) as IDBRequest<Uint8Array | undefined>),
    );
  }

  private async firstGood(
    name: string,
    all: readonly KeptCheckpoint[],
    onWarning: ((warning: string) => void) | undefined,
  ): Promise<BrowserLoaded | undefined> {
    for (const checkpoint of all) {
      try {
        const bytes = await this.weightsOf(name, checkpoint);
        return { checkpoint, snapshot: await snapshotIn(bytes, checkpoint, name) };
      } catch (error) {
        if (!(error instanceof EidosError)) throw error;
        onWarning?.(
          `the checkpoint ${name}/${checkpoint.step} is damaged (${messageOf(error)}); the one before it is used`,
        );
      }
    }
    return undefined;
  }

  /** Forgets what came after a checkpoint, damaged ones and lines of metrics, and writes the record: all at once. */
  private begunAgain(
    name: string,
    record: RunRecord,
    all: readonly KeptCheckpoint[],
    last: KeptCheckpoint | undefined,
  ): Promise<Written> {
    return transact(
      this.database,
      [records, metrics, checkpoints, weights],
      async (table) => {
        const lines = await answer(table(metrics).getAll(keysOf(name)) as IDBRequest<string[]>);
        let [kept, bytes] = [0, 0];
        for (const line of lines) {
          const length = new TextEncoder().encode(line).length;
          if (bytes + length > (last?.metricsBytes ?? 0)) break;
          [kept, bytes] = [kept + 1, bytes + length];
        }
        await answer(table(metrics).delete(IDBKeyRange.bound([name, kept], [name, []])));
        for (const { step, time } of all.slice(0, last ? all.indexOf(last) : 0))
          for (const one of [checkpoints, weights] as const)
            await answer(table(one).delete([name, step, time]));
        await answer(table(records).put(record, [name]));
        return { lines: kept, bytes };
      },
      'flushed',
    );
  }
}
