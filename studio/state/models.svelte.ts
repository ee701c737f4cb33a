// The models that can be asked, as the page knows them.
import type { ModelCard } from '../worker/models.ts';
import { engine } from './engine.ts';

const state = $state<{ cards: readonly ModelCard[] }>({ cards: [] });

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Those at hand; empty until the worker has said. */
export const modelCards = (): readonly ModelCard[] => state.cards;

/** The card of one; undefined until the worker has said, or where it is not at hand. */
export const cardOf = (id: string): ModelCard | undefined => state.cards.find((card) => card.id === id);

/** What a model tells apart; digits until it is known. */
export const classesOf = (id: string): readonly string[] => cardOf(id)?.classes ?? digits;

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
