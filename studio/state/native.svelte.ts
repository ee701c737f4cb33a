// Whether the page's server lends its machine's processor for trainings; asked once, and only where there is a server.
import { EngineError } from '../worker/rpc.ts';
import type { Offer } from '../worker/train.ts';
import { engine } from './engine.ts';
import { said } from './notice.svelte.ts';

/** Whether the page comes from `eidos studio`, which says so in the page. */
export const hasServer = document.documentElement.dataset['server'] !== undefined;

let offered = $state.raw<Offer | undefined>(undefined);
let asked: Promise<void> | undefined;

/** What the server offers; undefined where there is none, until it has said, and where it does not answer. */
export function nativeOffer(): Offer | undefined {
  if (hasServer)
    asked ??= engine.train.native({}).then(
      (answer) => void (offered = answer),
      () => undefined,
    );
  return offered;
}

/** Why it cannot, in the reader's language. */
export const whyNot = (why: string): Promise<string> => said(new EngineError(why, 'library'));
