// An axis: from numbers to places, and the numbers people like to read beside it: steps of 1, 2 or 5 times a power of
// ten, on a logarithmic axis the powers themselves.
import { check } from '../base/check.ts';
import { at, range } from '../base/shape.ts';

/** How an axis is asked for. */
export interface AxisOptions {
  /** What the numbers are. */
  readonly label?: string;
  /** Equal ratios take equal room; numbers that are not above 0 are left out. */
  readonly log?: boolean;
  /** Where it begins and ends; where the numbers do if not said. */
  readonly min?: number;
  readonly max?: number;
}

/** An axis of numbers. */
export interface Axis {
  readonly label: string;
  /** 0 at its beginning, 1 at its end; NaN for what a logarithmic axis has no place for. */
  readonly place: (value: number) => number;
  /** Numbers to write, and how. */
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

/** How an axis is made from its numbers. */
export interface AxisData {
  readonly call: string;
  readonly values: Iterable<number>;
  readonly options: AxisOptions | string;
  /** About how many numbers to write beside it. */
  readonly count: number;
  /** Ends at a number that is written. */
  readonly whole: boolean;
}

/** An axis for the values; those that are not finite have no part in it. */
export function axisFor({ call, values, options, count, whole }: AxisData): Axis {
  const { label = '', log = false, min, max } = typeof options === 'string' ? { label: options } : options;
  let [low, high] = [Infinity, -Infinity];
  for (const value of values)
    if (Number.isFinite(value) && (!log || value > 0)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  low = min ?? low;
  high = max ?? high;
  check(
    Number.isFinite(low) && Number.isFinite(high) && low <= high && (!log || low > 0),
    () =>
      `${call}: needs ${log ? 'numbers above 0 for a logarithmic axis' : 'finite numbers'}, got ${low} to ${high}`,
  );
  const ends = { low, high, keepLow: min !== undefined || !whole, keepHigh: max !== undefined || !whole };
  return { label, ...(log ? logarithmic(ends, count) : linear(ends, count)) };
}

interface Ends {
  readonly low: number;
  readonly high: number;
  /** Whether the axis begins and ends just there, or at the next number that is written. */
  readonly keepLow: boolean;
  readonly keepHigh: boolean;
}

function linear({ low, high, keepLow, keepHigh }: Ends, count: number): Omit<Axis, 'label'> {
  // One number only: some room on both sides.
  const room = low === high ? Math.abs(low) / 10 || 1 : 0;
  const [least, most] = [low - room, high + room];
  const step = niceStep((most - least) / count);
  // A hair's breadth, so that 0.30000000000000004 is 0.3.
  const hair = 1e-9;
  const begin = keepLow ? least : Math.floor(least / step + hair) * step;
  const end = keepHigh ? most : Math.ceil(most / step - hair) * step;
  const first = Math.ceil(begin / step - hair);
  const values = range(Math.floor(end / step + hair) - first + 1).map((i) => (first + i) * step);
  return {
    place: (value) => (value - begin) / (end - begin),
    ticks: values.map((value) => ({ value, text: numberText(value, step) })),
  };
}

/** The nearest above of 1, 2 and 5 times a power of ten. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return (
    power *
    (at(
      [1, 2, 5, 10].filter((nice) => nice * power >= rough * 0.9999),
      0,
    ) || 10)
  );
}

function logarithmic({ low, high, keepLow, keepHigh }: Ends, count: number): Omit<Axis, 'label'> {
  const [least, most] = [Math.log10(low), Math.log10(high)];
  const room = least === most ? 0.5 : 0;
  const narrow = most - least + 2 * room < 2.5;
  const hair = 1e-9;
  // Few powers: 2 and 5 times a power as well. Many: every second, third, ...
  const every = Math.max(1, Math.ceil((most - least) / count));
  const powers = range(Math.ceil(most + room) - Math.floor(least - room) + 1).map(
    (i) => Math.floor(least - room) + i,
  );
  const all = powers
    .filter((power) => power % every === 0)
    .flatMap((power) => (narrow ? [1, 2, 5] : [1]).map((times) => times * 10 ** power));
  const below = all.filter((value) => Math.log10(value) <= least - room + hair).at(-1);
  const above = all.find((value) => Math.log10(value) >= most + room - hair);
  const begin = keepLow || below === undefined ? least - room : Math.log10(below);
  const end = keepHigh || above === undefined ? most + room : Math.log10(above);
  const shown = all.filter((value) => Math.log10(value) >= begin - hair && Math.log10(value) <= end + hair);
  return {
    place: (value) => (value > 0 ? (Math.log10(value) - begin) / (end - begin) : NaN),
    ticks: shown.map((value) => ({ value, text: numberText(value, value) })),
  };
}

/** A number with as many decimals as its step has; very large and small ones with a power of ten. */
export function numberText(value: number, step: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  // 2e6, 1.5e-7
  if (size >= 1e6 || size < 1e-4)
    return value
      .toExponential(3)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  const decimals = Math.max(0, Math.min(8, -Math.floor(Math.log10(Math.abs(step)) + 1e-9)));
  return Number(value.toFixed(decimals)).toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}
