// kill -9 at random moments of training and saving: never an unreadable checkpoint, and the run that is taken up
// again ends to the bit like one that was left alone. EIDOS_KILLS for more; node dist/bench/kill.js does 200.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { kill } from './kill-kit.ts';

const ways = ['saving', 'saving', 'training', 'saving', 'saving'] as const;

suite('kill -9', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'eidos kill '));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('nothing is lost, and the resumed run is the same to the bit', async (t) => {
    const kills = Number(process.env['EIDOS_KILLS'] ?? 4);
    const found = await kill({ folder, kills, saving: 1, epochs: 10, device: 'wasm', ways });
    const saving = found.filter((left) => left.saving).length;
    t.diagnostic(`${found.length} kills, ${saving} of them in the middle of writing: nothing unreadable`);
    assert.ok(found.length >= kills);
    assert.ok(saving > 0, 'no kill came in the middle of a save: make saving take longer');
  });
});
