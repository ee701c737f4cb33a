// What the studio says in English; messages-ja.ts says the same in Japanese, name by name.
import { drawEnglish } from './messages-draw-en.ts';
import { foolEnglish } from './messages-fool-en.ts';
import { ideaEnglish } from './messages-idea-en.ts';
import { ganEnglish } from './messages-gan-en.ts';
import { trainEnglish } from './messages-train-en.ts';

/** The messages in English. */
export const english = {
  // the shell
  pagesLabel: 'Pages',
  skip: 'To the page',
  loading: 'One moment …',
  pageFailed: 'This page could not be loaded. Reload to try again.',
  useLight: 'Light colours',
  useDark: 'Dark colours',
  close: 'Close',
  withThreads: (threads: number): string => `Computes here, on ${threads} threads; nothing is sent anywhere.`,
  withoutThreads:
    'Computes here, on one thread, and so more slowly: this host sends no isolation headers. Nothing is sent anywhere.',

  // what can go wrong
  broken: (why: string): string => `Something broke in eidos: ${why}`,
  fileNotBeside: (file: string, status: number): string =>
    `${file} is not beside this page (${status}); it comes with the studio, so copy the whole folder`,
  modelGone: (id: string): string => `There is no model ${id} any more; choose another`,
  networkUnknown: (name: string, known: readonly string[]): string =>
    `${name}: its weights fit none of the networks known here (${known.join(', ')})`,
  fileUnknown: (name: string, kinds: readonly string[]): string =>
    `${name}: needs a file that ends in ${kinds.map((kind) => `.${kind}`).join(', ')}`,

  // the pages
  ...drawEnglish,
  ...ideaEnglish,
  ...foolEnglish,
  // train, generate, runs
  ...trainEnglish,
  ...ganEnglish,
};
