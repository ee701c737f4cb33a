// What the judge learns from: digits changed as hands and cameras change them, and pictures of many kinds that show no
// digit. Neither Fashion's pictures nor ideas of the networks it will judge are among them. Everything is drawn anew in
// each epoch, from the seed alone.
import type { Split } from '../src/index.ts';

const side = 28;
const size = side * side;

/** Numbers in [0, 1), one after the other. */
export type Draw = () => number;

/** A small generator of our own, quick enough for a hundred million numbers: Weyl steps through a mixer (SplitMix32). */
export function drawsOf(seed: number): Draw {
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let x = state ^ (state >>> 16);
    x = Math.imul(x, 0x21f0aaad);
    x ^= x >>> 15;
    x = Math.imul(x, 0x735a2d97);
    return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
  };
}

const between = (draw: Draw, a: number, b: number): number => a + (b - a) * draw();
const whole = (draw: Draw, n: number): number => Math.floor(draw() * n);
const normal = (draw: Draw): number => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
const clip = (x: number): number => Math.min(1, Math.max(0, x));

/** A picture of pixels in [0, 1]. */
type Grey = Float32Array;

function fill(f: (x: number, y: number) => number): Grey {
  const p = new Float32Array(size);
  for (let y = 0, i = 0; y < side; y++) for (let x = 0; x < side; x++) p[i++] = f(x, y);
  return p;
}

/** The picture at a place between pixels; outside is paper. */
function sample(p: Grey, x: number, y: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  // One row and column at the edges are left out, which are paper in every digit.
  if (x0 < 0 || y0 < 0 || x0 >= side - 1 || y0 >= side - 1) return 0;
  const i = y0 * side + x0;
  const fx = x - x0;
  const above = p[i]! * (1 - fx) + p[i + 1]! * fx;
  const below = p[i + side]! * (1 - fx) + p[i + side + 1]! * fx;
  return above + (below - above) * (y - y0);
}

/** Turned, leant, scaled and moved by chance, as far as a digit stays one. */
function moved(p: Grey, draw: Draw, far = 1): Grey {
  const turn = between(draw, -0.2, 0.2) * far;
  const lean = between(draw, -0.12, 0.12) * far;
  const [sx, sy] = [1 + between(draw, -0.12, 0.12) * far, 1 + between(draw, -0.12, 0.12) * far];
  const [dx, dy] = [between(draw, -2, 2) * far, between(draw, -2, 2) * far];
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const middle = (side - 1) / 2;
  return fill((x, y) => {
    const u = (x - middle - dx) / sx;
    const v = (y - middle - dy) / sy;
    return sample(p, middle + c * u + (s + lean) * v, middle - s * u + c * v);
  });
}

