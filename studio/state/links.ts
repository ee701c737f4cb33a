// Links that restore what a run was asked for: the page's address with its settings, as the page itself keeps them.
import type { RunCard } from '../worker/runs.ts';
import { addressOf } from './route.svelte.ts';

/** Settings in a run's config that a page has fields for, and what the page calls them. */
const names: Readonly<Record<RunCard['kind'], Readonly<Record<string, string>>>> = {
  train: {
    model: 'model',
    data: 'data',
    epochs: 'epochs',
    batch: 'batch',
    limit: 'limit',
    learningRate: 'rate',
  },
  gan: { recipe: 'recipe', data: 'data', rounds: 'rounds', limit: 'limit' },
};

/** The page of a run's kind, and its settings there. */
export function placeOf({ kind, config, seed }: Pick<RunCard, 'kind' | 'config' | 'seed'>): {
  readonly page: string;
  readonly settings: Readonly<Record<string, string>>;
} {
  const settings = Object.entries(names[kind]).flatMap(([own, name]) => {
    const value = config[own];
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [];
  });
  return {
    page: kind === 'gan' ? 'generate' : 'train',
    settings: { ...(Object.fromEntries(settings) as Record<string, string>), seed: String(seed) },
  };
}

/** The whole address. */
export function linkOf(card: Pick<RunCard, 'kind' | 'config' | 'seed'>): string {
  const { page, settings } = placeOf(card);
  return `${location.origin}${location.pathname}${addressOf(page, settings)}`;
}
