// The pages, in the order of the navigation; each is loaded when it is first shown. To add one: a row here, its name in
// the messages, its file in pages/. A row's name is its address behind the #.
import type { Component } from 'svelte';
import type { MessageName } from './messages.ts';

/** A page. */
export interface Page {
  readonly name: string;
  readonly title: MessageName & `page${string}`;
  load(): Promise<{ default: Component }>;
}

/** All of them; the first is shown where the address names none. */
export const pages: readonly Page[] = [
  { name: 'draw', title: 'pageDraw', load: () => import('./pages/Draw.svelte') },
  { name: 'idea', title: 'pageIdea', load: () => import('./pages/Idea.svelte') },
  { name: 'fool', title: 'pageFool', load: () => import('./pages/Fool.svelte') },
  { name: 'train', title: 'pageTrain', load: () => import('./pages/Train.svelte') },
  { name: 'generate', title: 'pageGenerate', load: () => import('./pages/Generate.svelte') },
  { name: 'runs', title: 'pageRuns', load: () => import('./pages/Runs.svelte') },
];
