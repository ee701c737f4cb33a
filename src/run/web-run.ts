// A run while it is trained in a browser: what a run's folder holds, in the browser's database, written by one tab, one
// thing at a time. It does what Run does for folders: a failure, a crash or a full disk leaves all saved before as it was.
import { check, EidosError } from '../base/check.ts';
import { snapshotFromBytes, snapshotToBytes, type Snapshot } from '../files/snapshot.ts';
import { overdue, stepOf, type CheckpointRecord } from './checkpoint.ts';
import { finite, lineOf } from './metrics.ts';
import { messageOf, type MetricsLine, type RunRecord, type RunState } from './record.ts';
import { answer, cannotKeep, keysOf, tables, transact, type Release, type Table } from './web-database.ts';

/** A checkpoint in the database. */
export interface KeptCheckpoint extends CheckpointRecord {
  /** Which time this step was saved, from 1. */
  readonly time: number;
}

/** What a resumed run begins from. */
export interface Written {
  /** Lines of metrics, and the bytes they take. */
  readonly lines: number;
  readonly bytes: number;
}

const { records, metrics, checkpoints, weights, pictures } = tables;

const intact =
  'what was saved before is intact and training can go on; remove runs or export them, then save again';

/** SHA-256 as it stands in checkpoint.json. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const sum = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The checkpoints of a run, newest first. */
export async function checkpointsOf(table: IDBObjectStore, run: string): Promise<KeptCheckpoint[]> {
  const found = await answer(table.getAll(keysOf(run)) as IDBRequest<KeptCheckpoint[]>);
  return found.reverse();
}

/** What a checkpoint holds; an error if it is not to the bit what was saved. */
export async function snapshotIn(
  bytes: Uint8Array | undefined,
  record: KeptCheckpoint,
  run: string,
): Promise<Snapshot> {
  if (bytes?.length !== record.bytes || (await sha256(bytes)) !== record.sha256)
    throw new EidosError('weights.safetensors has not the checksum it was saved with');
  return snapshotFromBytes(bytes, run);
}

/** A run in a browser, held by this tab until end() or close(). */
export class BrowserRun {
  /** Its name, as the name of a run's folder. */
  readonly name: string;
  private readonly database: IDBDatabase;
  private readonly release: Release;
  private written: RunRecord;
  private lines: number;
  private bytes: number;
  /** Lines that are to be written. */
  private waiting: string[] = [];
  private turn: Promise<unknown> = Promise.resolve();
  private closed = false;

  /** @internal Made by a RunStore. */
  constructor(
    database: IDBDatabase,
    name: string,
    record: RunRecord,
    { lines, bytes }: Written,
    release: Release,
  ) {
    this.database = database;
    this.name = name;
    this.written = record;
    this.lines = lines;
    this.bytes = bytes;
    this.release = release;
  }

  /** What run.json says. */
  get record(): RunRecord {
    return this.written;
  }

  /** Adds a line of metrics. If that fails the line is written with the next one. */
  log(line: MetricsLine): Promise<void> {
    this.waiting.push(lineOf(line));
    return this.inTurn('log', intact, [metrics], 'readwrite', (table) => this.flush(table(metrics)));
  }

  /** Saves a checkpoint; the newest few and the best stay. When save() returns it is on the disk. */
  async save(snapshot: Snapshot, figures: Readonly<Record<string, number>> = {}): Promise<CheckpointRecord> {
    const step = stepOf(snapshot, 'save');
    const bytes = snapshotToBytes(snapshot);
    const about = {
      format: 1 as const,
      step,
      saved: new Date().toISOString(),
      bytes: bytes.length,
      sha256: await sha256(bytes),
      metrics: finite(figures),
    };
    // All in one: the lines, the weights, what is known of them, and what they replace.
    return this.inTurn('save', intact, [metrics, checkpoints, weights], 'flushed', async (table) => {
      await this.flush(table(metrics));
      const all = await checkpointsOf(table(checkpoints), this.name);
      const last = all.find((one) => one.step === step);
      if (last?.sha256 === about.sha256) return last;
      const record: KeptCheckpoint = { ...about, metricsBytes: this.bytes, time: (last?.time ?? 0) + 1 };
      const key = [this.name, step, record.time];
      await answer(table(weights).put(bytes, key));
      await answer(table(checkpoints).put(record, key));
      const inOrder = [record, ...all].sort((a, b) => b.step - a.step || b.time - a.time);
      for (const old of overdue(inOrder, this.written.keeping))
        for (const name of [weights, checkpoints] as const)
          await answer(table(name).delete([this.name, old.step, old.time]));
      return record;
    });
  }

  /** Keeps a picture under the plain name of a file. */
  async savePicture(name: string, bytes: Uint8Array): Promise<void> {
    check(
      /^[^./\\:][^/\\:]*$/.test(name),
      () => `savePicture: needs the plain name of a file, got ${JSON.stringify(name)}`,
    );
    await this.inTurn('savePicture', intact, [pictures], 'readwrite', (table) =>
      answer(table(pictures).put(bytes, [this.name, name])),
    );
  }

  /** Writes down how the run ended and what it came to, and lets it go. */
  async end(
    state: Exclude<RunState, 'running'>,
    {
      figures = {},
      error,
    }: { readonly figures?: Readonly<Record<string, number>>; readonly error?: unknown } = {},
  ): Promise<void> {
    const wayOut = 'what was saved is intact; the run is listed as interrupted';
    try {
      await this.inTurn('end', wayOut, [metrics, records], 'flushed', async (table) => {
        await this.flush(table(metrics));
        const { error: _, ...record } = this.written;
        const why = error === undefined ? {} : { error: messageOf(error) };
        const ended = { finished: new Date().toISOString(), state, figures: finite(figures), ...why };
        this.written = { ...record, ...ended };
        await answer(table(records).put(this.written, [this.name]));
      });
    } finally {
      await this.close();
    }
  }

  /** Lets the run go without a word: one that has not ended is listed as interrupted. */
  async close(): Promise<void> {
    await this.turn;
    if (this.closed) return;
    this.closed = true;
    await this.release();
  }

  /** Writes the lines that wait, within a transaction; they count as written only when that is over. */
  private async flush(table: IDBObjectStore): Promise<void> {
    for (const line of this.waiting) {
      await answer(table.put(line, [this.name, this.lines++]));
      this.bytes += new TextEncoder().encode(line).length;
    }
    this.waiting = [];
  }

  /** After everything asked for before; what a failed transaction would have written is as before it. */
  private inTurn<T>(
    call: string,
    wayOut: string,
    names: readonly Table[],
    mode: 'readwrite' | 'flushed',
    work: (table: (name: Table) => IDBObjectStore) => Promise<T>,
  ): Promise<T> {
    const mine = this.turn.then(async () => {
      if (this.closed) throw new EidosError(`${call}: the run ${this.name} is closed; resume it`);
      const { lines, bytes, waiting, written } = this;
      try {
        return await transact(this.database, names, work, mode);
      } catch (error) {
        const since = this.waiting === waiting ? [] : this.waiting;
        Object.assign(this, { lines, bytes, written, waiting: [...waiting, ...since] });
        throw cannotKeep(call, this.name, error, wayOut);
      }
    });
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}
