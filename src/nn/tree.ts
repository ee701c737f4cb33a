// Trees of named things: a layer's parameters, the variables that hold them, their gradients.
// A tree is plain data, so that whoever walks it needs no class; a leaf's name is its path, `dense/kernel`.

/** Named leaves, nested to any depth; a leaf is anything but a plain object. */
export type Tree<T> = { readonly [name: string]: T | Tree<T> };

/** The name of something inside something named. */
export const joined = (path: string, name: string): string => (path === '' ? name : `${path}/${name}`);

const isTree = <T>(x: T | Tree<T>): x is Tree<T> =>
  typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype;

/** Every leaf with its path, in the order of the tree. */
export function leavesOf<T>(tree: Tree<T>, path = ''): (readonly [path: string, leaf: T])[] {
  return Object.entries(tree).flatMap(([name, x]) =>
    isTree(x) ? leavesOf(x, joined(path, name)) : [[joined(path, name), x] as const],
  );
}

/** The leaves of several trees, one tree after the other: of parameters and state, whose branches have the same names. */
export const leavesOfAll = <T>(...trees: readonly Tree<T>[]): (readonly [path: string, leaf: T])[] =>
  trees.flatMap((tree) => leavesOf(tree));

/** The same tree with other leaves. */
export function mapTree<T, U>(tree: Tree<T>, to: (leaf: T, path: string) => U, path = ''): Tree<U> {
  return Object.fromEntries(
    Object.entries(tree).map(([name, x]) => {
      const here = joined(path, name);
      return [name, isTree(x) ? mapTree(x, to, here) : to(x, here)];
    }),
  );
}

/** The leaves that `keep` says, in their places. */
export function filterTree<T>(tree: Tree<T>, keep: (path: string) => boolean, path = ''): Tree<T> {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([name, x]): [string, T | Tree<T>][] => {
      const here = joined(path, name);
      if (!isTree(x)) return keep(here) ? [[name, x]] : [];
      const inside = filterTree(x, keep, here);
      return Object.keys(inside).length > 0 ? [[name, inside]] : [];
    }),
  );
}
