// What went wrong, for people: eidos's own errors in their language, others as they are.
import { EngineError } from '../worker/rpc.ts';
import { language, t } from './words.svelte.ts';

const state = $state<{ text: string | undefined }>({ text: undefined });

/** What is said now. */
export const complaint = (): string | undefined => state.text;

/** Says what went wrong; undefined puts it away. What was stopped on purpose is no complaint. */
export async function complain(error: unknown): Promise<void> {
  if (error instanceof DOMException && error.name === 'AbortError') return;
  if (error === undefined) state.text = undefined;
  else state.text = await said(error);
}

/** What an error says, in the reader's language. */
export async function said(error: unknown): Promise<string> {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof EngineError)) return message;
  if (error.words === 'catalogue') {
    const words = (t() as Readonly<Record<string, unknown>>)[message];
    return typeof words === 'function'
      ? (words as (...told: unknown[]) => string)(...error.told)
      : String(words);
  }
  if (error.words === 'none') return t().broken(message);
  if (language() === 'en') return message;
  // The words for errors are only loaded by who needs them.
  const { localised } = await import('../../src/words/localised.ts');
  return localised(message, language());
}
