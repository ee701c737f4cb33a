// What health looks at, as lines of a run's metrics and back: a run that is gone on with remembers what was seen of it.
import type { MetricsLine } from '../run/record.ts';
import { distanceNames } from './distances.ts';
import type { Observation } from './health.ts';
import { signalNames } from './round.ts';

/** What is seen of samples when they are looked at. */
export type Look = Pick<Observation, 'classShares'> & Required<Pick<Observation, 'distances'>>;

/** Gives the report before what was seen of samples; a run's first pictures come before any report. */
export function addLook(all: Observation[], look: Look): void {
  const last = all.pop();
  if (last) all.push({ ...last, ...look });
}

/** A look as a line of metrics has it. */
export const lookLine = ({ distances, classShares = [] }: Look): Readonly<Record<string, number>> => ({
  ...distances,
  ...Object.fromEntries(classShares.map((share, c) => [`share${c}`, share])),
});

/** The numbers of these names in a line of metrics, if all of them are there. */
function numbersIn<Name extends string>(
  line: MetricsLine,
  names: readonly Name[],
): Readonly<Record<Name, number>> | undefined {
  const all = Object.fromEntries(names.map((name) => [name, line[name]])) as Record<Name, number>;
  return Object.values(all).every((x) => typeof x === 'number') ? all : undefined;
}

/** Shares of classes in a line, from the first on. */
function sharesIn(line: MetricsLine): readonly number[] | undefined {
  const shares: number[] = [];
  for (let c = 0; typeof line[`share${c}`] === 'number'; c++) shares.push(line[`share${c}`] as number);
  return shares.length > 0 ? shares : undefined;
}

/** The observations that lines of metrics tell of. */
export function observationsIn(lines: readonly MetricsLine[]): Observation[] {
  const all: Observation[] = [];
  for (const line of lines) {
    const [signals, distances] = [numbersIn(line, signalNames), numbersIn(line, distanceNames)];
    const classShares = sharesIn(line);
    if (signals && typeof line['step'] === 'number') all.push({ round: line['step'], signals });
    if (distances) addLook(all, { distances, ...(classShares && { classShares }) });
  }
  return all;
}
