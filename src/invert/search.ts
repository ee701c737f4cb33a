// What the loop and the two kinds of search say to each other, and the search of a population.
import { check } from '../base/check.ts';
import type { Image, Population, Problem } from './method.ts';
import type { Question } from './question.ts';

/** A search under way. */
export interface Search {
  /** Images tried so far, of all that the budget allows. */
  readonly evaluations: number;
  /** Images that the network computed, what was tried ahead of time and thrown away among them. */
  readonly computed: number;
  /** Whether the next turn would go over the budget. */
  readonly done: boolean;
  /** What the method goes on from: plain data. */
  memory(): unknown;
  /** One turn: a few images up to a few hundred. */
  advance(): Promise<void>;
}

/** Told of each image tried that the method now stands at, in order; the image may change afterwards. */
export type Note = (image: Image, score: number, evaluations: number) => void;

/** Throws where a score is no number. */
export const checkScore = (score: number): void =>
  check(!Number.isNaN(score), () => 'idea: the model gives NaN for an image; its weights are damaged');

/** A population's search. */
export class PopulationSearch implements Search {
  evaluations: number;
  computed = 0;
  done = false;
  private readonly method: Population;
  private readonly problem: Problem;
  private readonly question: Question;
  private readonly note: Note;
  private state: unknown;
  private images: readonly Image[];
  /** Whether the budget allows all the images that the method asked for. */
  private whole = true;

  constructor(
    method: Population,
    problem: Problem,
    { question, note }: { readonly question: Question; readonly note: Note },
    resumed?: { readonly memory: unknown; readonly evaluations: number },
  ) {
    [this.method, this.problem, this.question, this.note] = [method, problem, question, note];
    this.state = resumed ? resumed.memory : method.start(problem);
    this.evaluations = resumed?.evaluations ?? 0;
    this.images = this.next();
  }

  memory(): unknown {
    return this.state;
  }

  async advance(): Promise<void> {
    const { images, method, problem } = this;
    const asked = await this.question.ask(images, method.slopes ?? false);
    const costs = method.costs?.(this.state, problem);
    const answer = costs
      ? { ...asked, scores: asked.scores.map((score, i) => score - (costs[i] ?? 0)) }
      : asked;
    this.evaluations += images.length;
    this.computed += images.length;
    const best = answer.scores.reduce((top, score, i) => (score > (answer.scores[top] ?? NaN) ? i : top), 0);
    const [image, score] = [images[best], answer.scores[best] ?? NaN];
    checkScore(score);
    if (image) this.note(image, score, this.evaluations);
    // Of half a generation nothing is learned: whoever goes on from here asks for all of it.
    if (this.whole) this.state = method.tell(this.state, images, answer, problem);
    this.images = this.next();
  }

  private next(): readonly Image[] {
    const { budget } = this.problem;
    const images = this.method.ask(this.state, this.problem);
    const room = budget - this.evaluations;
    this.whole = images.length <= room;
    this.done = room <= 0;
    return images.slice(0, Math.max(0, room));
  }
}
