// Data sets that the browser keeps, so that a run can be gone on with after a reload: a database of their own, apart
// from the runs, because they can be had again and runs cannot. Where there is no room they are only at hand.
import type { Dataset } from 'eidos';

const table = 'sets';

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the database does not answer'));
  });
}

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open('eidos-data', 1);
  request.onupgradeneeded = () => request.result.createObjectStore(table);
  return answer(request);
}

async function within<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await opened();
  try {
    const transaction = database.transaction(table, mode);
    const over = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
    });
    over.catch(() => undefined);
    const result = await answer(work(transaction.objectStore(table)));
    await over;
    return result;
  } finally {
    database.close();
  }
}

/** Keeps a data set; whether there was room. */
export async function keepData(id: string, data: Dataset): Promise<boolean> {
  try {
    await within('readwrite', (store) => store.put(data, id));
    return true;
  } catch {
    return false;
  }
}

/** The data set of that name, if it was kept. */
export async function keptData(id: string): Promise<Dataset | undefined> {
  try {
    return await within('readonly', (store) => store.get(id) as IDBRequest<Dataset | undefined>);
  } catch {
    return undefined;
  }
}
