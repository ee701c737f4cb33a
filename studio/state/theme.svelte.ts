// Light or dark: as the system has it, unless the reader has chosen.
import { keep, kept } from './kept.ts';

/** What can be chosen. */
export type Theme = 'light' | 'dark';

const system = matchMedia('(prefers-color-scheme: dark)');
const state = $state<{ chosen: Theme | undefined; system: Theme }>({
  chosen: (['light', 'dark'] as const).find((one) => one === kept('theme')),
  system: system.matches ? 'dark' : 'light',
});
system.addEventListener('change', ({ matches }) => (state.system = matches ? 'dark' : 'light'));

/** What is shown; read in an effect, it follows. */
export const theme = (): Theme => state.chosen ?? state.system;

/** Shows the other one; where that is the system's, nothing is chosen any more. */
export function turnTheme(): void {
  const next = theme() === 'dark' ? 'light' : 'dark';
  state.chosen = next === state.system ? undefined : next;
  keep('theme', state.chosen);
}
