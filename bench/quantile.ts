/** A quantile between the numbers it falls between. */
export function quantile(x: readonly number[], q: number): number {
  const [s, at] = [[...x].sort((a, b) => a - b), q * (x.length - 1)];
  const [low, high] = [s[Math.floor(at)] ?? NaN, s[Math.ceil(at)] ?? NaN];
  return low + (high - low) * (at - Math.floor(at));
}
