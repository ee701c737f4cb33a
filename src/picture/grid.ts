// Contact sheets: many small pictures side by side, each with a caption, under a title.
// Everything is whole pixels: tiles are enlarged by repeating pixels, so what is seen is what the network saw.
// The look is here alone: ink on white tiles over a light ground, red and a frame for what is wrong.
// Which pictures, in which order and with what words, is up to the caller.
import { check } from '../base/check.ts';
import { blank, fillRect, type Canvas, type Colour, type Rect } from './canvas.ts';
import { capHeight, descent, drawText, latin, textWidth, type Font } from './font.ts';
import type { Picture } from './png.ts';

/** One picture of a sheet: pixels [height, width, channels] of 8 bits. */
export interface Tile {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  /** Stands under the picture; lines after the first are set in grey. */
  readonly caption?: string;
  /** `wrong` gets a red frame and caption, `right` a green caption. */
  readonly mark?: 'wrong' | 'right';
}

/** How a sheet is laid out; lengths in pixels. */
export interface SheetOptions {
  /** Pictures in a row. */
  readonly columns?: number;
  /** Side of the square that one pixel of a tile becomes. */
  readonly scale?: number;
  /** Room between two columns; rows get half as much again, so that a caption belongs to what is above it. */
  readonly gap?: number;
  /** Stands on top; lines after the first are set smaller, in grey. */
  readonly title?: string;
  /** One-channel pixels are ink on white paper (as in MNIST), not light on black. */
  readonly ink?: boolean;
  /** What the words are drawn with; fontFor() gives one that has the letters of Japanese. */
  readonly font?: Font;
}

const GROUND: Colour = [248, 247, 244];
const PAPER: Colour = [255, 255, 255];
const INK: Colour = [24, 27, 34];
const HAIRLINE: Colour = [224, 221, 214];
const TEXT: Colour = [52, 56, 64];
const MUTED: Colour = [110, 113, 120];
const WRONG: Colour = [200, 44, 30];
const RIGHT: Colour = [44, 112, 82];

/** What follows from the tiles and options: sizes in pixels. */
interface Layout {
  readonly columns: number;
  readonly scale: number;
  readonly gap: { readonly across: number; readonly down: number };
  /** Pixels to one pixel of the font in captions; the title's first line has twice as many. */
  readonly text: number;
  readonly margin: number;
  readonly font: Font;
  readonly cell: { readonly width: number; readonly height: number; readonly picture: number };
}

/** A sheet of the tiles, row by row from the top left: [height, width, 3]. */
export function contactSheet(tiles: readonly Tile[], options: SheetOptions = {}): Picture {
  checkTiles(tiles);
  const layout = layOut(tiles, options);
  const { columns, gap, margin, cell, font } = layout;
  const title = options.title === undefined ? [] : options.title.split('\n');
  const top = margin + titleHeight(title, layout.text);
  const rows = Math.ceil(tiles.length / columns);
  const across = Math.min(columns, tiles.length);
  const titleWidth = Math.max(
    0,
    ...title.map((line, i) => textWidth(line, titleScale(i, layout.text), font)),
  );
  const canvas = blank(
    Math.max(across * (cell.width + gap.across) - gap.across, titleWidth) + 2 * margin,
    top + rows * (cell.height + gap.down) - gap.down + margin,
    GROUND,
  );
  drawTitle(canvas, title, layout);
  tiles.forEach((tile, i) => {
    const x = margin + (i % columns) * (cell.width + gap.across);
    const y = top + Math.floor(i / columns) * (cell.height + gap.down);
    drawCell(canvas, tile, { x, y, layout, ink: options.ink ?? false });
  });
  return canvas;
}

function checkTiles(tiles: readonly Tile[]): void {
  check(tiles.length > 0, () => 'contactSheet: needs at least 1 tile, got 0');
  tiles.forEach(({ pixels, width, height, channels }, i) => {
    check(
      pixels.length === width * height * channels,
      () =>
        `contactSheet: tile ${i} needs ${width * height * channels} bytes ` +
        `for ${width} x ${height} x ${channels}, got ${pixels.length}`,
    );
  });
}

