// The runs that the browser has kept: listed, compared, exported, removed, and their networks drawn.
import {
  compareRuns,
  diagram,
  presets,
  snapshotToBytes,
  type Json,
  type MetricsLine,
  type RunInfo,
} from 'eidos';
import { builtGame, ganConfigFrom } from './gan-recipe.ts';
import { configFrom } from './recipe.ts';
import { store } from './store.ts';

/** What the page knows of a run. */
export interface RunCard {
  readonly name: string;
  readonly title: string;
  readonly kind: 'train' | 'gan';
  readonly state: RunInfo['state'];
  readonly started: string;
  readonly seed: number;
  readonly config: Readonly<Record<string, Json>>;
  readonly figures: Readonly<Record<string, number>>;
  /** Steps of its newest checkpoint; undefined if none was saved. */
  readonly step: number | undefined;
  readonly error: string | undefined;
  /** What computed: `native, 2 threads`. */
  readonly device: string | undefined;
}

const cardOf = ({ folder, record, state, figures, checkpoints }: RunInfo): RunCard => ({
  name: folder,
  title: record.name,
  kind: record.config['model'] === 'gan' ? 'gan' : 'train',
  state,
  started: record.started,
  seed: record.seed,
  config: record.config,
  figures,
  step: checkpoints[0],
  error: record.error,
  device: record.versions['device'],
});

/** What is compared. */
export interface Compared {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
}

/** What the page can ask about runs. */
export const runs = {
  /** All of them, newest first. */
  list: async (_: unknown): Promise<readonly RunCard[]> => (await (await store()).list()).map(cardOf),

  /** The lines of a run's metrics. */
  lines: async ({ run }: { readonly run: string }): Promise<{ readonly lines: readonly MetricsLine[] }> => ({
    lines: await (await store()).metrics(run),
  }),

  /** What some runs differ in, and what they came to. */
  async compare({ names }: { readonly names: readonly string[] }): Promise<Compared> {
    const kept = await store();
    const { columns, rows } = compareRuns(await Promise.all(names.map((name) => kept.read(name))));
    const own = columns.map(({ name }, i) => ({ name, i })).filter(({ name }) => name !== 'classes');
    return {
      columns: own.map(({ name }) => name),
      rows: rows.map(({ cells }) => own.map(({ i }) => cells[i] ?? null)),
    };
  },

  /** Its pictures: names, and the bytes of one. */
  pictures: async ({ run }: { readonly run: string }): Promise<readonly string[]> =>
    (await store()).pictures(run),
  picture: async ({ run, name }: { readonly run: string; readonly name: string }): Promise<Uint8Array> =>
    (await (await store()).picture(run, name)) ?? new Uint8Array(),

  /** The folder of a run, as a zip file. */
  folder: async ({ run }: { readonly run: string }): Promise<Uint8Array> => (await store()).exported(run),

  /** The model of its newest checkpoint, as a safetensors file that the drawing page and Node open. */
  async model({ run }: { readonly run: string }): Promise<Uint8Array> {
    const { snapshot } = await (await store()).load(run);
    return snapshotToBytes(snapshot);
  },

  /** Its network, or both of a game, as drawings. */
  async drawing({ run }: { readonly run: string }): Promise<readonly string[]> {
    const { record } = await (await store()).read(run);
    const draw = (model: Parameters<typeof diagram>[0], title: string): Promise<string> =>
      diagram(model, { format: 'svg', title, scale: 1 });
    if (record.config['model'] === 'gan') {
      const { recipe, shape, classes } = ganConfigFrom(run, record.config);
      const { generator, critic } = builtGame(recipe, { shape, classes: classes.length });
      return Promise.all([draw(generator, 'generator'), draw(critic, 'critic')]);
    }
    const { model, shape, classes } = configFrom(run, record.config);
    return [await draw(presets[model].network(shape, classes.length), '')];
  },

  /** Removes a run. */
  remove: async ({ run }: { readonly run: string }): Promise<void> => (await store()).remove(run),

  /** Bytes that the page's data takes and may take. */
  room: async (_: unknown): Promise<{ readonly used: number; readonly allowed: number }> =>
    (await store()).room(),
};
