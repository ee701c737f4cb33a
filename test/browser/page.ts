// The script of the test page: trains, watches how long the page's own tasks take meanwhile, and sends what came
// of it to the server it is from.
import { open } from '../../src/index.ts';
import { training, type Trained } from './training.ts';

/** What the page sends. */
export interface Told extends Partial<Trained> {
  readonly isolated: boolean;
  /** The longest task of the page while it trained, in milliseconds; 0 where none took 50. */
  readonly longest: number;
  readonly error?: string;
}

const send = (told: Told): Promise<unknown> => fetch('/told', { method: 'POST', body: JSON.stringify(told) });

const turn = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 100));

let longest = 0;
const observer = new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
});

try {
  const device = await open({ threads: crossOriginIsolated ? 2 : undefined });
  const trained = await training(device, 600, async () => {
    await turn(); // the task that compiled is over
    observer.observe({ type: 'longtask' });
  });
  await turn(); // the observer hears of a task after it
  await device.close();
  await send({ ...trained, isolated: crossOriginIsolated, longest });
} catch (error) {
  await send({
    isolated: crossOriginIsolated,
    longest,
    error: String(error instanceof Error ? error.stack : error),
  });
}
