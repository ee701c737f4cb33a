// Many steps in one call to the device, as many as fit into a fifth of a second: between calls the totals are read,
// so that who does not ask for the next event pauses training. How many there are changes no result.
import type { Program } from '../device/device.ts';

/** Seconds of steps in one call to the device: events come that often. */
const slice = 0.2;

interface Asked {
  readonly batch: number;
  readonly signal?: AbortSignal | undefined;
}

/** Calls of about a slice: how many steps that is, is learned from the last one. */
export class Slices {
  private times = 1;

  /** Runs a program at most `most` times; gives how often it ran, fewer when stopped. */
  async run(program: Program, most: number, { batch, signal }: Asked): Promise<number> {
    const asked = Math.min(this.times, most);
    const began = performance.now();
    const running = program.start({}, { batch, times: asked });
    const stop = (): void => running.cancel();
    signal?.addEventListener('abort', stop);
    try {
      return await running.done;
    } finally {
      signal?.removeEventListener('abort', stop);
      const seconds = (performance.now() - began) / 1000;
      // What was cut short tells little of what a slice is.
      const longest = Math.max(asked, this.times);
      this.times = Math.max(1, Math.min(longest * 8, Math.round((asked * slice) / seconds)));
    }
  }
}

/** Runs a program over all rows of a table, the last, smaller batch included; gives the examples taken so far. */
export async function* overRows(program: Program, count: number, asked: Asked): AsyncGenerator<number> {
  const slices = new Slices();
  const whole = count - (count % asked.batch);
  let taken = 0;
  while (taken < count && !asked.signal?.aborted) {
    const batch = taken < whole ? asked.batch : count - taken;
    const most = taken < whole ? (whole - taken) / batch : 1;
    taken += batch * (await slices.run(program, most, { ...asked, batch }));
    yield taken;
  }
}