function layOut(tiles: readonly Tile[], options: SheetOptions): Layout {
  const { columns = 10, scale = 3, font = latin } = options;
  // Captions of "4 → 9" stay narrower than a digit of 28 pixels at every scale.
  const text = Math.max(1, Math.round(scale / 1.6));
  const { gap = 7 * text } = options;
  for (const [name, value, least] of [
    ['columns', columns, 1],
    ['scale', scale, 1],
    ['gap', gap, 0],
  ] as const) {
    check(
      Number.isInteger(value) && value >= least,
      () => `contactSheet: ${name} must be a whole number of at least ${least}, got ${value}`,
    );
  }
  const lines = tiles.map(({ caption }) => caption?.split('\n') ?? []);
  const picture = scale * Math.max(...tiles.map((tile) => tile.height));
  const widest = Math.max(0, ...lines.flat().map((line) => textWidth(line, text, font)));
  const most = Math.max(...lines.map((list) => list.length));
  return {
    columns,
    scale,
    gap: { across: gap, down: Math.round(1.5 * gap) },
    text,
    margin: Math.max(16, 12 * text),
    font,
    cell: {
      width: Math.max(widest, scale * Math.max(...tiles.map((tile) => tile.width))),
      height: picture + (most > 0 ? most * lineHeight(text) + 2 * text : 0),
      picture,
    },
  };
}

const lineHeight = (scale: number): number => (capHeight + descent + 2) * scale;

const titleScale = (line: number, text: number): number => (line === 0 ? 2 * text : text);

function titleHeight(title: readonly string[], text: number): number {
  if (title.length === 0) return 0;
  return title.reduce((sum, _, i) => sum + lineHeight(titleScale(i, text)), 0) + 11 * text;
}

function drawTitle(canvas: Canvas, title: readonly string[], { margin, text, font }: Layout): void {
  let y = margin;
  title.forEach((line, i) => {
    const scale = titleScale(i, text);
    drawText(canvas, line, { x: margin, y, scale, colour: i === 0 ? TEXT : MUTED, font });
    y += lineHeight(scale);
  });
}

function drawCell(
  canvas: Canvas,
  tile: Tile,
  { x, y, layout, ink }: { x: number; y: number; layout: Layout; ink: boolean },
): void {
  const { cell, scale, text, font } = layout;
  const width = tile.width * scale;
  const height = tile.height * scale;
  const left = x + Math.floor((cell.width - width) / 2);
  const top = y + Math.floor((cell.picture - height) / 2);
  const wrong = tile.mark === 'wrong';
  drawFrame(canvas, { x: left, y: top, width, height }, wrong ? text + 1 : 1, wrong ? WRONG : HAIRLINE);
  drawPixels(canvas, tile, { x: left, y: top, scale, ink });
  const first = wrong ? WRONG : tile.mark === 'right' ? RIGHT : TEXT;
  tile.caption?.split('\n').forEach((line, i) => {
    drawText(canvas, line, {
      x: x + Math.floor((cell.width - textWidth(line, text, font)) / 2),
      y: y + cell.picture + 5 * text + i * lineHeight(text),
      scale: text,
      colour: i === 0 ? first : MUTED,
      font,
    });
  });
}

/** A frame outside the rectangle. */
function drawFrame(canvas: Canvas, { x, y, width, height }: Rect, thick: number, colour: Colour): void {
  fillRect(
    canvas,
    { x: x - thick, y: y - thick, width: width + 2 * thick, height: height + 2 * thick },
    colour,
  );
}

function drawPixels(
  canvas: Canvas,
  tile: Tile,
  { x, y, scale, ink }: { x: number; y: number; scale: number; ink: boolean },
): void {
  for (let row = 0; row < tile.height; row++) {
    for (let column = 0; column < tile.width; column++) {
      const square = { x: x + column * scale, y: y + row * scale, width: scale, height: scale };
      fillRect(canvas, square, colourAt(tile, row * tile.width + column, ink));
    }
  }
}

function colourAt({ pixels, channels }: Tile, pixel: number, ink: boolean): Colour {
  const at = pixel * channels;
  const first = pixels[at]!;
  if (channels === 1) return ink ? mix(PAPER, INK, first) : [first, first, first];
  const colour: Colour = [first, pixels[at + 1]!, pixels[at + 2]!];
  return channels === 3 ? colour : mix(PAPER, colour, pixels[at + 3]!);
}

/** `under` covered by `over` to the part `alpha` of 255. */
function mix(under: Colour, over: Colour, alpha: number): Colour {
  const blend = (channel: 0 | 1 | 2): number =>
    Math.round(under[channel] + ((over[channel] - under[channel]) * alpha) / 255);
  return [blend(0), blend(1), blend(2)];
}
