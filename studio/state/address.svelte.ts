// A page and its address in step: what the address says is read when the page is shown and whenever the address is
// another, by hand, by a link, back or forward; what is chosen on the page is written into it.
import { untrack } from 'svelte';
import { page, settings } from './route.svelte.ts';

/** How a page's settings come from its address and go there. */
export interface InStep {
  /** Takes what the address says. */
  readonly read: () => void;
  /** What the page has chosen; undefined is left out. */
  readonly chosen: () => Readonly<Record<string, string | undefined>>;
  /** Milliseconds that a choice rests before it is written. */
  readonly rest?: number;
}

/** Keeps a page and its address in step while it is shown; to be called as the page begins. */
export function inStep(name: string, { read, chosen, rest = 0 }: InStep): void {
  // Counted, so that what a new address leaves out is written into it.
  let heard = $state(0);
  read();
  $effect(() => {
    const hear = (): void => {
      if (page() !== name) return;
      read();
      heard++;
    };
    addEventListener('hashchange', hear);
    return () => removeEventListener('hashchange', hear);
  });
  $effect(() => {
    void heard;
    const change = chosen();
    if (rest === 0) return untrack(() => settings(name, change));
    const timer = setTimeout(() => settings(name, change), rest);
    return () => clearTimeout(timer);
  });
}
