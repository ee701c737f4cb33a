// A bitmap font for captions: the printable characters of ASCII and five more, drawn for eidos.
// A glyph is nine rows of up to five pixels, one base-32 digit a row, the leftmost pixel in its highest bit;
// capitals fill the first seven rows, the last two hang below the line. Widths follow from the pixels.
// Characters that are not here become a box. Where text goes is the business of grid.ts.
import { fillRect, type Canvas, type Colour } from './canvas.ts';

/** Height of a capital in font pixels; a line of text is `descent` taller. */
export const capHeight = 7;

/** Font pixels below the line. */
export const descent = 2;

interface Glyph {
  readonly rows: readonly number[];
  readonly width: number;
}

// prettier-ignore
const TABLE: readonly (readonly [string, string])[] = [
  [`!"#$%&'()*+`, 'ggggg0g00 kk0000000 0avava000 4fke5u400 pp248jj00 cik8lid00 gg0000000 48ggg8400 g84448g00 0k8s8k000 0044v4400'],
  ['-./,:;<=>?@', '000u00000 00000gg00 122488g00 0000088g0 00g00g000 0080088g0 248g84200 000u0u000 g84248g00 ci2480800 ehnlngf00'],
  ['0123456789', 'ciiiiic00 4ck444v00 eh1248v00 eh161he00 26aiv2200 vgu11he00 egguhhe00 v12244400 ehhehhe00 ehhf11e00'],
  ['ABCDEFGHIJ', '4ahhvhh00 uhhuhhu00 ehggghe00 uhhhhhu00 uggsggu00 uggsggg00 ehgnhhe00 hhhvhhh00 s88888s00 22222ic00'],
  ['KLMNOPQRST', 'hikokih00 ggggggu00 hrllhhh00 hppljjh00 ehhhhhe00 uhhuggg00 ehhhlid00 uhhukih00 fgge11u00 v44444400'],
  ['UVWXYZ[\\]^_`', 'hhhhhhe00 hhhhaa400 hhhllrh00 hha4ahh00 hha444400 v1248gv00 ogggggo00 g88422100 o88888o00 4ah000000 00000000v g80000000'],
  ['abcdefghij', '00c2eie00 ggsiiis00 00cgggc00 22eiiie00 00ciuge00 cgsgggg00 00eiiie2c ggsiiii00 g0ggggg00 80888888g'],
  ['klmnopqrst', 'ggikoki00 gggggg800 00qllll00 00siiii00 00ciiic00 00siiisgg 00eiiie22 00koggg00 00egc2s00 ggsgggc00'],
  ['uvwxyz{|}~', '00iiiie00 00hhaa400 00hllla00 00iicii00 00iiiie2c 00u2cgu00 488g88400 ggggggggg g88488g00 009m00000'],
  ['·×–→…', '000g00000 00ha4ah00 000v00000 0042v2400 00000l000'],
];

/** Blank columns between two glyphs. */
const SPACING = 1;

const SPACE: Glyph = { rows: [], width: 3 };
const BOX = glyph('vhhhhhv00');

const GLYPHS = new Map<string, Glyph>(
  TABLE.flatMap(([characters, shapes]) =>
    shapes.split(' ').map((shape, i): [string, Glyph] => [[...characters][i]!, glyph(shape)]),
  ),
);

/** Width in pixels of one line of text at a whole-number scale. */
export function textWidth(text: string, scale: number): number {
  const glyphs = glyphsOf(text);
  return scale * glyphs.reduce((width, { width: w }, i) => width + w + (i > 0 ? SPACING : 0), 0);
}

/** Draws one line of text with its top left at (x, y); pixels outside the canvas are left out. */
export function drawText(
  canvas: Canvas,
  text: string,
  place: { x: number; y: number; scale: number; colour: Colour },
): void {
  const { y, scale, colour } = place;
  let x = place.x;
  for (const { rows, width } of glyphsOf(text)) {
    rows.forEach((bits, row) => {
      for (let column = 0; column < width; column++) {
        if (bits & (16 >> column)) {
          fillRect(
            canvas,
            { x: x + column * scale, y: y + row * scale, width: scale, height: scale },
            colour,
          );
        }
      }
    });
    x += (width + SPACING) * scale;
  }
}

function glyphsOf(text: string): Glyph[] {
  return [...text].map((character) => (character === ' ' ? SPACE : (GLYPHS.get(character) ?? BOX)));
}

function glyph(shape: string): Glyph {
  const rows = [...shape].map((digit) => parseInt(digit, 32));
  const used = rows.reduce((bits, row) => bits | row, 0);
  return { rows, width: 5 - Math.log2(used & -used) };
}
