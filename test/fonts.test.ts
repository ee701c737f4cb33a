// Letters in pictures: Japanese ones are there, are loaded only when needed, and nothing is left out in silence.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { blank } from '../src/picture/canvas.ts';
import { drawText, fontFor, latin, textWidth, type Font } from '../src/picture/font.ts';
import { contactSheet } from '../src/picture/grid.ts';
import { root } from './project.ts';

/** A line of text as rows of # and dots, with two rows of room above capitals. */
function drawn(text: string, font: Font): string[] {
  const canvas = blank(textWidth(text, 1, font), 12, [255, 255, 255]);
  drawText(canvas, text, { x: 0, y: 2, scale: 1, colour: [0, 0, 0], font });
  return Array.from({ length: canvas.height }, (_, y) =>
    Array.from({ length: canvas.width }, (_, x) =>
      canvas.data[3 * (y * canvas.width + x)] === 0 ? '#' : '.',
    ).join(''),
  );
}

suite('Japanese letters', () => {
  test('stand on the line with Latin ones', async () => {
    assert.deepEqual(drawn('E学.', await fontFor('学')), [
      '................',
      '.........#......',
      '####...#.#.#....',
      '#....#########..',
      '#....#.......#..',
      '###..#.#####.#..',
      '#.........#.....',
      '#........#.....#',
      '####.#########.#',
      '.........#......',
      '........##......',
      '................',
    ]);
  });

  test('are there for all kana, all of JIS X 0208 and every message of the command', async () => {
    const font = await fontFor('あ');
    const messages = readFileSync(join(root, 'cli/messages-ja.ts'), 'utf8');
    const range = (from: number, to: number): string[] =>
      Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i));
    const jis = new TextDecoder('euc-jp');
    // Rows 16 to 47 and 48 to 84 of 94: the kanji of levels 1 and 2.
    const kanji = Array.from({ length: 69 * 94 }, (_, i) =>
      jis.decode(Uint8Array.of(0xb0 + Math.floor(i / 94), 0xa1 + (i % 94))),
    ).filter((character) => !character.includes('\ufffd'));
    assert.equal(kanji.length, 2965 + 3390);
    const wanted = [...range(0x3041, 0x3093), ...range(0x30a1, 0x30f6), ...kanji, ...messages];
    const lacking = [...new Set(wanted)].filter((character) => character !== '\n' && !font(character));
    assert.deepEqual(lacking, []);
  });

  test('are the same however Unicode spells them', async () => {
    const font = await fontFor('あ');
    for (const [one, other] of [
      ['が', 'か\u3099'],
      ['カ', 'ｶ'],
      ['～', '〜'],
      ['－', '−'],
      ['￥', '¥'],
    ] as const)
      assert.deepEqual(drawn(one, font), drawn(other, font), one);
  });

  test('that no font has are a box', async () => {
    const font = await fontFor('髙🍎');
    assert.deepEqual(drawn('髙', font), drawn('🍎', font));
    assert.deepEqual(drawn('髙', font).slice(2, 9), ['#####', ...Array<string>(5).fill('#...#'), '#####']);
  });

  test('are loaded for texts that have some', async () => {
    assert.equal(await fontFor('loss', 'epoch 1 → 2', ''), latin);
    assert.notEqual(await fontFor('loss', '誤差'), latin);
    assert.equal(latin('誤'), undefined);
  });

  test('are drawn on a contact sheet that is given the font', async () => {
    const tile = { pixels: Uint8Array.of(0), width: 1, height: 1, channels: 1, caption: '正' } as const;
    const sheet = (font: Font): number =>
      contactSheet([tile], { title: '数字', font }).data.filter((value) => value < 100).length;
    assert.ok(sheet(await fontFor('正数字')) > sheet(latin) + 100);
  });
});
