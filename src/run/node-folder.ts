// A run while it is trained: one folder, one process that writes it, one thing at a time. Whatever stands in the
// folder under its name is whole; after a failure of the disk everything saved before is as it was.
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { check, EidosError } from '../base/check.ts';
import type { Snapshot } from '../files/snapshot.ts';
import { prune, writeCheckpoint, type Checkpoint } from './node-checkpoints.ts';
import type { Lock } from './node-lock.ts';
import { finite, metricsCsv } from './metrics.ts';
import { MetricsFile, readMetrics } from './node-metrics.ts';
import { cannotWrite, makeFolder, replaceFile } from './node-write.ts';
import { messageOf, recordText, type MetricsLine, type RunRecord, type RunState } from './record.ts';

/** Names in a run's folder. */
export const names = {
  record: 'run.json',
  metrics: 'metrics.jsonl',
  csv: 'metrics.csv',
  checkpoints: 'checkpoints',
  pictures: 'pictures',
} as const;

/** A run's folder, held by this process until end() or close(). */
export class Run {
  readonly folder: string;
  private written: RunRecord;
  private readonly metrics: MetricsFile;
  private readonly held: Lock;
  private turn: Promise<unknown> = Promise.resolve();
  private closed = false;

  /** @internal Made by startRun() and resumeRun(). */
  constructor(folder: string, record: RunRecord, metricsBytes: number, held: Lock) {
    this.folder = folder;
    this.written = record;
    this.metrics = new MetricsFile(join(folder, names.metrics), metricsBytes);
    this.held = held;
  }

  /** What run.json says. */
  get record(): RunRecord {
    return this.written;
  }

  /** Adds a line to metrics.jsonl. If that fails the line is written with the next one. */
  log(line: MetricsLine): Promise<void> {
    return this.inTurn(
      'log',
      names.metrics,
      'training can go on, and the next log() writes this line too',
      async () => {
        this.metrics.add(line);
        await this.metrics.flush({ sync: false });
      },
    );
  }

  /** Saves a checkpoint; the newest few and the best stay. When save() returns it is on the disk. */
  save(snapshot: Snapshot, metrics: Readonly<Record<string, number>> = {}): Promise<Checkpoint> {
    const wayOut =
      'earlier checkpoints are intact and training can go on; mend this and save again, or save to another run';
    return this.inTurn('save', names.checkpoints, wayOut, async (root) => {
      // The lines first: a checkpoint says how many there were.
      const metricsBytes = await this.metrics.flush({ sync: true });
      const checkpoint = await writeCheckpoint(root, snapshot, { metrics: finite(metrics), metricsBytes });
      // What could not be removed now is removed after the next save.
      await prune(root, this.written.keeping).catch(() => undefined);
      return checkpoint;
    });
  }

  /** Writes a picture into pictures/; gives its path. */
  savePicture(name: string, bytes: Uint8Array): Promise<string> {
    check(
      name === basename(name) && !/[\\:]/.test(name) && /^[^.]/.test(name),
      () => `savePicture: needs the plain name of a file, got ${JSON.stringify(name)}`,
    );
    return this.inTurn(
      'savePicture',
      join(names.pictures, name),
      'free the way and save it again',
      async (path) => {
        await makeFolder(join(this.folder, names.pictures));
        await replaceFile(path, bytes);
        return path;
      },
    );
  }

  /** Writes metrics.csv, all lines of metrics.jsonl as a table; gives its path. */
  writeCsv(): Promise<string> {
    return this.inTurn('writeCsv', names.csv, 'metrics.jsonl has all its numbers', async (path) => {
      await this.metrics.flush({ sync: false });
      await replaceFile(path, metricsCsv(await readMetrics(join(this.folder, names.metrics))));
      return path;
    });
  }

  /** Writes down how the run ended and what it came to, and gives the folder free. */
  async end(
    state: Exclude<RunState, 'running'>,
    {
      figures = {},
      error,
    }: { readonly figures?: Readonly<Record<string, number>>; readonly error?: unknown } = {},
  ): Promise<void> {
    try {
      await this.inTurn(
        'end',
        names.record,
        'what was saved is intact; the run is listed as interrupted',
        async (path) => {
          await this.metrics.flush({ sync: true });
          const { error: _, ...record } = this.written;
          const why = error === undefined ? {} : { error: messageOf(error) };
          const ended = { finished: new Date().toISOString(), state, figures: finite(figures), ...why };
          this.written = { ...record, ...ended };
          await replaceFile(path, recordText(this.written));
        },
      );
    } finally {
      await this.close();
    }
  }

  /** Gives the folder free without a word: a run that has not ended is listed as interrupted. */
  async close(): Promise<void> {
    await this.turn;
    if (this.closed) return;
    this.closed = true;
    await this.held.release().catch(() => undefined); // gone with the folder
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** After everything asked for before; failures of the disk are told as ours. */
  private inTurn<T>(
    call: string,
    name: string,
    wayOut: string,
    job: (path: string) => Promise<T>,
  ): Promise<T> {
    const path = join(this.folder, name);
    const mine = this.turn.then(async () => {
      if (this.closed)
        throw new EidosError(`${call}: the run ${this.folder} is closed; resume it with resumeRun()`);
      try {
        return await job(path);
      } catch (error) {
        throw cannotWrite(call, path, error, wayOut);
      }
    });
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}

/** Makes an empty file that is not there yet. */
export const touch = async (path: string): Promise<void> => (await open(path, 'wx')).close();
