// Where training is between two steps, as plain data: with it, the weights and what optimizers and callbacks
// remember, fit() goes on as if nothing had been. What is counted here is named as in a snapshot's counters.
import type { Memos } from './callback.ts';

/** Where training is. Changed by course.ts alone, after each call to the device. */
export interface Place {
  /** Epochs complete. */
  epoch: number;
  /** Callbacks have been told that the epoch after them begins. */
  begun: boolean;
  /** Steps done in that epoch, and examples counted in its totals. */
  epochSteps: number;
  epochExamples: number;
  /** Sums over those examples. */
  totals: Readonly<Record<string, number>>;
  /** Orders begun since compile(): each has a number, which says all of it. */
  orders: number;
  /** Rows in the present order, and how many of them were taken. */
  rows: number;
  taken: number;
  /** Steps done since training began, which callbacks count by. */
  steps: number;
  /** A callback has asked for the end. */
  stopping: boolean;
  /** Advice has been looked for. */
  advised: boolean;
  /** Figures of the epochs complete. */
  history: Readonly<Record<string, readonly number[]>>;
  /** What callbacks remember. */
  memos: Memos;
}

/** Before the first step of an epoch, after so many orders. */
export const placeAt = (epoch: number, orders: number): Place => ({
  epoch,
  begun: false,
  epochSteps: 0,
  epochExamples: 0,
  totals: {},
  orders,
  rows: 0,
  taken: 0,
  steps: 0,
  stopping: false,
  advised: false,
  history: {},
  memos: {},
});

const counted = ['epoch', 'epochSteps', 'epochExamples', 'orders', 'rows', 'taken', 'steps'] as const;
const flags = ['begun', 'stopping', 'advised'] as const;

/** A place's numbers as counters. */
export function countersOf(place: Place): Record<string, number> {
  const totals = Object.entries(place.totals).map(([name, sum]) => [`total/${name}`, sum] as const);
  const memos = Object.entries(place.memos).flatMap(([name, { numbers }]) => [
    // That it was there is remembered, too.
    [`callback/${name}`, 1] as const,
    ...Object.entries(numbers).map(([key, x]) => [`callback/${name}/${key}`, x] as const),
  ]);
  return Object.fromEntries([
    ...counted.map((name) => [name, place[name]] as const),
    ...flags.map((name) => [name, Number(place[name])] as const),
    ...totals,
    ...memos,
  ]);
}

/** The entries whose names begin with `start`, without it. */
const within = (counters: Readonly<Record<string, number>>, start: string): Record<string, number> =>
  Object.fromEntries(
    Object.entries(counters).flatMap(([name, x]) =>
      name.startsWith(start) ? [[name.slice(start.length), x]] : [],
    ),
  );

/** The place that counters say; figures and weights that callbacks keep are not among them. */
export function placeFrom(counters: Readonly<Record<string, number>>): Place {
  const memos = within(counters, 'callback/');
  const names = Object.keys(memos).filter((name) => !name.includes('/'));
  return {
    ...placeAt(0, 0),
    ...Object.fromEntries(counted.map((name) => [name, counters[name] ?? 0])),
    ...Object.fromEntries(flags.map((name) => [name, counters[name] === 1])),
    totals: within(counters, 'total/'),
    memos: Object.fromEntries(names.map((name) => [name, { numbers: within(memos, `${name}/`) }])),
  };
}
