// What run.json says of a run: what was asked for, with which versions, and how it went. Plain data; a record is
// read from text that anyone may have edited, so it is checked.
import { check } from '../base/check.ts';

/** Plain data as JSON holds it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** How a run ended, or that it has not. */
export type RunState = 'running' | 'stopped' | 'finished' | 'failed';

/** The checkpoints a run keeps: the newest few, and the best by a metric if one is named. */
export interface Keeping {
  readonly newest: number;
  readonly best?: { readonly metric: string; readonly mode: 'min' | 'max' };
}

/** run.json. Times are ISO 8601 in UTC. */
export interface RunRecord {
  readonly format: 1;
  readonly name: string;
  readonly seed: number;
  /** What was asked for: model, data, epochs, rates. */
  readonly config: { readonly [key: string]: Json };
  /** Of eidos, node, device and os. */
  readonly versions: Readonly<Record<string, string>>;
  /** The words of the command that began it. */
  readonly command: readonly string[];
  readonly keeping: Keeping;
  readonly started: string;
  /** When it was resumed, and at which step. */
  readonly resumed: readonly { readonly at: string; readonly step: number }[];
  readonly finished?: string;
  readonly state: RunState;
  /** What it came to. */
  readonly figures: Readonly<Record<string, number>>;
  /** Why it failed. */
  readonly error?: string;
}

/** Numbers and words by name at one step of a run: a line of metrics.jsonl. */
export type MetricsLine = Readonly<Record<string, number | string | boolean | null>>;

/** A run as listed: its record, and what its folder says beside. */
export interface RunInfo {
  readonly folder: string;
  readonly record: RunRecord;
  /** 'interrupted': its process ended without a word. */
  readonly state: RunState | 'interrupted';
  /** What it came to, or the numbers of its last line of metrics. */
  readonly figures: Readonly<Record<string, number>>;
  /** Steps of its checkpoints, newest first. */
  readonly checkpoints: readonly number[];
}

const states: readonly string[] = ['running', 'stopped', 'finished', 'failed'];

/** The record in the text of a run.json; `call` begins every message. */
export function recordFrom(text: string, call: string): RunRecord {
  const found = parsed(text);
  check(
    found !== undefined,
    () => `${call}: run.json is not a JSON object; restore it, or leave this run aside`,
  );
  check(
    found['format'] === 1,
    () =>
      `${call}: run.json is of format ${JSON.stringify(found['format'])}, this eidos reads format 1; use the eidos that wrote it`,
  );
  const is = (key: string, kind: (x: unknown) => boolean): void =>
    check(
      kind(found[key]),
      () => `${call}: ${key} in run.json is not what it must be, got ${JSON.stringify(found[key])}`,
    );
  const text1 = (x: unknown): boolean => typeof x === 'string';
  const object = (x: unknown): boolean => typeof x === 'object' && x !== null && !Array.isArray(x);
  for (const key of ['name', 'started']) is(key, text1);
  for (const key of ['config', 'versions', 'keeping', 'figures']) is(key, object);
  for (const key of ['command', 'resumed']) is(key, Array.isArray);
  is('seed', (x) => typeof x === 'number');
  is('state', (x) => states.includes(x as string));
  return found as unknown as RunRecord;
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** What an error says. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : `${error as string}`;

/** run.json of a record. */
export const recordText = (record: RunRecord): string => `${JSON.stringify(record, null, 2)}\n`;
