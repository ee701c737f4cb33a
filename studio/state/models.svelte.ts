// The models that can be asked, as the page knows them.
import type { ModelCard } from '../worker/models.ts';
import { engine } from './engine.ts';
import { t } from './words.svelte.ts';

const state = $state<{ cards: readonly ModelCard[] }>({ cards: [] });

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Those at hand; empty until the worker has said. */
export const modelCards = (): readonly ModelCard[] => state.cards;

/** The card of one; undefined until the worker has said, or where it is not at hand. */
export const cardOf = (id: string): ModelCard | undefined => state.cards.find((card) => card.id === id);

/** What a model tells apart, in the reader's language; digits until it is known. */
export const classesOf = (id: string): readonly string[] => named(cardOf(id)?.classes ?? digits);

/** Whether it reads MNIST's digits, as the generator and what was counted of digits do. */
export function readsDigits(id: string): boolean {
  const { shape = [28, 28, 1], classes = digits } = cardOf(id) ?? {};
  return classes.join() === digits.join() && shape.join() === '28,28,1';
}

/** Classes in the reader's language, where they are known ones. */
export const named = (classes: readonly string[]): readonly string[] =>
  classes.map((name) => t().className(name));

/** Asks the worker again; a page that trained a model calls this. */
export async function refreshModels(): Promise<void> {
  state.cards = await engine.models.list({});
}

/** Opens a model's file, and gives its card. */
export async function openModel(file: File): Promise<ModelCard> {
  const card = await engine.models.open({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
  await refreshModels();
  return card;
}
