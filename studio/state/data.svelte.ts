// The data set that pages learn from: one at a time, the same on all of them.
import type { DataCard, LeftOut } from '../worker/data.ts';
import { engine } from './engine.ts';
import { complain } from './notice.svelte.ts';

/** Data sets that the studio's server has. */
export type Served = 'mnist' | 'fashion-mnist' | 'kmnist';

/** What is chosen. */
export interface Chosen {
  readonly card: DataCard | undefined;
  /** What is being read or fetched. */
  readonly busy: string | undefined;
  readonly skipped: readonly LeftOut[];
}

let chosen = $state.raw<Chosen>({ card: undefined, busy: undefined, skipped: [] });

/** The data set of now. */
export const dataset = (): Chosen => chosen;

async function choose(
  busy: string,
  work: () => Promise<{ readonly card: DataCard; readonly skipped?: readonly LeftOut[] }>,
): Promise<DataCard | undefined> {
  chosen = { ...chosen, busy, skipped: [] };
  try {
    const { card, skipped = [] } = await work();
    chosen = { card, busy: undefined, skipped };
    return card;
  } catch (error) {
    chosen = { ...chosen, busy: undefined };
    await complain(error);
    return undefined;
  }
}

/** Has the server give a data set. */
export const fetchData = (name: Served, download: boolean): Promise<DataCard | undefined> =>
  choose(name, async () => ({ card: await engine.data.fetch({ name, download }) }));

/** Takes up one that the browser has kept; nothing if it has none of that name. */
export async function keptCard(id: string): Promise<DataCard | undefined> {
  const card = await engine.data.card({ id }).catch(() => undefined);
  if (card) chosen = { card, busy: undefined, skipped: [] };
  return card;
}

/** A file and where it lay. */
export interface Given {
  readonly path: string;
  readonly file: File;
}

const isIdx = ({ path }: Given): boolean => /(ubyte|idx\d?)(\.gz)?$|\.gz$/i.test(path);

/** Takes files: those of a set like MNIST, or a folder of pictures. */
export const giveFiles = (
  given: readonly Given[],
  how: { readonly size: number; readonly grey: boolean },
): Promise<DataCard | undefined> =>
  choose(given[0]?.path.split('/')[0] ?? '', async () => {
    if (!given.every(isIdx)) return engine.data.folder({ files: [...given], ...how });
    const files = await Promise.all(
      given.map(async ({ path, file }) => ({ name: path, bytes: new Uint8Array(await file.arrayBuffer()) })),
    );
    return { card: await engine.data.files({ files }) };
  });
