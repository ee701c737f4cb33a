// A walk's search. One try after the other would be one image a call; here the next steps are foreseen, with the
// method's own choice on estimated scores, and all images that come up on that path are scored at once. Then the choices
// are made on real scores, one after the other, up to and including the first that was foreseen wrongly; the rest is
// thrown away. So the choices are exactly those of one try after the other. A score that is known, of the image itself or
// of a neighbour tried since it last changed, is not computed again.
//
// What a pixel's change is believed to make of the score is the slope until it is scored, and then what it made of it when it was
// last scored, thrown away or not: most pixels come up again, and those behind a wrong step at once.
import type { Drawn, Image, Problem, Proposal, Walk } from './method.ts';
import { neighbours, type Neighbours } from './neighbours.ts';
import type { Question } from './question.ts';
import { checkScore, type Note, type Search } from './search.ts';

/** What a walk goes on from. */
export interface WalkMemory {
  readonly image: Image;
  readonly score: number;
  readonly step: number;
}

/** How far ahead a search looks. */
export interface Ahead {
  /** Images scored in one call at most; 1 is one try after the other. */
  readonly most?: number;
}

/** Rows of a register tile on the widest machines: a multiple of them leaves none empty. */
const tile = 14;
/** Most images on a path, and steps on it, where all scores are known. */
const defaultMost = 4 * tile;
const longest = 2048;
/** Images whose scoring takes as long as what a call costs anyway. */
const callCost = 8;
/** Changes after which slopes are taken anew. */
const changes = 64;
/** How much of what is known of earlier calls still counts at the next. */
const memory = 0.85;

/** A step on the path: what it tries, where each score comes from, and where it is believed to lead. */
interface Foreseen {
  readonly drawn: Drawn;
  readonly pixel: number;
  /** The pixel's value before. */
  readonly here: number;
  readonly values: readonly number[];
  /** By value: the number of an image put up, or undefined and then `known` has the score. */
  readonly put: readonly (number | undefined)[];
  readonly known: readonly number[];
  /** The pixel's value afterwards. */
  readonly to: number;
}

export class WalkSearch implements Search {
  evaluations = 0;
  computed = 0;
  private readonly walk: Walk;
  private readonly problem: Problem;
  private readonly question: Question;
  private readonly note: Note;
  private readonly near: Neighbours;
  private readonly most: number;
  private readonly image: Image;
  private score: number;
  private step: number;
  /** Scores of neighbours tried since the image last changed, by pixel and value. */
  private readonly known = new Map<number, number>();
  private readonly drawn = new Map<number, Drawn>();
  /** What is believed of each pixel: how much the score rises from 0 to 1. */
  private slopes: Image | undefined;
  /** Which pixels were ever scored, how many were not, and how often the image has changed since slopes were taken. */
  private readonly seen: Uint8Array;
  private unseen: number;
  private changed = 0;
  /** Images of late that were of use, and how often one was foreseen wrongly. */
  private right = 8;
  private wrong = 1;

  private constructor(
    walk: Walk,
    problem: Problem,
    { question, note }: { readonly question: Question; readonly note: Note },
    { image, score, step }: WalkMemory,
    near: Neighbours,
    most: number,
  ) {
    [this.walk, this.problem, this.question, this.note] = [walk, problem, question, note];
    [this.near, this.most] = [near, most];
    [this.image, this.score, this.step] = [image.slice(), score, step];
    [this.seen, this.unseen] = [new Uint8Array(image.length), image.length];
  }

  /** A walk from its start or, `resumed`, from where it was. The start's own score is not counted as a try. */
  static async begin(
    walk: Walk,
    problem: Problem,
    told: { readonly question: Question; readonly note: Note },
    {
      most = defaultMost,
      resumed,
    }: Ahead & { readonly resumed?: WalkMemory & { readonly evaluations: number } } = {},
  ): Promise<WalkSearch> {
    const image = resumed?.image ?? walk.start(problem);
    const score = resumed?.score ?? (await told.question.ask([image])).scores[0] ?? NaN;
    checkScore(score);
    const step = resumed?.step ?? 0;
    // The images of one step go through together, however few are wanted.
    const { values } = walk.propose(step, image, walk.draw(step, problem), problem);
    const near = await neighbours(told.question, image, Math.max(most, values.length));
    const search = new WalkSearch(walk, problem, told, { image, score, step }, near, most);
    search.evaluations = resumed?.evaluations ?? 0;
    return search;
  }

  get done(): boolean {
    const { values } = this.proposal(this.step, this.image);
    return this.evaluations + values.length > this.problem.budget;
  }

  memory(): WalkMemory {
    return { image: this.image.slice(), score: this.score, step: this.step };
  }

  async advance(): Promise<void> {
    await this.takeSlopes();
    const path = this.foresee();
    const images = path.reduce((n, { put }) => n + put.filter((i) => i !== undefined).length, 0);
    const scores = images > 0 ? await this.near.scores() : [];
    this.computed += images;
    this.learn(path, scores);
    const used = this.follow(path, scores);
    if (images === 0) return;
    this.right = memory * this.right + used;
    this.wrong = memory * this.wrong + Number(used < images);
  }

