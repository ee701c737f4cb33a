// Playing a training as music is played: play, pause, one step, stop. Trainings are sequences of events that rest until
// they are asked for the next one, so pausing is not asking, and nothing of the training knows that it is watched.

/** How a training stands. */
export type PlayState = 'paused' | 'playing' | 'ended';

/** What is played, and who is told. */
export interface Played<E, R> {
  /** The training; it is given `pace` and `signal` to be played step by step and to be stopped. */
  readonly train: (how: {
    readonly pace: () => number;
    readonly signal: AbortSignal;
  }) => AsyncGenerator<E, R>;
  /** Told of each event; the training rests until it is done. */
  readonly onEvent: (event: E) => void | Promise<void>;
  /** Which events are of steps: a single step goes on until one is. All are, unless said. */
  readonly isStep?: (event: E) => boolean;
  /** Told whenever the state is another. */
  readonly onState?: (state: PlayState) => void;
}

/** A training under someone's hand. It begins paused. */
export class Playback<E, R> {
  /** What the training came to, or why it failed; stopped ones come to something too. */
  readonly ended: Promise<R>;
  private readonly stopping = new AbortController();
  private readonly onState: ((state: PlayState) => void) | undefined;
  private readonly isStep: (event: E) => boolean;
  private standing: PlayState = 'paused';
  /** Single steps that were asked for and not taken yet. */
  private owed = 0;
  private busy = false;
  private wake: (() => void) | undefined;
  private rested: Promise<void> = Promise.resolve();
  private rests: () => void = () => undefined;

  constructor({ train, onEvent, isStep, onState }: Played<E, R>) {
    this.onState = onState;
    this.isStep = isStep ?? (() => true);
    const events = train({ pace: () => (this.owed > 0 ? 1 : Infinity), signal: this.stopping.signal });
    this.ended = this.run(events, onEvent);
    this.ended.catch(() => undefined);
  }

  /** How it stands. */
  get state(): PlayState {
    return this.standing;
  }

  /** Goes on until it is paused, stopped or over. */
  play(): void {
    if (this.standing === 'ended') return;
    this.owed = 0;
    this.enter('playing');
    this.go();
  }

  /** Rests after the event that is under way; resolves when it does. */
  pause(): Promise<void> {
    if (this.standing === 'playing') this.enter('paused');
    return this.rested;
  }

  /** One more step; then it rests. Resolves when it does. */
  step(): Promise<void> {
    if (this.standing === 'ended') return this.rested;
    this.enter('paused');
    this.owed++;
    this.go();
    return this.rested;
  }

  /** Ends it after the step that is under way. */
  async stop(): Promise<R> {
    this.stopping.abort();
    this.wake?.();
    return this.ended;
  }

  private go(): void {
    if (!this.busy) {
      this.busy = true;
      this.rested = new Promise((resolve) => (this.rests = resolve));
    }
    this.wake?.();
  }

  private enter(state: PlayState): void {
    if (this.standing === state) return;
    this.standing = state;
    this.onState?.(state);
  }

  private rest(): void {
    this.busy = false;
    this.rests();
  }

  /** Waits until there is something to do. */
  private async idle(): Promise<void> {
    while (this.standing === 'paused' && this.owed === 0 && !this.stopping.signal.aborted) {
      const woken = new Promise<void>((resolve) => (this.wake = resolve));
      this.rest();
      await woken;
    }
  }

  private async run(events: AsyncGenerator<E, R>, onEvent: (event: E) => void | Promise<void>): Promise<R> {
    try {
      for (;;) {
        await this.idle();
        const { done, value } = await events.next();
        if (done) return value;
        if (this.isStep(value)) this.owed = Math.max(0, this.owed - 1);
        await onEvent(value);
      }
    } finally {
      this.enter('ended');
      this.rest();
    }
  }
}
