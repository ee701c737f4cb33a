// The drawing on the pad: strokes, the pen, and what undo goes back to. Pages share it, so that what was drawn on one is
// still there on another; as text it stands in the address.
import type { Point, Stroke } from 'eidos';

/** The pad's side, in its own pixels; a brush of 40 on 420 is what the seed's page has. */
export const side = 420;

/** What a brush can be. */
export const brushes = { least: 16, most: 64, usual: 40 } as const;

/** A stroke in an address is a run of points, two bytes each on a grid of 255 x 255; 0 0 parts strokes. */
const grid = 255;

/** Points nearer than this to the one before are left out of an address. */
const near = 5;

class Drawing {
  strokes = $state.raw<readonly Stroke[]>([]);
  brush = $state<number>(brushes.usual);
  /** What undo goes back to, the latest last. */
  private past = $state.raw<readonly (readonly Stroke[])[]>([]);

  /** Whether there is something to go back to. */
  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get isEmpty(): boolean {
    return this.strokes.length === 0;
  }

  /** Puts the pen down. */
  begin(point: Point): void {
    this.keep();
    this.strokes = [...this.strokes, [point]];
  }

  /** Moves the pen that is down. */
  extend(points: readonly Point[]): void {
    const last = this.strokes.at(-1);
    if (last) this.strokes = [...this.strokes.slice(0, -1), [...last, ...points]];
  }

  undo(): void {
    const before = this.past.at(-1);
    if (!before) return;
    this.strokes = before;
    this.past = this.past.slice(0, -1);
  }

  clear(): void {
    if (this.isEmpty) return;
    this.keep();
    this.strokes = [];
  }

  private keep(): void {
    this.past = [...this.past, this.strokes];
  }

  /** The strokes as text for an address; undefined where nothing is drawn. */
  get text(): string | undefined {
    if (this.isEmpty) return undefined;
    const byte = (x: number): number => Math.max(1, Math.min(grid, Math.round((x / side) * grid)));
    const bytes = this.strokes.flatMap((stroke, i) => [
      ...(i > 0 ? [0, 0] : []),
      ...thinned(stroke).flatMap(([x, y]) => [byte(x), byte(y)]),
    ]);
    return btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  }

  /** Draws what an address says, if it says something else than what is drawn; undo brings back what was there. */
  show(text: string | undefined): void {
    if (text === undefined || text === this.text) return;
    if (!this.isEmpty) this.keep();
    this.strokes = strokesIn(text);
  }
}

/** The strokes of an address; text that is none has none. */
function strokesIn(text: string): readonly Stroke[] {
  let bytes: string;
  try {
    bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return [];
  }
  let stroke: Point[] = [];
  const all: Point[][] = [];
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    const [x, y] = [bytes.charCodeAt(i), bytes.charCodeAt(i + 1)];
    if (x === 0 && y === 0) stroke = [];
    else {
      if (stroke.length === 0) all.push(stroke);
      stroke.push([(x / grid) * side, (y / grid) * side]);
    }
  }
  return all;
}

/** Without points that are nearly where the one before is; the last stays. */
function thinned(stroke: Stroke): Stroke {
  const kept: Point[] = [];
  stroke.forEach((point, i) => {
    const [x, y] = kept.at(-1) ?? [-side, -side];
    if (i === stroke.length - 1 || Math.hypot(point[0] - x, point[1] - y) >= near) kept.push(point);
  });
  return kept;
}

/** The one drawing. */
export const drawing = new Drawing();