  /** The slope of the score for what was never scored, from time to time: it turns as the image changes. */
  private async takeSlopes(): Promise<void> {
    if (this.most === 1 || this.unseen === 0 || (this.slopes && this.changed < changes)) return;
    const { slopes } = await this.question.ask([this.image], true);
    this.slopes = slopes?.[0]?.map((slope, i) => (this.seen[i] ? (this.slopes?.[i] ?? 0) : slope));
    this.changed = 0;
  }

  /** Images to put up: where a call costs as much as a images and a path holds for r, sqrt(2 a r) cost least per step. */
  private get wanted(): number {
    const best = Math.sqrt((2 * callCost * this.right) / this.wrong);
    return Math.min(this.most, tile * Math.max(1, Math.round(best / tile)));
  }

  /** The steps ahead. Everything that will be tried is put up. */
  private foresee(): Foreseen[] {
    const { walk, problem, near, slopes } = this;
    const line = this.image.slice();
    const path: Foreseen[] = [];
    // Scores and places of neighbours of the line's end.
    let [known, put]: [ReadonlyMap<number, number>, Map<number, number>] = [
      this.known,
      new Map<number, number>(),
    ];
    let [score, images, tries] = [this.score, 0, this.evaluations];
    near.begin();
    for (let t = this.step; path.length < longest; t++) {
      const { drawn, pixel, values } = this.proposal(t, line);
      tries += values.length;
      const here = line[pixel] ?? 0;
      const isNew = (x: number): boolean =>
        x !== here && !known.has(place(pixel, x)) && !put.has(place(pixel, x));
      let fresh = 0;
      for (const x of values) if (isNew(x)) fresh++;
      if (tries > problem.budget || (images > 0 && images + fresh > this.wanted)) break;
      images += fresh;
      const slope = slopes?.[pixel] ?? 0;
      const [numbers, before, believed]: [(number | undefined)[], number[], number[]] = [[], [], []];
      for (const x of values) {
        if (isNew(x)) put.set(place(pixel, x), near.put(pixel, here, x));
        numbers.push(x === here ? undefined : put.get(place(pixel, x)));
        before.push(x === here ? NaN : (known.get(place(pixel, x)) ?? NaN));
        believed.push(score + slope * (x - here));
      }
      const choice = walk.choose(t, score, believed, drawn, problem);
      const to = values[choice] ?? here;
      path.push({ drawn, pixel, here, values, put: numbers, known: before, to });
      if (to === here) continue;
      // One after the other, what comes behind a change is not known yet.
      if (this.most === 1) break;
      near.move(pixel, here, to);
      line[pixel] = to;
      score = believed[choice] ?? score;
      [known, put] = [new Map<number, number>(), new Map<number, number>()];
    }
    return path;
  }

  /** Takes note of what changes make of the score, all along the path: what will be thrown away tells it too. */
  private learn(path: readonly Foreseen[], scores: ArrayLike<number>): void {
    const { slopes } = this;
    if (!slopes) return;
    let score = this.score;
    for (const step of path) {
      const { pixel, here, values, to } = step;
      let next = score;
      for (const [i, x] of values.entries()) {
        if (x === here) continue;
        const real = scoreOf(step, i, scores);
        slopes[pixel] = (real - score) / (x - here);
        if (x === to) next = real;
      }
      if (!this.seen[pixel] && values.some((x) => x !== here)) {
        this.seen[pixel] = 1;
        this.unseen--;
      }
      score = next;
    }
  }

  /** Makes the choices, as far as they were foreseen; gives how many of the images put up were of use. */
  private follow(path: readonly Foreseen[], scores: ArrayLike<number>): number {
    const { walk, problem, image, near, known } = this;
    let used = 0;
    for (const step of path) {
      const { drawn, pixel, here, values, put, to } = step;
      const real = values.map((x, i) => (x === here ? this.score : scoreOf(step, i, scores)));
      for (const number of put) if (number !== undefined) used = Math.max(used, number + 1);
      const choice = walk.choose(this.step, this.score, real, drawn, problem);
      const next = values[choice] ?? here;
      if (next === here) values.forEach((x, i) => x !== here && known.set(place(pixel, x), real[i] ?? NaN));
      else {
        near.keep(pixel, here, next);
        image[pixel] = next;
        known.clear();
        this.changed++;
      }
      if (choice >= 0) this.score = real[choice] ?? NaN;
      this.drawn.delete(this.step++);
      this.evaluations += values.length;
      this.note(image, this.score, this.evaluations);
      if (next !== to) break;
    }
    return used;
  }

  /** What step `t` tries on an image, values as pixels hold them. */
  private proposal(t: number, image: Image): Proposal & { readonly drawn: Drawn } {
    const drawn = this.drawn.get(t) ?? this.walk.draw(t, this.problem);
    this.drawn.set(t, drawn);
    const { pixel, values } = this.walk.propose(t, image, drawn, this.problem);
    const whole = values.every((x) => x === 0 || x === 1);
    return { drawn, pixel, values: whole ? values : values.map(Math.fround) };
  }
}

/** The score of a step's value of that number: known before, or one of those that were put up. */
function scoreOf({ put, known }: Foreseen, i: number, scores: ArrayLike<number>): number {
  const number = put[i];
  return (number === undefined ? known[i] : scores[number]) ?? NaN;
}

/** A pixel and a value in [0, 1] as one number. */
const place = (pixel: number, value: number): number => 2 * pixel + value;
