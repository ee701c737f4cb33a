// The script of the pages on which runs are kept and folders dropped: what the tests call, as functions of `window`.
import {
  figuresOf,
  open,
  openRunStore,
  picturesFromFiles,
  Playback,
  recorded,
  type BrowserRun,
  type DroppedFile,
  type History,
  type Progress,
  type RunStore,
  type Snapshot,
} from '../../src/index.ts';
import { batchSize, epochs, network, seed, spirals, weightsOf, whole } from './store-training.ts';

const store: RunStore = await openRunStore();

/** Plain enough to cross to the test. */
type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

const saidBy = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

const snapshotOf = (step: number, size: number): Snapshot => ({
  tensors: [{ name: 'w', shape: [size], dtype: 'f32', data: new Float32Array(size).fill(step) }],
  counters: { step },
});

let current: BrowserRun | undefined;
let playback: Playback<Progress, History> | undefined;
/** Where training rests by itself. */
let restAt: { readonly epoch: number; readonly step: number } | undefined;

async function play(run: BrowserRun, snapshot: Snapshot | undefined, saveEvery: number): Promise<number[]> {
  const device = await open({ device: 'wasm', threads: 1 });
  const model = network(device);
  if (snapshot) await model.restore(snapshot);
  current = run;
  playback = new Playback({
    train: ({ signal }) =>
      // A step at a time, so that there is time to break off.
      recorded(
        run,
        model,
        model.train(spirals(), { epochs, batchSize, resume: true, pace: () => 1, signal }),
        {
          saveEvery,
        },
      ),
    onEvent: async (event) => {
      if (event.kind === 'epoch')
        await run.savePicture(`epoch-${event.epoch}.png`, Uint8Array.of(event.epoch));
      if (event.epoch === restAt?.epoch && event.step === restAt.step) void playback?.pause();
      (window as unknown as Record<string, unknown>)['last'] = { ...figuresOf(event), epoch: event.epoch, step: event.step }; // prettier-ignore
    },
  });
  playback.play();
  await playback.ended;
  const weights = await weightsOf(model);
  await model.close();
  await device.close();
  return weights;
}

const work = {
  /** Trains without keeping anything. */
  whole: async (): Promise<number[]> => whole(await open({ device: 'wasm', threads: 1 })),

  /** Begins a run and trains it in the background, saving after every event; it rests where it is told to. */
  async begin(name: string, rest?: { epoch: number; step: number }): Promise<string> {
    restAt = rest;
    const run = await store.start({ name, seed, config: { epochs }, device: 'wasm, 1 thread' });
    void play(run, undefined, 0);
    return run.name;
  },

  /** Pauses the training that is under way. */
  async pause(): Promise<Plain> {
    await playback?.pause();
    return (window as unknown as { last?: Plain }).last ?? null;
  },

  /** Takes a run up and trains it to its end. */
  async finish(name: string): Promise<Plain> {
    restAt = undefined;
    const { run, snapshot, step } = await store.resume(name);
    const weights = await play(run, snapshot, 60);
    await run.end('finished', { figures: { epoch: epochs } });
    return { weights, step };
  },

  /** What the store says of a run. */
  async look(name: string): Promise<Plain> {
    const { state, checkpoints, figures, record } = await store.read(name);
    const pictures = await store.pictures(name);
    const lines = (await store.metrics(name)).map(({ seconds: _, ...line }) => line);
    return { state, checkpoints, figures, lines, pictures, resumed: record.resumed.length, config: record.config }; // prettier-ignore
  },

  list: async (): Promise<string[]> => (await store.list()).map(({ folder }) => folder),
  remove: (name: string): Promise<string> => saidBy(store.remove(name)),
  resume: (name: string): Promise<string> => saidBy(store.resume(name)),
  exported: async (name: string): Promise<number[]> => Array.from(await store.exported(name)),

  /** Begins a run that is written by hand. */
  async hand(name: string, best: boolean): Promise<string> {
    const keeping = { newest: 2, ...(best && { best: { metric: 'loss', mode: 'min' as const } }) };
    current = await store.start({ name, seed, keeping, now: new Date(2026, 0, 2, 3, 4, 5) });
    return current.name;
  },
  log: (step: number): Promise<string> => saidBy(current?.log({ step, loss: 1 / step }) ?? Promise.reject(new Error('no run'))), // prettier-ignore
  save: (step: number, size: number, loss = 0): Promise<string> => saidBy(current?.save(snapshotOf(step, size), { loss }) ?? Promise.reject(new Error('no run'))), // prettier-ignore
  end: async (): Promise<void> => current?.end('stopped'),
  close: async (): Promise<void> => current?.close(),

  /** The checkpoint that is loaded, and what was said of others. */
  async load(name: string, which: 'latest' | 'best'): Promise<Plain> {
    const warnings: string[] = [];
    const { checkpoint, snapshot } = await store.load(name, {
      which,
      onWarning: (text) => warnings.push(text),
    });
    return { step: checkpoint.step, first: snapshot.tensors[0]?.data[0] ?? null, warnings };
  },

  /** Puts bytes that are not those that were saved in the place of a checkpoint's. */
  async damage(name: string, step: number): Promise<void> {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('eidos-runs');
      request.onsuccess = () => resolve(request.result);
    });
    const transaction = database.transaction('weights', 'readwrite');
    transaction.objectStore('weights').put(new Uint8Array(100), [name, step, 1]);
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    database.close();
  },

  /** A data set of files given as bytes, and of two that the page makes itself: a JPEG, and half of one. */
  async dropped(given: readonly { path: string; bytes: number[] }[], flat: boolean): Promise<Plain> {
    const canvas = new OffscreenCanvas(40, 30);
    const context = canvas.getContext('2d');
    if (context) {
      context.fillStyle = '#ff0000';
      context.fillRect(0, 0, 40, 30);
    }
    const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: 1 });
    const files: DroppedFile[] = given.map(({ path, bytes }) => ({
      path,
      file: new Blob([Uint8Array.from(bytes)]),
    }));
    if (flat) files.push({ path: 'mine/a.jpg', file: jpeg }, { path: 'mine/b.jpg', file: jpeg.slice(0, 60) });
    const {
      images,
      labels,
      classes,
      skipped,
      shape,
      files: paths,
    } = await picturesFromFiles(files, { size: 16 });
    return { images: Array.from(images), labels: Array.from(labels), classes, skipped, shape, files: paths } as unknown as Plain; // prettier-ignore
  },
};

export type Work = typeof work;

(window as unknown as { work: Work }).work = work;
