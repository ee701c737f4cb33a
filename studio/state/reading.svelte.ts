// What a model reads of the shared drawing, kept up to date while it is drawn: at most one question is on its way, and
// after it the drawing as it then is is asked about once more.
import type { Preparation } from 'eidos';
import type { Read } from '../worker/draw.ts';
import { drawing, side } from './drawing.svelte.ts';
import { engine } from './engine.ts';
import { complain } from './notice.svelte.ts';

/** Who is asked, and how the drawing is prepared. */
export interface Asked {
  readonly model: string;
  readonly preparation: Preparation;
}

/** The answers to a drawing that changes. */
export class LiveReading {
  private latest = $state.raw<Read>();
  private reading = $state.raw<Promise<void>>();
  private next: Asked | undefined;

  /** The answer; undefined where nothing is drawn. */
  get read(): Read | undefined {
    return drawing.isEmpty ? undefined : this.latest;
  }

  /** Whether an answer is on its way. */
  get busy(): boolean {
    return this.reading !== undefined;
  }

  /** The likeliest class, by number; -1 where there is none. */
  get top(): number {
    const { probabilities } = this.read ?? {};
    return probabilities?.length ? probabilities.indexOf(Math.max(...probabilities)) : -1;
  }

  /** Reads the drawing as it is now; over when that is read, with whatever was asked for meanwhile. */
  async ask(asked: Asked): Promise<void> {
    this.next = asked;
    this.reading ??= this.catchUp();
    await this.reading;
  }

  private async catchUp(): Promise<void> {
    while (this.next) {
      const now: Asked = this.next;
      this.next = undefined;
      const { strokes, brush } = drawing;
      try {
        this.latest = await engine.draw.read({ ...now, strokes, pad: { side, brush } });
      } catch (error) {
        // What was asked meanwhile is still to be answered: nobody waits for this one any more.
        if (this.next) continue;
        this.latest = undefined;
        void complain(error);
      }
    }
    this.reading = undefined;
  }
}
