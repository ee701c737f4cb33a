// Who learns what: each optimizer owns parameters, by name or by the layers they are in. Parameters that none owns
// are frozen: they get no gradient and keep their numbers. What their layers carry from step to step (batch norm's
// moving means) still moves, and dropout still drops: the layers are in training, only their parameters are not.
import { check } from '../base/check.ts';
import type { AnyLayer } from './layer.ts';
import { optimizerOf, type Optimizer, type OptimizerName } from './optimizer.ts';
import { joined } from './tree.ts';

/** A model, as far as its layers matter here. */
interface OfLayers {
  readonly layer: AnyLayer;
}

/** Parameters: those whose path the function says, or those in the layers, models or paths listed. */
export type Owns = ((path: string) => boolean) | readonly (AnyLayer | OfLayers | string)[];

/** An optimizer and what it moves. */
export interface OptimizerGroup {
  readonly optimizer: OptimizerName | Optimizer;
  readonly owns: Owns;
}

/** The same, with the paths that were meant. */
export interface Group {
  readonly optimizer: Optimizer;
  owns(path: string): boolean;
}

/** Every layer inside, with its path. */
function placesOf(layer: AnyLayer, path = ''): { readonly path: string; readonly layer: AnyLayer }[] {
  const inside = layer.wiring?.layers ?? [];
  return [{ path, layer }, ...inside.flatMap((part) => placesOf(part.layer, joined(path, part.name)))];
}

const isIn = (path: string, whole: string): boolean =>
  whole === '' || path === whole || path.startsWith(`${whole}/`);

function pathsOf(layer: AnyLayer, list: readonly (AnyLayer | OfLayers | string)[]): string[] {
  const places = placesOf(layer);
  return list.flatMap((one) => {
    const wanted = typeof one === 'string' ? one : 'layer' in one ? one.layer : one;
    const found =
      typeof wanted === 'string'
        ? places.some(({ path }) => path !== '' && (isIn(path, wanted) || isIn(wanted, path)))
          ? [wanted]
          : []
        : places.filter((place) => place.layer === wanted).map(({ path }) => path);
    check(found.length > 0, () => {
      const known = places.map(({ path }) => path).filter((path) => path !== '');
      return `compile: owns names ${typeof wanted === 'string' ? wanted : wanted.name}, which is not in the model; it has ${known.join(', ')}`;
    });
    return found;
  });
}

/** The optimizers of a model and what each owns; one alone owns everything. */
export function groupsOf(
  layer: AnyLayer,
  optimizer: OptimizerName | Optimizer | readonly OptimizerGroup[],
): readonly Group[] {
  if (!isGroups(optimizer)) return [{ optimizer: optimizerOf(optimizer), owns: () => true }];
  check(optimizer.length > 0, () => 'compile: the list of optimizers is empty; give [{ optimizer, owns }]');
  return optimizer.map(({ optimizer, owns }) => {
    if (typeof owns === 'function') return { optimizer: optimizerOf(optimizer), owns };
    const paths = pathsOf(layer, owns);
    return {
      optimizer: optimizerOf(optimizer),
      owns: (path) => paths.some((whole) => isIn(path, whole)),
    };
  });
}

const isGroups = (
  optimizer: OptimizerName | Optimizer | readonly OptimizerGroup[],
): optimizer is readonly OptimizerGroup[] => Array.isArray(optimizer);

/** The first group that owns a parameter, by number; undefined if it is frozen. */
export function ownerOf(groups: readonly Group[], path: string): number | undefined {
  const i = groups.findIndex((group) => group.owns(path));
  return i < 0 ? undefined : i;
}
