// Writes src/picture/font-japanese.ts: the 10-pixel Japanese letters of the M+ BITMAP FONTS as rows of bits.
//
//   apt-get install xfonts-mplus
//   node tools/japanese-font.mjs [mplus_j10r.pcf.gz]
//
// The fonts are by MORISHITA Koji (https://mplus-fonts.osdn.jp/mplus-bitmap-fonts/), "free software. Unlimited
// permission is granted to use, copy, and distribute it, with or without modification, either commercially and
// noncommercially." The font file is X11's PCF; only its metrics, bitmaps and encodings are read
// (https://fontforge.org/docs/techref/pcf-format.html).
import { readFileSync, writeFileSync } from 'node:fs';
import { TextDecoder } from 'node:util';
import { gunzipSync } from 'node:zlib';

const path = process.argv[2] ?? '/usr/share/fonts/X11/misc/mplus_j10r.pcf.gz';
/** Pixels of a letter; `above` of its rows are above the line. */
const size = { width: 10, height: 11, above: 9 };
const tables = { metrics: 4, bitmaps: 8, encodings: 32, accelerators: 2 };

const file = gunzipSync(readFileSync(path));
const view = new DataView(file.buffer, file.byteOffset, file.byteLength);

/** A reader of one table: numbers in the order of bytes that the table says it has. */
function table(type) {
  for (let i = 0; i < view.getUint32(4, true); i++) {
    const at = 8 + 16 * i;
    if (view.getUint32(at, true) !== type) continue;
    const start = view.getUint32(at + 12, true);
    const format = view.getUint32(start, true);
    const little = (format & 4) === 0;
    return {
      format,
      start: start + 4,
      u8: (p) => view.getUint8(start + 4 + p),
      i16: (p) => view.getInt16(start + 4 + p, little),
      u16: (p) => view.getUint16(start + 4 + p, little),
      u32: (p) => view.getUint32(start + 4 + p, little),
    };
  }
  throw new Error(`no table ${type} in ${path}`);
}

function metrics() {
  const t = table(tables.metrics);
  if (t.format & 0x100) {
    const byte = (p) => t.u8(p) - 0x80;
    return Array.from({ length: t.i16(0) }, (_, i) => ({
      left: byte(2 + 5 * i),
      right: byte(3 + 5 * i),
      width: byte(4 + 5 * i),
      ascent: byte(5 + 5 * i),
      descent: byte(6 + 5 * i),
    }));
  }
  return Array.from({ length: t.u32(0) }, (_, i) => ({
    left: t.i16(4 + 12 * i),
    right: t.i16(6 + 12 * i),
    width: t.i16(8 + 12 * i),
    ascent: t.i16(10 + 12 * i),
    descent: t.i16(12 + 12 * i),
  }));
}

/** For glyph i: whether the pixel (x, y) of its box is ink. */
function inks() {
  const t = table(tables.bitmaps);
  const count = t.u32(0);
  const data = 4 + 4 * count + 16;
  const pad = 1 << (t.format & 3);
  const unit = 1 << ((t.format >> 4) & 3);
  const [littleBytes, littleBits] = [(t.format & 4) === 0, (t.format & 8) === 0];
  return (i, width, x, y) => {
    const row = Math.ceil(Math.ceil(width / 8) / pad) * pad;
    let byte = x >> 3;
    if (littleBytes !== littleBits) byte ^= unit - 1;
    const bits = t.u8(data + t.u32(4 + 4 * i) + y * row + byte);
    return ((littleBits ? bits >> (x & 7) : bits >> (7 - (x & 7))) & 1) === 1;
  };
}

/** Glyph numbers by JIS X 0208's two bytes. */
function* encodings() {
  const t = table(tables.encodings);
  const [minLow, maxLow, minHigh, maxHigh] = [t.i16(0), t.i16(2), t.i16(4), t.i16(6)];
  for (let high = minHigh; high <= maxHigh; high++)
    for (let low = minLow; low <= maxLow; low++) {
      const glyph = t.u16(10 + 2 * ((high - minHigh) * (maxLow - minLow + 1) + low - minLow));
      if (glyph !== 0xffff) yield { high, low, glyph };
    }
}

const all = metrics();
const ink = inks();
const eucJp = new TextDecoder('euc-jp', { fatal: true });
let characters = '';
const bits = [];
for (const { high, low, glyph } of encodings()) {
  let character;
  try {
    character = eucJp.decode(Uint8Array.of(high | 0x80, low | 0x80));
  } catch {
    continue;
  }
  // Some stand in two places (≒, ∪): the bytes differ, the letters do not.
  if (characters.includes(character)) continue;
  const { left, right, ascent, descent } = all[glyph];
  const box = Array.from({ length: size.height }, () => new Array(size.width).fill(false));
  for (let y = 0; y < ascent + descent; y++)
    for (let x = 0; x < right - left; x++) {
      if (!ink(glyph, right - left, x, y)) continue;
      const [row, column] = [y + size.above - ascent, x + left];
      if (box[row]?.[column] === undefined) throw new Error(`${character} leaves its box`);
      box[row][column] = true;
    }
  characters += character;
  bits.push(...box.flat());
}
const bytes = new Uint8Array(Math.ceil(bits.length / 8));
bits.forEach((bit, i) => (bytes[i >> 3] |= bit ? 0x80 >> (i & 7) : 0));

const quoted = `'${characters.replaceAll(/[\\']/g, '\\$&')}'`;
writeFileSync(
  new URL('../src/picture/font-japanese.ts', import.meta.url),
  `// Made by tools/japanese-font.mjs from mplus_j10r of the M+ BITMAP FONTS by MORISHITA Koji; do not edit.
// "These fonts are free software. Unlimited permission is granted to use, copy, and distribute it, with or without
// modification, either commercially and noncommercially. THESE FONTS ARE PROVIDED "AS IS" WITHOUT WARRANTY."
// https://mplus-fonts.osdn.jp/mplus-bitmap-fonts/. font.ts loads this file when it meets such a letter.

/** The letters of JIS X 0208, in its order. */
export const characters =
  ${quoted};

/** Base64 of ${size.width * size.height} bits for each: ${size.height} rows of ${size.width} pixels, ${size.above} of them above the line. */
export const bitmaps =
  '${Buffer.from(bytes).toString('base64')}';
`,
);
console.log(`${[...characters].length} letters, ${bytes.length} bytes`);
