// Tables of sums of products alone: how near each is to the limits of arithmetic and of memory, and what eidos reaches on
// one thread and with narrower vectors.
import { variantNames } from './contestants.ts';
import type { Figure } from './race.ts';
import { markdown, percent, spread } from './table.ts';
import type { Workload } from './workloads/workload.ts';

const figureOf = (figures: readonly Figure[], workload: string, contestant: string): Figure | undefined =>
  figures.find((one) => one.workload === workload && one.contestant === contestant);

/** Shares of both limits; the nearer one in bold, since it is the one at work. */
function nearness(figure: Figure | undefined): string[] {
  if (!figure?.performed) return ['–', '–', '–'];
  const { operations, arithmetic, memory } = figure.performed;
  const told = (share: number, nearer: boolean): string =>
    nearer ? `**${percent(share)}**` : percent(share);
  return [percent(operations), told(arithmetic, arithmetic >= memory), told(memory, memory > arithmetic)];
}

export function limitsTable(workloads: readonly Workload[], figures: readonly Figure[]): string {
  const devices = ['native', 'wasm'];
  const rows = workloads.flatMap(({ id }) => {
    const own = devices.map((device) => figureOf(figures, id, device));
    return own.some((one) => one?.performed) ? [[id, ...own.flatMap(nearness)]] : [];
  });
  const head = devices.flatMap((device) => [`${device}: performed`, 'of arithmetic', 'of memory']);
  return rows.length > 0 ? markdown(['workload', ...head], rows) : '';
}

/** Each beside its own limit. */
export function variantsTable(workloads: readonly Workload[], figures: readonly Figure[]): string {
  const rows = workloads.flatMap(({ id, unit }) => {
    const own = variantNames.map((name) => figureOf(figures, id, name));
    const cells = own.flatMap((one) => (one ? [spread(one), percent(one.share)] : ['–', '–']));
    return own.some((one) => one) ? [[id, unit, ...cells]] : [];
  });
  const head = variantNames.flatMap((name) => [name, 'of its limit']);
  return rows.length > 0 ? markdown(['workload', 'in', ...head], rows, 2) : '';
}
