// What a plan will take, reckoned by the worker shortly after the plan was last changed; answers to older plans are
// dropped. For the pages Train and Generate.
import { complain } from './notice.svelte.ts';

/** Milliseconds without a change before anything is reckoned. */
const pause = 400;

/** The forecast of the newest plan, and whether one is being made. */
export interface Forecasting<Found> {
  readonly found: Found | undefined;
  readonly reckoning: boolean;
}

/** Follows `plan`, which is undefined while there is none or nobody should reckon. Call it where a page begins. */
export function forecasting<Plan, Found>(
  plan: () => Plan | undefined,
  reckon: (plan: Plan) => Promise<Found>,
): Forecasting<Found> {
  let found = $state.raw<Found | undefined>(undefined);
  let reckoning = $state(false);
  let wish = 0;
  $effect(() => {
    const asked = plan();
    const mine = ++wish;
    found = undefined;
    if (!asked) return;
    reckoning = true;
    const later = setTimeout(() => {
      reckon(asked)
        .then((answer) => {
          if (mine === wish) found = answer;
        }, complain)
        .finally(() => {
          if (mine === wish) reckoning = false;
        });
    }, pause);
    return () => clearTimeout(later);
  });
  return {
    get found() {
      return found;
    },
    get reckoning() {
      return reckoning;
    },
  };
}
