// A scene as SVG. Letters are the viewer's: the drawing names common sans-serif fonts, and leaves Japanese to them.
// Numbers have at most two decimals, so that the same scene is the same text everywhere.
import type { Colour } from './canvas.ts';
import { arrowHead, wordGap, type Wedge } from './scene-lines.ts';
import type { BoxShape, DotShape, LineShape, Point, Scene, Shape, TextShape } from './scene.ts';

/** Pixels of a page to one unit: letters come out 15 pixels high. */
const ZOOM = 1.5;

/** Letters that are no wider than ours even where only a broad font is at hand. */
const FONT = 'font-family="Arial, Helvetica, sans-serif" font-size="9.2"';

/** Half the height of their capitals. */
const HALF = 3.3;

/** The text of an SVG file. */
export function svgOf({ width, height, title, ground, shapes }: Scene): string {
  const size = `width="${number(width * ZOOM)}" height="${number(height * ZOOM)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${width} ${height}" role="img" ${FONT}>`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${hex(ground)}"/>`,
    ...shapes.map(element),
    '</svg>\n',
  ].join('\n');
}

/** Text as it may stand between tags and in quotes. */
export const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    // Characters that XML 1.0 forbids, whatever their spelling.
    // eslint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');

/** #rrggbb. */
export const hex = (colour: Colour): string =>
  `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`;

const number = (value: number): string => String(Math.round(value * 100) / 100);

const pair = ([x, y]: Point): string => `${number(x)} ${number(y)}`;

function element(shape: Shape): string {
  switch (shape.kind) {
    case 'box':
      return box(shape);
    case 'line':
      return line(shape);
    case 'dot':
      return dot(shape);
    case 'text':
      return words(shape);
  }
}

function box({ x, y, width, height, fill, stroke, thickness = 1, radius = 0 }: BoxShape): string {
  // SVG draws a stroke half outside; ours is inside.
  const inset = stroke ? thickness / 2 : 0;
  const place =
    `x="${number(x + inset)}" y="${number(y + inset)}" ` +
    `width="${number(width - 2 * inset)}" height="${number(height - 2 * inset)}"`;
  const round = radius > 0 ? ` rx="${number(radius - inset)}"` : '';
  const edge = stroke
    ? ` stroke="${hex(stroke)}"${thickness === 1 ? '' : ` stroke-width="${number(thickness)}"`}`
    : '';
  return `<rect ${place}${round} fill="${fill ? hex(fill) : 'none'}"${edge}/>`;
}

function line({ points, colour, width, arrow = false, bent = false, dashes }: LineShape): string {
  const head: Wedge | undefined = arrow ? arrowHead(points, width) : undefined;
  const way = head ? [...points.slice(0, -1), head.neck] : points;
  const path = way
    .map((point, i): string => {
      const before = way[i - 1];
      if (!before) return `M${pair(point)}`;
      if (!bent || before[0] === point[0]) return `L${pair(point)}`;
      const middle = (before[1] + point[1]) / 2;
      return `C${pair([before[0], middle])} ${pair([point[0], middle])} ${pair(point)}`;
    })
    .join('');
  const dashed = dashes ? ` stroke-dasharray="${dashes.map(number).join(' ')}"` : '';
  const drawn =
    `<path d="${path}" fill="none" stroke="${hex(colour)}" stroke-width="${number(width)}" ` +
    `stroke-linejoin="round"${dashed}/>`;
  return head ? `${drawn}<path d="M${head.corners.map(pair).join('L')}Z" fill="${hex(colour)}"/>` : drawn;
}

const dot = ({ at: [x, y], radius, colour }: DotShape): string =>
  `<circle cx="${number(x)}" cy="${number(y)}" r="${number(radius)}" fill="${hex(colour)}"/>`;

function words({ text, x, y, colour, anchor = 'start', bold = false, more }: TextShape): string {
  const aligned = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  const weight = bold ? ' font-weight="bold"' : '';
  const place = `x="${number(x)}" y="${number(y + HALF)}"`;
  const after = more
    ? `<tspan dx="${wordGap}" font-weight="normal" fill="${hex(more.colour)}">${escaped(more.text)}</tspan>`
    : '';
  return `<text ${place}${aligned}${weight} fill="${hex(colour)}">${escaped(text)}${after}</text>`;
}
