// The runs of the studio, in the browser's database; opened when first needed.
import { openRunStore, type RunStore } from 'eidos';

let opened: Promise<RunStore> | undefined;

/** The store. */
export function store(): Promise<RunStore> {
  opened ??= openRunStore();
  // Who asks again after a failure tries again.
  opened.catch(() => (opened = undefined));
  return opened;
}
