// A drawing before it is a file: boxes, lines, dots and words at places. Lengths are in units of which a capital is
// seven high, so that one layout serves both files: pixels with our own fonts (scene-pixels.ts), and SVG
// (scene-svg.ts), whose letters are the viewer's and about as wide. What is drawn is up to diagrams and plots.
import { blank, type Colour } from './canvas.ts';
import { capHeight, descent, fontFor, textWidth, type Font } from './font.ts';
import { encodePng, type Picture } from './png.ts';
import { drawShape } from './scene-pixels.ts';
import { svgOf } from './scene-svg.ts';

export type Point = readonly [x: number, y: number];

/** A rectangle with round corners. */
export interface BoxShape {
  readonly kind: 'box';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill?: Colour;
  /** The line round it, inside its bounds. */
  readonly stroke?: Colour;
  /** Of that line; 1 if not said. */
  readonly thickness?: number;
  /** Of the corners; 0 if not said. */
  readonly radius?: number;
}

/** A line through points. */
export interface LineShape {
  readonly kind: 'line';
  readonly points: readonly Point[];
  readonly colour: Colour;
  readonly width: number;
  /** Ends in a point. */
  readonly arrow?: boolean;
  /** Bent between its points, so that it leaves and reaches each of them upright. */
  readonly bent?: boolean;
  /** Lengths of strokes and gaps in turn. */
  readonly dashes?: readonly [stroke: number, gap: number];
}

/** A filled circle. */
export interface DotShape {
  readonly kind: 'dot';
  readonly at: Point;
  readonly radius: number;
  readonly colour: Colour;
}

/** One line of text; y is the middle of its capitals. */
export interface TextShape {
  readonly kind: 'text';
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly colour: Colour;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
  /** More on the same line, not bold; only of text that starts at x. */
  readonly more?: { readonly text: string; readonly colour: Colour };
}

export type Shape = BoxShape | LineShape | DotShape | TextShape;

/** Shapes over a ground, those that come later on top. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  /** What it shows, for those who cannot see it. */
  readonly title: string;
  readonly ground: Colour;
  readonly shapes: readonly Shape[];
}

/** Height of a line of text. */
export const lineHeight = capHeight + 2 * descent;

/** What a drawing can become. */
export interface Formats {
  /** The text of an SVG file. */
  readonly svg: string;
  /** The bytes of a PNG file. */
  readonly png: Uint8Array;
  /** Pixels. */
  readonly picture: Picture;
}

export type Format = keyof Formats;

/** How large a drawing becomes. */
export interface SceneSize {
  /** Pixels to a unit, a whole number. */
  readonly scale?: number;
}

/** A font for everything that will be written. */
export interface Lettering {
  readonly font: Font;
  /** Width of a line of text in units. */
  readonly measure: (text: string) => number;
}

/** A font that has the letters of the texts. */
export async function letteringFor(texts: readonly string[]): Promise<Lettering> {
  const font = await fontFor(...texts);
  return { font, measure: (text) => textWidth(text, 1, font) };
}

/** The scene as a file or pixels. */
export function render<F extends Format>(
  scene: Scene,
  format: F,
  font: Font,
  { scale = 2 }: SceneSize = {},
): Formats[F] {
  const whole: Scene = { ...scene, width: Math.ceil(scene.width), height: Math.ceil(scene.height) };
  const picture = (): Picture => {
    const canvas = blank(whole.width * scale, whole.height * scale, scene.ground);
    for (const shape of scene.shapes) drawShape(canvas, shape, { scale, font });
    return canvas;
  };
  const makers: { readonly [K in Format]: () => Formats[K] } = {
    svg: () => svgOf(whole),
    png: () => encodePng(picture()),
    picture,
  };
  return makers[format]();
}
