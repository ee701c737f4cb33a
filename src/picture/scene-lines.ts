// The geometry of lines that both files need: bends as many short lines, points of arrows, dashes, and one gap.
import { at, range } from '../base/shape.ts';
import type { Point } from './scene.ts';

/** Between the words of a line and more on it. */
export const wordGap = 8;

/** The point of an arrow. */
export interface Wedge {
  /** The tip first. */
  readonly corners: readonly [Point, Point, Point];
  /** Where the line ends and the point begins. */
  readonly neck: Point;
}

/** The point of an arrow along the last two of the points. It points down if it comes from above. */
export function arrowHead(points: readonly Point[], width: number): Wedge {
  const tip = at(points, points.length - 1);
  const before = at(points, points.length - 2);
  const [length, half] = [4 + width, 2 + width / 2];
  // Lines between boxes reach them upright, whatever their last two points say.
  const down = tip[1] >= before[1] ? 1 : -1;
  const base = tip[1] - down * length;
  return {
    corners: [tip, [tip[0] - half, base], [tip[0] + half, base]],
    neck: [tip[0], base],
  };
}

/** Lines short enough to pass for bends that leave and reach each point upright (a cubic Bézier curve). */
export function straightened(points: readonly Point[]): Point[] {
  const pieces = 24;
  return points.flatMap((point, i): Point[] => {
    const before = points[i - 1];
    if (!before) return [point];
    if (before[0] === point[0]) return [point];
    return range(pieces).map((k): Point => {
      const t = (k + 1) / pieces;
      const turn = t * t * (3 - 2 * t);
      // With controls at half of the height: y = 3/2 t(1-t)^2 + 3/2 t^2(1-t) + t^3, from 0 to 1.
      const fall = 1.5 * t * (1 - t) + t * t * t;
      return [before[0] + (point[0] - before[0]) * turn, before[1] + (point[1] - before[1]) * fall];
    });
  });
}

/** Not Math.hypot, whose last digit differs from engine to engine. */
export const distanceOf = (from: Point, to: Point): number =>
  Math.sqrt((to[0] - from[0]) ** 2 + (to[1] - from[1]) ** 2);

/** The strokes of a dashed line, each a line of its own. */
export function dashed(points: readonly Point[], [stroke, gap]: readonly [number, number]): Point[][] {
  const strokes: Point[][] = [];
  let open: Point[] | undefined = [at(points, 0)];
  let left = stroke;
  for (let i = 1; i < points.length; i++) {
    let from = at(points, i - 1);
    const to = at(points, i);
    let length = distanceOf(from, to);
    while (length > left) {
      const part = left / length;
      from = [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
      length -= left;
      if (open) strokes.push([...open, from]);
      open = open ? undefined : [from];
      left = open ? stroke : gap;
    }
    left -= length;
    open?.push(to);
  }
  if (open && open.length > 1) strokes.push(open);
  return strokes;
}