/** Blurred by a normal curve of `sigma` pixels, first along rows, then along columns. */
function blurred(p: Grey, sigma: number): Grey {
  const reach = Math.ceil(2.5 * sigma);
  const bell = new Float32Array(2 * reach + 1).map((_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  );
  const sum = bell.reduce((a, b) => a + b, 0);
  const pass = (from: Grey, step: number, across: number): Grey => {
    const to = new Float32Array(size);
    for (let line = 0; line < side; line++)
      for (let place = 0; place < side; place++) {
        const first = line * across;
        let total = 0;
        for (let k = Math.max(0, place - reach); k <= Math.min(side - 1, place + reach); k++)
          total += bell[k - place + reach]! * from[first + k * step]!;
        to[first + place * step] = total / sum;
      }
    return to;
  };
  return pass(pass(p, 1, side), side, 1);
}

/** Darkest pixel 0, brightest 1. */
function stretched(p: Grey): Grey {
  const [low, high] = [Math.min(...p), Math.max(...p)];
  return p.map((x) => (x - low) / (high - low || 1));
}

/** A digit as it may look elsewhere: moved, and `often` softer, fainter, thicker or dusty. */
export function changedDigit(p: Grey, draw: Draw, { far, often }: Change): Grey {
  let q = moved(p, draw, far);
  if (draw() < 2 * often) q = blurred(q, between(draw, 0.4, 1.1));
  if (draw() < 2 * often) {
    const [power, top] = [between(draw, 0.6, 1.5), between(draw, 0.7, 1.1)];
    q = q.map((x) => clip(top * x ** power));
  }
  if (draw() < often) {
    const dust = between(draw, 0, 0.1);
    q = q.map((x) => clip(x + dust * normal(draw)));
  }
  return q;
}

/** How much digits are changed: of the farthest that leaves them digits, and in how many. */
export interface Change {
  readonly far: number;
  readonly often: number;
}

/** Much at first, and less in the last third, so that the last thing learned is how digits mostly are. */
export const changeAt = (share: number): Change =>
  share < 2 / 3 ? { far: 0.8, often: 0.15 } : { far: 0.5, often: 0.08 };

/** What a kind of nonsense is made with. */
interface Making {
  readonly draw: Draw;
  /** A digit of the training data, as it is. */
  readonly digit: () => Grey;
}

type Kind = (making: Making) => Grey;

/** Noise in the middle only, or everywhere. */
const framed = (p: Grey, draw: Draw): Grey => {
  if (draw() < 0.6) return p;
  const edge = 1 + whole(draw, 7);
  return fill((x, y) => (Math.min(x, y, side - 1 - x, side - 1 - y) < edge ? 0 : (p[y * side + x] ?? 0)));
};

const uniformNoise: Kind = ({ draw }) => {
  const [low, high] = [between(draw, 0, 0.4), between(draw, 0.5, 1)];
  const power = between(draw, 0.3, 3);
  return framed(
    fill(() => low + (high - low) * draw() ** power),
    draw,
  );
};

const binaryNoise: Kind = ({ draw }) => {
  const share = draw() < 0.5 ? between(draw, 0.02, 0.98) : between(draw, 0.05, 0.5);
  return framed(
    fill(() => Number(draw() < share)),
    draw,
  );
};

const normalNoise: Kind = ({ draw }) => {
  const [mean, deviation] = [draw(), between(draw, 0.1, 0.6)];
  return framed(
    fill(() => clip(mean + deviation * normal(draw))),
    draw,
  );
};

/** Clouds, and what is above a level in them: blots like ink's. */
const clouds: Kind = ({ draw }) => {
  const cloud = stretched(
    blurred(
      fill(() => draw()),
      between(draw, 0.6, 4),
    ),
  );
  const cut = draw();
  if (cut < 0.4) return framed(cloud, draw);
  const level = between(draw, 0.4, 0.75);
  const soft = between(draw, 3, 20);
  return framed(
    cloud.map((x) => clip(0.5 + soft * (x - level))),
    draw,
  );
};

/** Filled shapes, one on the other, each of its own grey or texture. */
const shapes: Kind = ({ draw }) => {
  const p = new Float32Array(size);
  const count = 1 + whole(draw, 6);
  for (let k = 0; k < count; k++) {
    const [cx, cy] = [between(draw, 5, 23), between(draw, 5, 23)];
    const [rx, ry] = [between(draw, 2.5, 14), between(draw, 2.5, 14)];
    const [turn, grey, rough] = [
      between(draw, 0, Math.PI),
      between(draw, 0.15, 1),
      draw() < 0.5 ? draw() * 0.5 : 0,
    ];
    const [slope, round] = [between(draw, -0.4, 0.4), draw() < 0.5];
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    for (let i = 0; i < size; i++) {
      const x = (i % side) - cx;
      const y = Math.floor(i / side) - cy;
      const u = (c * x + s * y) / rx;
      const v = (c * y - s * x) / ry;
      const inside = round ? u * u + v * v < 1 : Math.max(Math.abs(u), Math.abs(v)) < 1;
      if (inside) p[i] = clip(grey + slope * u + rough * (draw() - 0.5));
    }
  }
  return p;
};

/** A filled outline, alike left and right, as clothes and vases are, with a texture. */
const silhouettes: Kind = ({ draw }) => {
  const [top, bottom] = [whole(draw, 9), side - whole(draw, 9)];
  const knots = Array.from({ length: 6 }, () => between(draw, 1, 14));
  const [grey, rough, stripes] = [between(draw, 0.3, 1), draw() * 0.4, draw() < 0.3 ? 1 + whole(draw, 4) : 0];
  const gap = draw() < 0.3 ? between(draw, 0.5, 4) : 0;
  const from = whole(draw, side);
  const upright = draw() < 0.6;
  return fill((a, b) => {
    const [x, y] = upright ? [a, b] : [b, a];
    if (y < top || y >= bottom) return 0;
    const t = ((y - top) / (bottom - top)) * (knots.length - 1);
    const k = Math.floor(t);
    const half = (knots[k] ?? 0) * (1 - t + k) + (knots[k + 1] ?? knots[k] ?? 0) * (t - k);
    const off = Math.abs(x - 13.5);
    if (off > half || (gap > 0 && off < gap && y > from)) return 0;
    const line = stripes > 0 && Math.floor(y / stripes) % 2 === 0 ? 0.4 : 0;
    return clip(grey - line + rough * (draw() - 0.5));
  });
};

/** Waves, stripes, boards and slopes. */
const textures: Kind = ({ draw }) => {
  const [fx, fy, phase] = [between(draw, -1.6, 1.6), between(draw, -1.6, 1.6), between(draw, 0, 6.3)];
  const hard = draw() < 0.4;
  const [level, height] = [draw(), draw()];
  return framed(
    fill((x, y) => {
      const wave = Math.sin(fx * x + fy * y + phase);
      return clip(level + (hard ? Math.sign(wave) : wave) * height);
    }),
    draw,
  );
};

/** Many short strokes of a pen. */
const scribbles: Kind = ({ draw }) => {
  const p = new Float32Array(size);
  const strokes = 5 + whole(draw, 12);
  const pen = between(draw, 0.6, 1.6);
  for (let k = 0; k < strokes; k++) {
    const [a, b, c] = Array.from({ length: 3 }, () => [between(draw, 3, 25), between(draw, 3, 25)] as const);
    for (let t = 0; t <= 1; t += 0.04) {
      const along = (i: 0 | 1): number =>
        (1 - t) ** 2 * (a?.[i] ?? 0) + 2 * t * (1 - t) * (b?.[i] ?? 0) + t * t * (c?.[i] ?? 0);
      const [x, y] = [along(0), along(1)];
      for (let v = Math.floor(y) - 2; v <= y + 3; v++)
        for (let u = Math.floor(x) - 2; u <= x + 3; u++) {
          if (u < 0 || v < 0 || u >= side || v >= side) continue;
          const ink = clip(1.5 - Math.hypot(u - x, v - y) / pen);
          p[v * side + u] = Math.max(p[v * side + u] ?? 0, ink);
        }
    }
  }
  return p;
};

/** A digit cut into squares that are laid out anew. */
const shuffledTiles: Kind = ({ draw, digit }) => {
  const p = moved(digit(), draw);
  const tile = draw() < 0.6 ? 7 : 4;
  const across = side / tile;
  const order = Array.from({ length: across * across }, (_, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const j = whole(draw, i + 1);
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return fill((x, y) => {
    const from = order[Math.floor(y / tile) * across + Math.floor(x / tile)] ?? 0;
    return (
      p[(Math.floor(from / across) * tile + (y % tile)) * side + (from % across) * tile + (x % tile)] ?? 0
    );
  });
};

/** The pixels of a digit in any order. */
const shuffledPixels: Kind = ({ draw, digit }) => {
  const p = digit().slice();
  for (let i = size - 1; i > 0; i--) {
    const j = whole(draw, i + 1);
    [p[i], p[j]] = [p[j] ?? 0, p[i] ?? 0];
  }
  return p;
};

/** A digit that noise has taken over: every second pixel or more is chance. */
const drowned: Kind = ({ draw, digit }) => {
  const p = moved(digit(), draw);
  const [share, ink, grey] = [between(draw, 0.45, 0.9), between(draw, 0.2, 0.7), draw() < 0.3];
  return p.map((x) => (draw() < share ? (grey ? draw() : Number(draw() < ink)) : x));
};

/** Three digits or more, one on the other. */
const heaps: Kind = ({ draw, digit }) => {
  const all = Array.from({ length: 3 + whole(draw, 3) }, () => moved(digit(), draw, 2));
  return fill((x, y) => Math.max(...all.map((p) => p[y * side + x] ?? 0)));
};

/** White on black turned round, and paper of one grey. */
const negatives: Kind = ({ draw, digit }) => {
  if (draw() < 0.3) {
    const grey = draw();
    return fill(() => grey);
  }
  const p = moved(digit(), draw);
  const top = between(draw, 0.6, 1);
  return p.map((x) => top * (1 - x));
};

/** Kinds and how often each is drawn. */
const kinds: readonly (readonly [Kind, number])[] = [
  [uniformNoise, 2],
  [binaryNoise, 4],
  [normalNoise, 2],
  [clouds, 5],
  [shapes, 4],
  [silhouettes, 4],
  [textures, 2],
  [scribbles, 2],
  [shuffledTiles, 4],
  [shuffledPixels, 1],
  [drowned, 4],
  [heaps, 1],
  [negatives, 2],
];

const chances = kinds.reduce((sum, [, weight]) => sum + weight, 0);

/** A picture that shows no digit. */
export function nonsense(making: Making): Grey {
  let place = making.draw() * chances;
  const found = kinds.find(([, weight]) => (place -= weight) < 0) ?? kinds[0];
  return (found?.[0] ?? uniformNoise)(making);
}

/** The digits of a split, each changed, and after them so many pictures of nonsense, whose class is 10. */
export function lesson(digits: Split, count: number, seed: number, change: Change): Split {
  const draw = drawsOf(seed);
  const digit = (i: number): Grey => {
    const p = new Float32Array(size);
    for (let k = 0; k < size; k++) p[k] = digits.images[i * size + k]! / 255;
    return p;
  };
  const images = new Uint8Array((digits.count + count) * size);
  const labels = new Uint8Array(digits.count + count).fill(10);
  labels.set(digits.labels.subarray(0, digits.count));
  const making: Making = { draw, digit: () => digit(whole(draw, digits.count)) };
  for (let i = 0; i < digits.count + count; i++) {
    const p = i < digits.count ? changedDigit(digit(i), draw, change) : nonsense(making);
    for (let k = 0; k < size; k++) images[i * size + k] = Math.round(255 * clip(p[k]!));
  }
  return { images, labels, count: digits.count + count, shape: digits.shape };
}
