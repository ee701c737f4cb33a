// Playing a training: it rests when it should, a step is one step, and nothing of it changes what is learned.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { open, Playback, type History, type Progress, type PlayState } from '../src/index.ts';
import { batchSize, epochs, network, spirals, weightsOf, whole } from './browser/store-training.ts';

const device = await open({ device: 'wasm', threads: 1 });
const turn = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 20));

/** A playback of the small training, and what was told; `onFirst` is called in the middle of the first event. */
function playback(onFirst?: () => void): {
  readonly player: Playback<Progress, History>;
  readonly events: Progress[];
  readonly states: PlayState[];
  readonly weights: () => Promise<number[]>;
} {
  const model = network(device);
  const [events, states]: [Progress[], PlayState[]] = [[], []];
  const player = new Playback<Progress, History>({
    train: ({ pace, signal }) =>
      model.train(spirals(), { epochs, batchSize, pace: () => Math.min(4, pace()), signal }),
    onEvent: (event) => {
      if (events.push(event) === 1) onFirst?.();
    },
    isStep: ({ kind }) => kind === 'progress',
    onState: (state) => states.push(state),
  });
  return { player, events, states, weights: () => weightsOf(model) };
}

suite('playback', () => {
  test('begins paused; each step is one, and played on it learns to the bit what an undisturbed training learns', async () => {
    const { player, events, states, weights } = playback();
    await turn();
    assert.deepEqual([events.length, player.state], [0, 'paused']);
    await player.step();
    await player.step();
    const first = player.step();
    await Promise.all([first, player.step()]); // asked for twice at once
    assert.deepEqual(
      events.map(({ step }) => step),
      [1, 2, 3, 4],
    );
    // Over the end of an epoch too, which is an event and no step.
    while (events.at(-1)?.epoch === 1) await player.step();
    assert.deepEqual(
      events.map(({ kind, step }) => (kind === 'progress' ? step : kind)),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 'epoch', 1],
    );
    player.play();
    await player.ended;
    assert.deepEqual(states, ['playing', 'ended']);
    assert.deepEqual(events.filter(({ kind }) => kind === 'epoch').map(({ epoch }) => epoch), [1, 2, 3, 4]); // prettier-ignore
    assert.ok(events.length < 4 * 13, `${events.length} events: many steps between two of them`);
    assert.deepEqual(await weights(), await whole(device));
    await player.step(); // nothing is left, and nothing waits
  });

  test('pauses between two events, and goes on', async () => {
    let resting: Promise<void> | undefined;
    // Asked for while an event is told: a pause that comes from a timer may find a training this small at its end.
    const { player, events, states, weights } = playback(() => {
      resting = player.pause();
    });
    player.play();
    while (resting === undefined) await turn();
    await resting;
    await turn();
    assert.deepEqual([events.length, player.state], [1, 'paused']);
    player.play();
    await player.ended;
    assert.deepEqual(states, ['playing', 'paused', 'playing', 'ended']);
    assert.deepEqual(await weights(), await whole(device));
  });

  test('is stopped while it plays or rests', async () => {
    const one = playback();
    one.player.play();
    assert.equal((await one.player.stop()).stopped, true);
    const other = playback();
    await other.player.step();
    assert.equal((await other.player.stop()).stopped, true);
    assert.deepEqual([other.player.state, other.events.length], ['ended', 1]);
  });

  test('tells why it failed', async () => {
    const player = new Playback<number, void>({
      // eslint-disable-next-line @typescript-eslint/require-await
      async *train() {
        yield 1;
        throw new Error('broken');
      },
      onEvent: () => undefined,
    });
    player.play();
    await assert.rejects(player.ended, /broken/);
    assert.equal(player.state, 'ended');
  });
});
