// What else the machine does while something is timed: processor time of all minus that of the one who is timed, in
// processors. Only Linux tells; elsewhere it is unknown.
import { readFileSync } from 'node:fs';

/** Seconds that processors were busy since the system began, those lent to other machines included. */
function busySeconds(): number | undefined {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
    const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0, steal = 0] = line
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return (user + nice + system + irq + soft + steal) / 100;
  } catch {
    return undefined;
  }
}

/** Begins to watch; the function gives how many processors others kept busy, when told the own processor seconds. */
export function watch(): (own: number) => number | undefined {
  const [began, before] = [performance.now(), busySeconds()];
  return (own) => {
    const after = busySeconds();
    if (before === undefined || after === undefined) return undefined;
    return Math.max(0, after - before - own) / ((performance.now() - began) / 1000);
  };
}

/** More than this, and a repetition is not clean: the clock of the system counts in hundredths of a second. */
export const quiet = 0.2;
