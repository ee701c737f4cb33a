// Figures as people read them, the same in every language; the words around them are the catalogue's.

/** A length of time in the unit it is best said in, to about two figures. */
export interface Span {
  readonly amount: string;
  readonly unit: 's' | 'min' | 'h' | 'day';
}

/** Two figures are enough: 0 s, 0.4 s, 12 s, 3 min, 7 h, 4 days. */
export function span(seconds: number): Span {
  if (seconds < 0.05) return { amount: '0', unit: 's' };
  if (seconds < 9.95) return { amount: seconds.toFixed(1), unit: 's' };
  if (seconds < 99.5) return { amount: seconds.toFixed(0), unit: 's' };
  const minutes = seconds / 60;
  if (minutes < 99.5) return { amount: minutes.toFixed(0), unit: 'min' };
  const hours = minutes / 60;
  return hours < 47.5
    ? { amount: hours.toFixed(0), unit: 'h' }
    : { amount: whole(Math.round(hours / 24)), unit: 'day' };
}

/** 60,000 */
export const whole = (n: number): string => n.toLocaleString('en-US');

/** 98.61 % of a part between 0 and 1; rounded down, so that only all is 100 %. */
export const percent = (part: number): string => `${(Math.floor(part * 1e4 + 1e-6) / 100).toFixed(2)} %`;

/** 9.9 MB */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** A measured number: shares in percent, others with four digits. */
export const measured = (name: string, x: number): string =>
  /accuracy$/i.test(name) ? percent(x) : x.toFixed(4);

/** Three figures, whatever the size: 0.0134, 1.66, 28.3. */
export const short = (x: number): string => Number(x.toPrecision(3)).toString();

/** Shares of classes as bars, half a bar's height for a fair share: `0▄ 1▁ 2█`. */
export function sharesOf(shares: readonly number[]): string {
  const bars = '▁▂▃▄▅▆▇█';
  const bar = (share: number): string =>
    bars[Math.min(bars.length - 1, Math.round(share * shares.length * 3.5))] ?? '';
  return shares.map((share, name) => `${name}${bar(share)}`).join(' ');
}
