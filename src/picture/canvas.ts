// A sheet of pixels to draw on: colours, filled rectangles, and shapes that cover some pixels in part.
// Text is font.ts; turning the sheet into a file is png.ts.

/** Red, green, blue: 0 to 255 each. */
export type Colour = readonly [number, number, number];

/** Pixels that are drawn on: data [height, width, 3]. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly channels: 3;
  readonly data: Uint8Array;
}

/** A place and a size in pixels, from the top left. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A canvas of one colour. */
export function blank(width: number, height: number, colour: Colour): Canvas {
  const canvas: Canvas = { width, height, channels: 3, data: new Uint8Array(3 * width * height) };
  fillRect(canvas, { x: 0, y: 0, width, height }, colour);
  return canvas;
}

/** Fills a rectangle; what lies outside the canvas is left out. */
export function fillRect(canvas: Canvas, rect: Rect, [red, green, blue]: Colour): void {
  const right = Math.min(rect.x + rect.width, canvas.width);
  const bottom = Math.min(rect.y + rect.height, canvas.height);
  for (let y = Math.max(rect.y, 0); y < bottom; y++) {
    for (let x = Math.max(rect.x, 0); x < right; x++) {
      const at = 3 * (y * canvas.width + x);
      canvas.data[at] = red;
      canvas.data[at + 1] = green;
      canvas.data[at + 2] = blue;
    }
  }
}

/** Colours each pixel of `bounds` as far as `coverage`, 0 to 1, says for its middle at (x + 0.5, y + 0.5). */
export function cover(
  canvas: Canvas,
  bounds: Rect,
  colour: Colour,
  coverage: (x: number, y: number) => number,
): void {
  const right = Math.min(Math.ceil(bounds.x + bounds.width), canvas.width);
  const bottom = Math.min(Math.ceil(bounds.y + bounds.height), canvas.height);
  for (let y = Math.max(Math.floor(bounds.y), 0); y < bottom; y++)
    for (let x = Math.max(Math.floor(bounds.x), 0); x < right; x++) {
      const part = Math.max(0, Math.min(1, coverage(x + 0.5, y + 0.5)));
      if (part === 0) continue;
      const at = 3 * (y * canvas.width + x);
      for (let c = 0; c < 3; c++) {
        const under = canvas.data[at + c] ?? 0;
        canvas.data[at + c] = Math.round(under + ((colour[c] ?? 0) - under) * part);
      }
    }
}
