// A browser's database for runs (IndexedDB): its tables, promises round its requests, and the one way its failures are
// told. A transaction happens wholly or not at all, whatever becomes of the tab, so nothing half written is ever seen.
import { check, EidosError } from '../base/check.ts';

/** Tables, and what stands in them under which key. */
export const tables = {
  /** [run] -> run.json, as an object. */
  records: 'records',
  /** [run, number] -> a line of metrics.jsonl, with its end. */
  metrics: 'metrics',
  /** [run, step, time] -> checkpoint.json, as an object. */
  checkpoints: 'checkpoints',
  /** [run, step, time] -> weights.safetensors, as bytes. */
  weights: 'weights',
  /** [run, name] -> the bytes of a picture. */
  pictures: 'pictures',
} as const;

/** A table's name. */
export type Table = keyof typeof tables;

const version = 1;

/** What a request comes to. */
export const answer = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(asError(request.error));
  });

const asError = (error: DOMException | null): Error => error ?? new Error('the transaction was aborted');

/** Opens the database, made now if it is not there. */
export async function openDatabase(call: string, name: string): Promise<IDBDatabase> {
  check(
    typeof indexedDB !== 'undefined' && typeof navigator !== 'undefined' && 'locks' in navigator,
    () =>
      `${call}: needs a browser's database, and a page from https or this machine; in Node use startRun()`,
  );
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => {
    for (const table of Object.values(tables)) request.result.createObjectStore(table);
  };
  try {
    const database = await answer(request);
    // Another tab with a later eidos may change the tables: it does not wait for this one.
    database.onversionchange = () => database.close();
    return database;
  } catch (error) {
    throw new EidosError(
      `${call}: the browser's database cannot be opened (${nameOf(error)}); allow this page to keep data`,
    );
  }
}

/** Keys that begin with a run's name. */
export const keysOf = (run: string): IDBKeyRange => IDBKeyRange.bound([run], [run, []]);

/** What `work` asks of some tables, as one transaction: all of it is there when this returns, or none of it. */
export async function transact<T>(
  database: IDBDatabase,
  names: readonly Table[],
  work: (table: (name: Table) => IDBObjectStore) => Promise<T>,
  mode: 'readonly' | 'readwrite' | 'flushed' = 'readonly',
): Promise<T> {
  const transaction = database.transaction(
    [...names],
    mode === 'readonly' ? 'readonly' : 'readwrite',
    // Flushed to the disk, as a checkpoint should be when save() returns.
    { durability: mode === 'flushed' ? 'strict' : 'default' },
  );
  const over = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(asError(transaction.error));
  });
  over.catch(() => undefined);
  try {
    const result = await work((name) => transaction.objectStore(name));
    await over;
    return result;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It is over already.
    }
    throw error;
  }
}

const nameOf = (error: unknown): string =>
  error instanceof Error || error instanceof DOMException ? error.name : String(error);

const full = 'the browser has no more room for this page';
const closed = 'the database was closed';

const reasons: Readonly<Record<string, string>> = { QuotaExceededError: full, InvalidStateError: closed };

/** What to say when a run cannot be written. */
export function cannotKeep(call: string, run: string, error: unknown, wayOut: string): unknown {
  if (error instanceof EidosError) return error;
  const name = nameOf(error);
  const reason = Object.hasOwn(reasons, name) ? `: ${reasons[name] ?? ''}` : '';
  return new EidosError(`${call}: cannot write ${run} (${name}${reason}); ${wayOut}`);
}

/** What gives a lock back; resolves when it is free. */
export type Release = () => Promise<void>;

/** Whoever writes a run holds its lock; the browser gives it back when a tab ends, however it ends. */
export function hold(name: string): Promise<Release | undefined> {
  return new Promise((resolve, reject) => {
    const request = navigator.locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (!lock) {
          resolve(undefined);
          return undefined;
        }
        return new Promise<void>((free) => {
          resolve(() => {
            free();
            return request;
          });
        });
      })
      .then(() => undefined);
    request.catch(reject);
  });
}

/** Names of the locks that are held, by any tab. */
export async function heldNow(): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.map(({ name = '' }) => name));
}
