// Layers one after the other, as one layer. Parameters and state are trees by the layers' names.
import { check } from '../base/check.ts';
import { at } from '../base/shape.ts';
import type { Applied, Layer, Params, Part } from './layer.ts';
import { joined } from './tree.ts';

/** The layers applied in turn; layers of one name are numbered from the second on: dense, dense_1, ... */
export function chain(layers: readonly Layer[], name = 'sequential'): Layer {
  check(layers.length > 0, () => 'sequential: needs at least one layer, got none');
  const names = unique(layers.map((layer) => layer.name));
  return {
    name,
    kind: 'Sequential',
    build(shape, draw) {
      const parts: Part[] = [];
      for (const [i, layer] of layers.entries()) {
        const path = at(names, i);
        const from = parts.at(-1)?.built.shape ?? shape;
        const built = layer.build(from, (parameter) => draw(joined(path, parameter)));
        parts.push({ name: path, kind: layer.kind, built });
      }
      const gather = (of: (part: Part) => Params): Params =>
        Object.fromEntries(
          parts
            .map((part) => [part.name, of(part)] as const)
            .filter(([, tree]) => Object.keys(tree).length > 0),
        );
      return {
        params: gather((p) => p.built.params),
        state: gather((p) => p.built.state),
        shape: parts.at(-1)?.built.shape ?? shape,
        parts,
      };
    },
    apply({ params, state }, x, context) {
      let out: Applied = { y: x, state: {} };
      const next: Record<string, Params> = {};
      for (const [i, layer] of layers.entries()) {
        const path = at(names, i);
        const inside = { params: (params[path] ?? {}) as Params, state: (state[path] ?? {}) as Params };
        out = layer.apply(inside, out.y, {
          ...context,
          uniform: (like, draw) => context.uniform(like, joined(path, draw)),
        });
        if (Object.keys(out.state).length > 0) next[path] = out.state;
      }
      return { ...out, state: next };
    },
  };
}

function unique(names: readonly string[]): string[] {
  const used = new Map<string, number>();
  return names.map((name) => {
    const before = used.get(name) ?? 0;
    used.set(name, before + 1);
    return before === 0 ? name : `${name}_${before}`;
  });
}
