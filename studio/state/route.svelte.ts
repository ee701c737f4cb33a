// Which page is shown, and its settings: both are in the address behind the #, `#idea?model=freehand&class=5`, so that
// a link shows someone else the same. Small state only; what is large belongs to storage.
import { untrack } from 'svelte';

/** Shown where the address names none. */
const first = 'draw';

const state = $state(parsed());

/** What the state was taken from, or written to. */
let known = location.hash;

function parsed(): { page: string; settings: Readonly<Record<string, string>> } {
  const [page = '', query = ''] = location.hash.slice(1).split('?', 2);
  return { page: page || first, settings: Object.fromEntries(new URLSearchParams(query)) };
}

addEventListener('hashchange', () => {
  known = location.hash;
  Object.assign(state, parsed());
});

/** The name behind the #, which may be no page's. */
export const page = (): string => state.page;

/** A setting in the address of this page. */
export const setting = (name: string): string | undefined => state.settings[name];

/** A setting that is a whole number from 0; `usual` where it is not there or none. */
export function wholeSetting(name: string, usual: number): number {
  const text = setting(name);
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : usual;
}

/** Puts settings into the address; those that are undefined are taken out. The history gets no entry for it. */
export function settings(page: string, changes: Readonly<Record<string, string | undefined>>): void {
  // Not followed: an effect that writes the address does not run again because of it.
  const { page: shown, settings: before } = untrack(() => ({ ...state }));
  // The address itself is asked, too: until its event comes, a new one is not yet known, and must not be written over.
  if (shown !== page || location.hash !== known) return;
  const next = { ...before, ...changes };
  state.settings = Object.fromEntries(
    Object.entries(next).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  history.replaceState(
    null,
    '',
    addressOf(
      page,
      untrack(() => state.settings),
    ),
  );
  known = location.hash;
}

/** The address of a page with settings. */
export function addressOf(page: string, settings: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(settings).toString();
  return `#${page}${query ? `?${query}` : ''}`;
}

/** Shows a page. */
export function go(page: string, settings: Readonly<Record<string, string>> = {}): void {
  location.hash = addressOf(page, settings);
}
