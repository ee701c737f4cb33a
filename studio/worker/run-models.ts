// Classifiers that were trained here, opened from the runs that the browser keeps, so that every page can ask them.
import { presets, type Preparation, type RunInfo } from 'eidos';
import { device } from './engine.ts';
import type { ModelCard, OpenModel } from './models.ts';
import { configFrom, modelFor, type TrainConfig } from './recipe.ts';
import { store } from './store.ts';

/** How drawings become what such a network has learned from, where they can. */
export const preparationOf = ({ shape: [height, width, channels] }: TrainConfig): Preparation | undefined =>
  height === 28 && width === 28 && channels === 1 ? 'mnist' : undefined;

/** The id of a run's model. */
export const idOf = (run: string): string => `run:${run}`;

/** The card of a run's model. */
export const cardFor = (run: string, title: string, config: TrainConfig): ModelCard => ({
  id: idOf(run),
  name: title,
  origin: 'run',
  shape: config.shape,
  classes: config.classes,
  preparation: preparationOf(config),
});

const canBeAsked = ({ record: { config }, checkpoints }: RunInfo): boolean =>
  checkpoints.length > 0 && typeof config['model'] === 'string' && config['model'] in presets;

/** Cards of all that can be asked; none where the browser keeps nothing. */
export async function runCards(): Promise<readonly ModelCard[]> {
  try {
    const all = (await (await store()).list()).filter(canBeAsked);
    return all.map(({ folder, record }) => cardFor(folder, record.name, configFrom(folder, record.config)));
  } catch {
    return [];
  }
}

/** The model of a run's newest checkpoint. */
export async function openRun(run: string): Promise<OpenModel> {
  const runs = await store();
  const { record } = await runs.read(run);
  const config = configFrom(run, record.config);
  const { snapshot } = await runs.load(run);
  const model = modelFor(config, await device(), record.seed);
  await model.restore(snapshot);
  const { logits = false } = presets[config.model];
  return { ...cardFor(run, record.name, config), model, logits };
}
