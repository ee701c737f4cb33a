// Colour pictures of the project's own, drawn by this program and free like it: fruit on white, each with a place, a
// size, colours and light of its own. For tests, and for a first try before one has gathered pictures.
//
// To add a kind: a row in `kinds`.
import { check } from '../base/check.ts';
import { uniform } from '../base/rng.ts';
import type { Split } from '../data/split.ts';
import type { Colour } from './canvas.ts';

/** How fruit is drawn. */
export interface FruitOptions {
  /** Side of a picture in pixels. */
  readonly size?: number;
  /** Another seed, other pictures; the same seed, the same first ones however many. */
  readonly seed?: number;
}

/** A kind of fruit. Places are from its middle, x to the right and y up, of a fruit one unit high and wide each way. */
interface Kind {
  /** Above 0 inside, 1 at the middle, and how far to the right and up the surface there looks away. */
  readonly body: (x: number, y: number) => number;
  /** From one of these colours to the other, each fruit somewhere between; the second half of the row is the cheek's. */
  readonly skin: readonly [from: Colour, to: Colour];
  readonly cheek: Colour;
  readonly stem: number;
}

const ball = (x: number, y: number): number => 1 - x * x - y * y;

/** Two balls grown together, the upper one smaller. */
function pear(x: number, y: number): number {
  const [low, high] = [
    1 - (x / 0.8) ** 2 - ((y + 0.3) / 0.7) ** 2,
    1 - (x / 0.45) ** 2 - ((y - 0.4) / 0.6) ** 2,
  ];
  // A smooth maximum, Quilez 2013, https://iquilezles.org/articles/smin/
  const share = Math.max(0, 0.5 - Math.abs(high - low)) / 0.5;
  return Math.max(low, high) + (share * share * 0.5) / 4;
}

/** A ball with hollows above and below. */
const apple = (x: number, y: number): number =>
  ball(x, y * 1.06) - 0.55 * Math.exp(-((x / 0.22) ** 2)) * Math.max(0, Math.abs(y) - 0.55);

const kinds: Readonly<Record<string, Kind>> = {
  apple: { body: apple, skin: [[150, 190, 60], [205, 50, 45]], cheek: [190, 30, 40], stem: 0.35 }, // prettier-ignore
  orange: { body: ball, skin: [[245, 150, 30], [235, 120, 20]], cheek: [250, 170, 60], stem: 0 }, // prettier-ignore
  pear: { body: pear, skin: [[170, 190, 70], [215, 200, 80]], cheek: [200, 140, 60], stem: 0.3 }, // prettier-ignore
  plum: { body: (x, y) => ball(x * 1.18, y * 0.98), skin: [[80, 40, 100], [110, 40, 80]], cheek: [60, 50, 120], stem: 0 }, // prettier-ignore
};

/** The kinds of fruit there are. */
export const fruitNames: readonly string[] = Object.keys(kinds);

const mix = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

const white: Colour = [255, 255, 255];
const wood: Colour = [92, 66, 40];

/** What is seen at a place of one fruit. */
function fruitAt(kind: Kind, chance: (i: number) => number): (x: number, y: number) => Colour {
  const turn = (chance(0) - 0.5) * 0.7;
  const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
  const scale = 0.58 + 0.28 * chance(1);
  const [right, up] = [(chance(2) - 0.5) * 0.2, (chance(3) - 0.5) * 0.2];
  const wide = 0.92 + 0.16 * chance(4);
  const skin = mix(kind.skin[0], kind.skin[1], chance(5));
  const [side, blush] = [chance(6) < 0.5 ? -1 : 1, 0.3 + 0.6 * chance(7)];
  const [lightX, lightY] = [-0.3 - 0.4 * chance(8), 0.35 + 0.3 * chance(9)];
  const bright = 0.85 + 0.25 * chance(10);
  return (px, py) => {
    const [dx, dy] = [(px - right) / scale, (py - up) / scale];
    const [x, y] = [(dx * cosine + dy * sine) / wide, dy * cosine - dx * sine];
    const inside = kind.body(x, y);
    const onStem =
      kind.stem > 0 && y > 0.5 && y < 0.82 + kind.stem / 2 && Math.abs(x - 0.12 * (y - 0.5)) < 0.05;
    if (inside <= 0) return onStem ? wood : white;
    if (onStem && y > 0.72) return wood;
    // Height above the paper, and light on what is so curved.
    const height = Math.sqrt(inside);
    const facing = Math.max(0, x * lightX + y * lightY + height * Math.sqrt(1 - lightX ** 2 - lightY ** 2));
    const shine = facing ** 24 * 0.5;
    const red = blush * Math.max(0, Math.min(1, 0.5 + side * x * 0.9));
    const [r, g, b] = mix(skin, kind.cheek, red);
    const lit = bright * (0.42 + 0.62 * facing);
    return mix([r * lit, g * lit, b * lit], white, shine);
  };
}

/**
 * `count` pictures of fruit, the kinds in turn; labels are places in `fruitNames`. Each pixel is the mean of 3 x 3 looks.
 * Shapes: [count, size, size, 3].
 */
export function drawnFruit(count: number, { size = 64, seed = 1 }: FruitOptions = {}): Split {
  for (const [name, value, most] of [
    ['count', count, 1_000_000],
    ['size', size, 1024],
  ] as const)
    check(
      Number.isInteger(value) && value >= 1 && value <= most,
      () => `drawnFruit: ${name} must be a whole number from 1 to ${most}, got ${value}`,
    );
  const images = new Uint8Array(count * size * size * 3);
  const labels = new Uint8Array(count);
  const looks = 3;
  for (let n = 0; n < count; n++) {
    labels[n] = n % fruitNames.length;
    const look = fruitAt(kinds[fruitNames[n % fruitNames.length] ?? ''] as Kind, (i) =>
      uniform(seed, 41, n, i),
    );
    for (let place = 0; place < size * size; place++) {
      const sum = [0, 0, 0];
      for (let i = 0; i < looks * looks; i++) {
        const x = ((place % size) + ((i % looks) + 0.5) / looks) / (size / 2) - 1;
        const y = 1 - (Math.floor(place / size) + (Math.floor(i / looks) + 0.5) / looks) / (size / 2);
        look(x, y).forEach((value, c) => (sum[c] = (sum[c] ?? 0) + value));
      }
      for (let c = 0; c < 3; c++)
        images[(n * size * size + place) * 3 + c] = Math.min(255, Math.round((sum[c] ?? 0) / looks ** 2));
    }
  }
  return { images, labels, count, shape: [size, size, 3] };
}
