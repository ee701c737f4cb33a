// A snapshot: everything that training goes on from, as plain data, and as the bytes of a safetensors file, so that
// other programs can read the weights. Who takes snapshots and where bytes are kept is left to others.
import { check } from '../base/check.ts';
import { exactJson } from '../base/json.ts';
import { readSafetensors, safetensorsParts, writeSafetensors, type FileTensor } from './safetensors.ts';

/** All that a training consists of between two steps: put back, it goes on as if nothing had been. */
export interface Snapshot {
  /** Weights, layers' state, what the optimizer remembers: whatever lies on the device, by name. */
  readonly tensors: readonly FileTensor[];
  /** Steps done, epochs complete, rows taken in this epoch, seed: whatever is counted, by name. */
  readonly counters: Readonly<Record<string, number>>;
}

/** What gives and takes snapshots; a Model does. */
export interface Trained {
  snapshot(): Promise<Snapshot>;
  restore(snapshot: Snapshot): Promise<void>;
}

/** What the file says of itself. */
const kind = 'snapshot 1';

const metadataOf = ({ counters }: Snapshot): Record<string, string> => ({
  eidos: kind,
  counters: exactJson(counters),
});

/** A snapshot as a safetensors file; counters are in its metadata. */
export const snapshotToBytes = (snapshot: Snapshot): Uint8Array =>
  writeSafetensors(snapshot.tensors, metadataOf(snapshot));

/** The same file in pieces, one after the other; they share the snapshot's memory. */
export const snapshotToParts = (snapshot: Snapshot): readonly Uint8Array[] =>
  safetensorsParts(snapshot.tensors, metadataOf(snapshot));

/** The snapshot in a file that snapshotToBytes() made; `call` begins every message. */
export function snapshotFromBytes(bytes: Uint8Array, call = 'snapshotFromBytes'): Snapshot {
  const { tensors, metadata } = readSafetensors(bytes, call);
  check(
    metadata['eidos'] === kind,
    () =>
      `${call}: needs a file that says it is an eidos ${kind}, got ${metadata['eidos'] ?? 'none'}; its weights may be read with readSafetensors()`,
  );
  const counters = countersOf(metadata['counters'] ?? '');
  check(counters !== undefined, () => `${call}: the counters in the file's metadata are no numbers by name`);
  return { tensors, counters };
}

function countersOf(text: string): Record<string, number> | undefined {
  try {
    const entries = Object.entries(JSON.parse(text) as object);
    // What JSON has no number for is written as text: -0, NaN, Infinity.
    const counters = entries.map(([name, x]) => [name, Number(x)] as const);
    const good = entries.every(
      ([, x], i) => typeof x === 'number' || String(counters[i]?.[1]) === x || x === '-0',
    );
    return good ? Object.fromEntries(counters) : undefined;
  } catch {
    return undefined;
  }
}
