// The language that the page speaks: the reader's last choice, else the browser's.
import { languages, messages, type Language, type Messages } from '../messages.ts';
import { keep, kept } from './kept.ts';

const isLanguage = (name: string | undefined): name is Language => name !== undefined && name in languages;

function first(): Language {
  const before = kept('language');
  if (isLanguage(before)) return before;
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage);
  return wanted ?? 'en';
}

const state = $state<{ language: Language }>({ language: first() });

/** The messages in the language of now; read in a template or an effect, it follows the language. */
export const t = (): Messages => messages[state.language];

/** The language of now. */
export const language = (): Language => state.language;

/** Speaks another language from now on. */
export function speak(name: Language): void {
  state.language = name;
  keep('language', name);
}
