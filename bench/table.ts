// Figures as people read them: rounded to what they are worth, and as tables in Markdown.
import type { Figure } from './race.ts';

/** Three digits, with separators where there are more. */
export function rounded(x: number): string {
  if (!Number.isFinite(x)) return '–';
  const size = Math.abs(x);
  if (size >= 100) return Math.round(Number(x.toPrecision(3))).toLocaleString('en-US');
  return size >= 10 ? x.toFixed(1) : size >= 1 ? x.toFixed(2) : x.toPrecision(2);
}

export const percent = (share: number | null): string =>
  share === null
    ? '–'
    : share < 0.001
      ? ''
      : share < 0.0995
        ? `${(100 * share).toFixed(1)} %`
        : `${Math.round(100 * share)} %`;

/** A table whose first columns are text and whose others are numbers. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[], texts = 1): string {
  const rule = head.map((_, i) => (i < texts ? '---' : '---:'));
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** The median and the quartiles; an asterisk where few repetitions were clean. */
export const spread = ({ median, low, high, clean, repetitions }: Figure): string => {
  const noisy = clean < Math.min(5, repetitions) ? '*' : '';
  return `${rounded(median)}${noisy} (${rounded(low)}–${rounded(high)})`;
};

/** Whether less is better. */
export const lessIsBetter = (unit: Figure['unit']): boolean => unit === 'ms' || unit === 'µs';

/** How many times as fast as `other` a figure is. */
export const timesAs = (one: Figure, other: Figure): number =>
  lessIsBetter(one.unit) ? other.median / one.median : one.median / other.median;

/** One figure in a line for who waits. */
export function line(figure: Figure): string {
  const { workload, contestant, median, low, high, unit, share, repetitions, clean, own, others } = figure;
  const parts = [
    `${workload.padEnd(16)} ${contestant.padEnd(22)} ${rounded(median).padStart(9)} ${unit}`,
    `${rounded(low)} to ${rounded(high)}`,
    ...(share === null ? [] : [`${percent(share)} of the limit`]),
    `${clean} of ${repetitions} clean`,
    `${own.toFixed(1)} processors, others ${others === null ? '?' : others.toFixed(1)}`,
  ];
  return parts.join(', ');
}
