// Pictures in a terminal: characters and codes exactly, and what they show, read back.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Picture } from '../src/picture/png.ts';
import { terminalPicture } from '../src/picture/terminal.ts';

const grey = (width: number, ...values: readonly number[]): Picture => ({
  width,
  height: values.length / width,
  channels: 1,
  data: Uint8Array.from(values),
});

/** What a terminal would show: the pixels, two rows to a line. */
function shown(text: string): string[][] {
  return text.split('\n').flatMap((line) => {
    const [above, below]: [string[], string[]] = [[], []];
    let [ink, ground] = ['', ''];
    // eslint-disable-next-line no-control-regex
    for (const [, codes, block] of line.matchAll(/\u001b\[([\d;]*)m|(▀)/g)) {
      if (block) {
        above.push(ink);
        below.push(ground);
        continue;
      }
      for (const [, layer, kind, value] of (codes ?? '').matchAll(/([34])8;([25]);(\d+(?:;\d+;\d+)?)|49|0/g))
        if (!layer) [ink, ground] = [codes === '0' ? '' : ink, ''];
        else if (layer === '3') ink = kind === '2' ? (value ?? '') : `#${value}`;
        else ground = kind === '2' ? (value ?? '') : `#${value}`;
    }
    return [above, below];
  });
}

suite('terminal picture', () => {
  test('two pixels to a character, in any colour', () => {
    const picture: Picture = {
      width: 2,
      height: 3,
      channels: 3,
      data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 7, 8, 9, 255, 0, 0, 255, 0, 0),
    };
    const text = terminalPicture(picture, { columns: 3 });
    assert.equal(
      text,
      '\u001b[38;2;1;2;3;48;2;7;8;9m▀\u001b[38;2;4;5;6m▀\u001b[0m\n\u001b[38;2;255;0;0;49m▀▀\u001b[0m',
    );
    assert.deepEqual(shown(text), [
      ['1;2;3', '4;5;6'],
      ['7;8;9', '7;8;9'],
      ['255;0;0', '255;0;0'],
      ['', ''],
    ]);
  });

  test('the nearest of 256 colours', () => {
    const colours = (...data: number[]): string =>
      shown(terminalPicture({ width: 1, height: 1, channels: 3, data: Uint8Array.from(data) }, { columns: 1, colours: '256' })).flat()[0]!; // prettier-ignore
    assert.equal(colours(0, 0, 0), '#16');
    assert.equal(colours(255, 255, 255), '#231');
    assert.equal(colours(255, 0, 0), '#196');
    assert.equal(colours(100, 140, 170), '#67');
    assert.equal(colours(128, 128, 128), '#244');
    assert.equal(colours(10, 9, 8), '#232');
  });

  test('without colours, ink for light', () => {
    const steps = grey(4, 0, 90, 180, 255, 0, 90, 180, 255);
    assert.equal(terminalPicture(steps, { columns: 4, colours: 'none' }), ' -#@');
    assert.equal(terminalPicture(steps, { columns: 4, colours: 'none', light: true }), '@*:');
  });

  test('is as wide as asked for: whole multiples, or made smaller', () => {
    const large = grey(10, ...Array.from({ length: 100 }, (_, i) => (i % 10 < 5 ? 0 : 255)));
    const size = (columns: number): number[] => {
      const lines = terminalPicture(large, { columns }).split('\n');
      return [lines[0]!.replaceAll(/[^▀]/g, '').length, lines.length];
    };
    assert.deepEqual(size(10), [10, 5]);
    assert.deepEqual(size(29), [20, 10]);
    assert.deepEqual(size(4), [4, 2]);
    const [dark, light] = shown(terminalPicture(large, { columns: 2 }))[0]!.map((one) => parseInt(one));
    assert.ok(dark! < 30 && light! > 225, `${dark}, ${light}`);
    assert.deepEqual(shown(terminalPicture(grey(1, 9), { columns: 2 })), [
      ['9;9;9', '9;9;9'],
      ['9;9;9', '9;9;9'],
    ]);
  });

  test('says what is wrong', () => {
    for (const [options, message] of [
      [{ columns: 0 }, 'columns must be a whole number from 1, got 0'],
      [{ colours: '16' as '256' }, 'colours must be one of true, 256, none, got "16"'],
    ] as const)
      assert.throws(() => terminalPicture(grey(1, 0), options), {
        name: 'EidosError',
        message: `terminalPicture: ${message}`,
      });
  });
});
