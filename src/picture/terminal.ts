// Pictures as text for a terminal. A character is about twice as high as wide, so with colours each shows two pixels:
// the upper half block in one colour over a ground in the other. Without colours, characters stand for how light a
// pixel is. What the terminal can show, and how wide it is, is for the caller to find out.
import { check } from '../base/check.ts';
import { at, range } from '../base/shape.ts';
import type { Picture } from './png.ts';
import { resize } from './resize.ts';

/** What colours a terminal shows: any, the 256 of xterm, or none. */
export type TerminalColours = 'true' | '256' | 'none';

export interface TerminalOptions {
  /** Characters a line may have; 80 if not said. A picture that is smaller is shown in whole multiples. */
  readonly columns?: number;
  /** true (any colour) if not said. */
  readonly colours?: TerminalColours;
  /** Without colours, letters are darker than their ground, as on paper; false if not said. */
  readonly light?: boolean;
}

/** From dark to light on a dark ground: more and more of a character is ink. */
const RAMP = ' .:-=+*#%@';

/** The picture as lines of text. Transparent parts are shown over white. */
export function terminalPicture(
  picture: Picture,
  { columns = 80, colours = 'true', light = false }: TerminalOptions = {},
): string {
  check(
    Number.isInteger(columns) && columns >= 1,
    () => `terminalPicture: columns must be a whole number from 1, got ${columns}`,
  );
  const all = ['true', '256', 'none'];
  check(
    all.includes(colours),
    () => `terminalPicture: colours must be one of ${all.join(', ')}, got ${JSON.stringify(colours)}`,
  );
  const { width, height, pixel } = fitted(picture, columns);
  const lines = range(Math.ceil(height / 2)).map((line) =>
    range(width).map((x): readonly [Pixel, Pixel | undefined] => [
      pixel(x, 2 * line),
      2 * line + 1 < height ? pixel(x, 2 * line + 1) : undefined,
    ]),
  );
  return lines.map((line) => (colours === 'none' ? plain(line, light) : coloured(line, colours))).join('\n');
}

type Pixel = readonly [red: number, green: number, blue: number];

/** Two pixels, the second under the first. */
type Pair = readonly [Pixel, Pixel | undefined];

/** The picture at most `columns` wide: made smaller by a filter, or larger by repeating pixels. */
function fitted(
  picture: Picture,
  columns: number,
): { readonly width: number; readonly height: number; readonly pixel: (x: number, y: number) => Pixel } {
  const times = Math.max(1, Math.floor(columns / picture.width));
  const width = Math.min(columns, picture.width);
  const height = Math.max(1, Math.round((picture.height * width) / picture.width));
  const { data } = resize(picture, { width, height, channels: 3, crop: 'stretch' });
  return {
    width: width * times,
    height: height * times,
    pixel: (x, y) => {
      const from = 3 * (Math.floor(y / times) * width + Math.floor(x / times));
      return [data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0];
    },
  };
}

/** How light a pixel is, 0 to 255 (Rec. 601). */
const lightness = ([red, green, blue]: Pixel): number => 0.299 * red + 0.587 * green + 0.114 * blue;

function plain(line: readonly Pair[], light: boolean): string {
  const text = line.map(([above, below]) => {
    const mean = (lightness(above) + lightness(below ?? above)) / 2;
    const place = Math.min(RAMP.length - 1, Math.floor((mean / 256) * RAMP.length));
    return at([...RAMP], light ? RAMP.length - 1 - place : place);
  });
  return text.join('').trimEnd();
}

/** Colours are only said where they change. */
function coloured(line: readonly Pair[], colours: 'true' | '256'): string {
  const code = (pixel: Pixel): string => (colours === 'true' ? `2;${pixel.join(';')}` : `5;${xterm(pixel)}`);
  let [ink, ground] = ['', ''];
  const text = line.map(([above, below]) => {
    const [upper, lower] = [`38;${code(above)}`, below ? `48;${code(below)}` : '49'];
    const news = [upper === ink ? '' : upper, lower === ground ? '' : lower].filter((one) => one !== '');
    [ink, ground] = [upper, lower];
    return `${news.length > 0 ? `\u001b[${news.join(';')}m` : ''}▀`;
  });
  return `${text.join('')}\u001b[0m`;
}

/** The nearest of xterm's 24 greys or 6 x 6 x 6 colours (levels 0, 95, 135, 175, 215, 255). */
function xterm(pixel: Pixel): number {
  const levels = [0, 95, 135, 175, 215, 255];
  const step = (value: number): number =>
    levels.findIndex((level, i) => value <= (level + (levels[i + 1] ?? 1e9)) / 2);
  const [r, g, b] = [step(pixel[0]), step(pixel[1]), step(pixel[2])];
  const far = (other: Pixel): number =>
    other.reduce((sum, value, c) => sum + (value - (pixel[c] ?? 0)) ** 2, 0);
  const mean = (pixel[0] + pixel[1] + pixel[2]) / 3;
  const grey = Math.max(0, Math.min(23, Math.round((mean - 8) / 10)));
  const level = 8 + 10 * grey;
  const cube: Pixel = [at(levels, r), at(levels, g), at(levels, b)];
  return far([level, level, level]) < far(cube) ? 232 + grey : 16 + 36 * r + 6 * g + b;
}
