// The device that all services compute on, opened when it is first needed: threads where the page is cross-origin
// isolated, one where it is not.
import { open, type Device } from 'eidos';

/** More threads than this gain nothing for networks of the studio's size. */
const most = 8;

let opened: Promise<Device> | undefined;

/** The device. */
export function device(): Promise<Device> {
  const threads = crossOriginIsolated ? Math.min(most, navigator.hardwareConcurrency) : undefined;
  opened ??= open({ device: 'wasm', threads });
  return opened;
}

/** What the page can ask about it. */
export const engine = {
  /** Whether it has threads. */
  about: async (_ask: object): Promise<{ readonly threads: number; readonly isolated: boolean }> => ({
    threads: (await device()).threads,
    isolated: crossOriginIsolated,
  }),
};
