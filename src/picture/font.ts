// Bitmap fonts for text in pictures: the printable characters of ASCII and eight more, drawn for eidos, and those of
// Japanese (JIS X 0208, with Greek and Cyrillic), which are only loaded for a text that has some.
// A Latin glyph is nine rows of up to five pixels, one base-32 digit a row, the leftmost pixel in its highest bit;
// capitals fill the first seven rows, the last two hang below the line. Widths follow from the pixels.
// Characters that no font has become a box. Where text goes is the business of those who draw.
import { fillRect, type Canvas, type Colour } from './canvas.ts';

/** Height of a capital in font pixels; a line of text is `descent` taller. */
export const capHeight = 7;

/** Font pixels below the line. */
export const descent = 2;

/** A letter as pixels. */
export interface Glyph {
  /** Bits from the top, the leftmost pixel in the highest of `columns` bits. */
  readonly rows: readonly number[];
  readonly columns: number;
  /** Font pixels it takes on the line. */
  readonly width: number;
  /** Where its first row is, counted from the top of capitals; below 0 is above them. */
  readonly top: number;
}

/** What text is drawn with: the glyph of a character, or undefined where the font has none. */
export type Font = (character: string) => Glyph | undefined;

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
  ['·×–…→←↑↓', '000g00000 00ha4ah00 000v00000 00000l000 0042v2400 0048v8400 04el44400 0444le400'],
];

/** Blank columns between two glyphs. */
const SPACING = 1;

const SPACE: Glyph = { rows: [], columns: 0, width: 3, top: 0 };
const BOX = glyph('vhhhhhv00');

const GLYPHS = new Map<string, Glyph>(
  TABLE.flatMap(([characters, shapes]) =>
    shapes.split(' ').map((shape, i): [string, Glyph] => [[...characters][i]!, glyph(shape)]),
  ),
);

/** The font that is always there. */
export const latin: Font = (character) => (character === ' ' ? SPACE : GLYPHS.get(character));

/** What Unicode has twice, and JIS X 0208 under the other number. */
const TWINS = new Map(
  [...'〜～−－‖∥—―¢￠£￡¬￢¥￥'].flatMap((c, i, all) => (i % 2 ? [] : [[c, all[i + 1] ?? c]])),
);

/** The font for texts: with Japanese letters if one of the texts has a character that is not Latin. */
export async function fontFor(...texts: readonly string[]): Promise<Font> {
  if (texts.every((text) => [...text].every(latin))) return latin;
  const japanese = await loadJapanese();
  const either: Font = (character) => latin(character) ?? japanese.get(character);
  return (character) =>
    either(character) ?? either(TWINS.get(character) ?? '') ?? either(character.normalize('NFKC'));
}

/** The letters of font-japanese.ts: 11 rows of 10 pixels, placed so that they stand around the middle of capitals. */
async function loadJapanese(): Promise<ReadonlyMap<string, Glyph>> {
  const { bitmaps, characters } = await import('./font-japanese.ts');
  const bytes = Uint8Array.from(atob(bitmaps), (c) => c.charCodeAt(0));
  const [columns, height] = [10, 11];
  const row = (from: number): number => {
    let bits = 0;
    for (let i = from; i < from + columns; i++)
      bits = 2 * bits + (((bytes[i >> 3] ?? 0) >> (7 - (i & 7))) & 1);
    return bits;
  };
  const glyphAt = (place: number): Glyph => ({
    rows: Array.from({ length: height }, (_, y) => row((place * height + y) * columns)),
    columns,
    // Few letters reach the last column, so that it is what keeps them apart.
    width: columns - SPACING,
    top: -1,
  });
  return new Map([...characters].map((character, i) => [character, glyphAt(i)]));
}

/** Width in pixels of one line of text at a whole-number scale. */
export function textWidth(text: string, scale: number, font: Font = latin): number {
  const glyphs = glyphsOf(text, font);
  return scale * glyphs.reduce((width, { width: w }, i) => width + w + (i > 0 ? SPACING : 0), 0);
}

/** Where text goes, and how it looks. */
export interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly colour: Colour;
  readonly font?: Font | undefined;
}

/** Draws one line of text with the top left of its capitals at (x, y); pixels outside the canvas are left out. */
export function drawText(canvas: Canvas, text: string, place: TextPlace): void {
  const { y, scale, colour, font = latin } = place;
  let x = place.x;
  for (const { rows, columns, width, top } of glyphsOf(text, font)) {
    rows.forEach((bits, row) => {
      for (let column = 0; column < columns; column++) {
        if ((bits >> (columns - 1 - column)) & 1) {
          fillRect(
            canvas,
            { x: x + column * scale, y: y + (top + row) * scale, width: scale, height: scale },
            colour,
          );
        }
      }
    });
    x += (width + SPACING) * scale;
  }
}

/** Composed first: file systems give が as two characters. */
function glyphsOf(text: string, font: Font): Glyph[] {
  return [...text.normalize('NFC')].map((character) => font(character) ?? BOX);
}

function glyph(shape: string): Glyph {
  const rows = [...shape].map((digit) => parseInt(digit, 32));
  const used = rows.reduce((bits, row) => bits | row, 0);
  return { rows, columns: 5, width: 5 - Math.log2(used & -used), top: 0 };
}
