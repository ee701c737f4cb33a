// One question to the engine at a time, that can be stopped: a new one ends the one before, whose answer is dropped.
import type { CallOptions } from '../worker/rpc.ts';
import { complain } from './notice.svelte.ts';

/** A question and what has come of it. */
export class Call<Event, Answer> {
  running = $state(false);
  event = $state.raw<Event>();
  answer = $state.raw<Answer>();
  private controller: AbortController | undefined;

  /** Asks; what was asked before is stopped, and its answer is not wanted any more. */
  async ask(question: (options: CallOptions<Event>) => Promise<Answer>): Promise<Answer | undefined> {
    this.controller?.abort();
    const controller = new AbortController();
    this.controller = controller;
    [this.running, this.event, this.answer] = [true, undefined, undefined];
    const mine = (): boolean => this.controller === controller;
    try {
      const answer = await question({
        signal: controller.signal,
        onEvent: (event) => {
          if (mine()) this.event = event;
        },
      });
      if (!mine()) return undefined;
      this.answer = answer;
      return answer;
    } catch (error) {
      if (mine()) void complain(error);
      return undefined;
    } finally {
      if (mine()) this.running = false;
    }
  }

  /** Stops it; what was found until then comes as its answer, if the service gives one. */
  stop(): void {
    this.controller?.abort();
  }

  /** Forgets it and what came of it. */
  forget(): void {
    this.controller?.abort();
    this.controller = undefined;
    [this.running, this.event, this.answer] = [false, undefined, undefined];
  }
}
