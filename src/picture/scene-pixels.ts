// A scene as pixels. A shape is the distance to its edge: a pixel is covered as far as its middle lies inside, which
// makes edges smooth without a second, finer picture. Only sums, products and roots are used, so that the same
// scene gives the same bytes everywhere.
import { at } from '../base/shape.ts';
import { cover, fillRect, type Canvas, type Colour, type Rect } from './canvas.ts';
import { capHeight, drawText, latin, textWidth, type Font } from './font.ts';
import { arrowHead, dashed, distanceOf, straightened, wordGap } from './scene-lines.ts';
import type { BoxShape, LineShape, Point, Shape, TextShape } from './scene.ts';

interface Pen {
  /** Pixels to a unit. */
  readonly scale: number;
  readonly font: Font;
}

/** Draws a shape of a scene. */
export function drawShape(canvas: Canvas, shape: Shape, pen: Pen): void {
  switch (shape.kind) {
    case 'box':
      return drawBox(canvas, shape, pen.scale);
    case 'line':
      return drawLine(canvas, shape, pen.scale);
    case 'dot': {
      const [x, y] = [shape.at[0] * pen.scale, shape.at[1] * pen.scale];
      const radius = shape.radius * pen.scale;
      const bounds = around([[x, y]], radius + 1);
      return cover(canvas, bounds, shape.colour, (px, py) => radius + 0.5 - length(px - x, py - y));
    }
    case 'text':
      return drawWords(canvas, shape, pen);
  }
}

const length = (x: number, y: number): number => distanceOf([0, 0], [x, y]);

function around(points: readonly Point[], by: number): Rect {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [x, y] = [Math.min(...xs) - by, Math.min(...ys) - by];
  return { x, y, width: Math.max(...xs) + by - x, height: Math.max(...ys) + by - y };
}

function drawBox(canvas: Canvas, shape: BoxShape, scale: number): void {
  const { fill, stroke, thickness = 1, radius = 0 } = shape;
  // On whole pixels, so that straight edges are sharp.
  const [x, y] = [Math.round(shape.x * scale), Math.round(shape.y * scale)];
  const rect = {
    x,
    y,
    width: Math.round((shape.x + shape.width) * scale) - x,
    height: Math.round((shape.y + shape.height) * scale) - y,
  };
  const edge = stroke ? Math.max(1, Math.round(thickness * scale)) : 0;
  const round = radius * scale;
  if (stroke && !fill) return drawFrame(canvas, rect, { colour: stroke, edge, round });
  if (stroke) fillRound(canvas, rect, stroke, round);
  if (fill) {
    const inner = { x: x + edge, y: y + edge, width: rect.width - 2 * edge, height: rect.height - 2 * edge };
    fillRound(canvas, inner, fill, Math.max(0, round - edge));
  }
}

function fillRound(canvas: Canvas, rect: Rect, colour: Colour, round: number): void {
  if (round === 0) fillRect(canvas, rect, colour);
  else cover(canvas, rect, colour, insideOf(rect, round));
}

function drawFrame(
  canvas: Canvas,
  rect: Rect,
  { colour, edge, round }: { readonly colour: Colour; readonly edge: number; readonly round: number },
): void {
  const inside = insideOf(rect, round);
  cover(canvas, rect, colour, (x, y) => {
    const deep = inside(x, y);
    return Math.min(deep, edge + 1 - deep);
  });
}

/** How deep a point is inside a rectangle with round corners, half a pixel added: 1 or more is wholly inside. */
function insideOf(rect: Rect, round: number): (x: number, y: number) => number {
  const [halfWidth, halfHeight] = [rect.width / 2, rect.height / 2];
  const [middleX, middleY] = [rect.x + halfWidth, rect.y + halfHeight];
  return (x, y) => {
    const across = Math.abs(x - middleX) - halfWidth + round;
    const down = Math.abs(y - middleY) - halfHeight + round;
    const beyond = length(Math.max(across, 0), Math.max(down, 0)) + Math.min(Math.max(across, down), 0);
    return round - beyond + 0.5;
  };
}

function drawLine(canvas: Canvas, shape: LineShape, scale: number): void {
  const { colour, width, arrow = false, bent = false, dashes } = shape;
  const head = arrow ? arrowHead(shape.points, width) : undefined;
  const way = head ? [...shape.points.slice(0, -1), head.neck] : shape.points;
  const curve = bent ? straightened(way) : way;
  const strokes = dashes ? dashed(curve, dashes) : [curve];
  const big = ([x, y]: Point): Point => [x * scale, y * scale];
  for (const stroke of strokes) drawStroke(canvas, stroke.map(big), (width * scale) / 2, colour);
  if (head) fillWedge(canvas, head.corners.map(big), colour);
}

/** Each pixel is covered once, by the piece that lies nearest, so that pieces do not show where they meet. */
function drawStroke(canvas: Canvas, points: readonly Point[], half: number, colour: Colour): void {
  const bounds = around(points, half + 1);
  const left = Math.floor(bounds.x);
  const top = Math.floor(bounds.y);
  const width = Math.ceil(bounds.x + bounds.width) - left;
  const covered = new Float32Array(width * (Math.ceil(bounds.y + bounds.height) - top));
  for (let i = 1; i < points.length; i++) {
    const [from, to] = [at(points, i - 1), at(points, i)];
    const piece = around([from, to], half + 1);
    for (let y = Math.floor(piece.y); y < piece.y + piece.height; y++)
      for (let x = Math.floor(piece.x); x < piece.x + piece.width; x++) {
        const place = (y - top) * width + x - left;
        const part = half + 0.5 - distance([x + 0.5, y + 0.5], from, to);
        if (part > (covered[place] ?? 0)) covered[place] = part;
      }
  }
  cover(canvas, bounds, colour, (x, y) => covered[(y - 0.5 - top) * width + x - 0.5 - left] ?? 0);
}

/** From a point to the line between two others. */
function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const part = square === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / square));
  return length(x - ax - part * dx, y - ay - part * dy);
}

/** A filled triangle: as deep as the nearest of its three sides is far. */
function fillWedge(canvas: Canvas, corners: readonly Point[], colour: Colour): void {
  const [a, b, c] = [at(corners, 0), at(corners, 1), at(corners, 2)];
  const turn = Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  const sides = [
    [a, b],
    [b, c],
    [c, a],
  ] as const;
  const deep = (x: number, y: number): number =>
    Math.min(
      ...sides.map(([p, q]) => {
        const [dx, dy] = [q[0] - p[0], q[1] - p[1]];
        return (turn * (dx * (y - p[1]) - dy * (x - p[0]))) / length(dx, dy);
      }),
    );
  cover(canvas, around(corners, 1), colour, (x, y) => deep(x, y) + 0.5);
}

function drawWords(canvas: Canvas, shape: TextShape, { scale, font }: Pen): void {
  const { text, colour, anchor = 'start', bold = false, more } = shape;
  const part = { start: 0, middle: 0.5, end: 1 }[anchor];
  const x = Math.round(shape.x * scale - part * textWidth(text, scale, font));
  const y = Math.round((shape.y - capHeight / 2) * scale);
  drawText(canvas, text, { x, y, scale, colour, font });
  // Bold is the same again, half a stroke to the right; Japanese letters would only be blurred by it.
  if (bold && [...text].every(latin))
    drawText(canvas, text, { x: x + Math.ceil(scale / 2), y, scale, colour, font });
  if (more) {
    const after = x + textWidth(text, scale, font) + wordGap * scale;
    drawText(canvas, more.text, { x: after, y, scale, colour: more.colour, font });
  }
}
