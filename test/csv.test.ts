// Tables as people write them, and what is said of those that are none.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { byCodePoint, readCsv, type CsvOptions } from '../src/data/csv.ts';

const refuses = (file: string | Uint8Array, options: CsvOptions, message: string): void =>
  assert.throws(() => readCsv(file, 'x', options), { name: 'EidosError', message: `readCsv(x): ${message}` });

suite('csv', () => {
  test('numbers, with and without names', () => {
    const rows = { x: Float32Array.of(1, -2.5, 3e3, 0.25), count: 2, shape: [2] };
    assert.deepEqual(readCsv('1,-2.5\n3e3, .25\n', 'x'), { ...rows, columns: ['column 1', 'column 2'] });
    const named = { ...rows, columns: ['高さ', 'width'] };
    for (const end of ['\n', '\r\n'])
      assert.deepEqual(readCsv(['\ufeff高さ,width', '1,-2.5', '', '3000,0.25'].join(end), 'x'), named);
    assert.deepEqual(
      readCsv(new TextEncoder().encode('高さ; width\n1;-2.5\n3000;0.25'), 'x', { separator: ';' }),
      named,
    );
    assert.deepEqual(readCsv('7,8\n1,2', 'x', { header: true }), {
      x: Float32Array.of(1, 2),
      count: 1,
      shape: [2],
      columns: ['7', '8'],
    });
  });

  test('a column of classes, by name or number, sorted by number or by code point', () => {
    const file = 'kind,a\nりんご,1\n"ba""na,na\n",2\nりんご,3\n';
    const fruits = {
      x: Float32Array.of(1, 2, 3),
      count: 3,
      shape: [1],
      columns: ['a'],
      y: Int32Array.of(1, 0, 1),
      classes: ['ba"na,na', 'りんご'],
    };
    assert.deepEqual(readCsv(file, 'x', { label: 'kind' }), fruits);
    assert.deepEqual(readCsv(file, 'x', { label: 0 }), fruits);
    assert.deepEqual(readCsv(file, 'x', { label: -2 }), fruits);
    const digits = readCsv('5,10\n6,9\n7,10', 'x', { label: -1 });
    assert.deepEqual(
      [digits.classes, digits.y, digits.x],
      [['9', '10'], Int32Array.of(1, 0, 1), Float32Array.of(5, 6, 7)],
    );
  });

  test('says what is wrong, with line and column', () => {
    refuses('', {}, 'needs at least one line of numbers, the file is empty');
    refuses('a,b\n', {}, 'needs at least one line of numbers after the names, got none');
    refuses('a,b\n1,2\n3,x\n', {}, 'needs a number, got "x" at line 3, column 2 (b)');
    refuses('1,2\n\n3,\n', {}, 'needs a number, got "" at line 3, column 2 (column 2)');
    refuses('1,2\n3\n', {}, 'needs 2 fields on every line, got 1 at line 2');
    refuses('1,"2\n3,4', {}, 'the quotation mark at line 1 is never closed');
    refuses(
      '1\n"2"3',
      {},
      'needs "," or the end of the line after the quoted text, got "3" at line 2, column 1',
    );
    refuses('1,2', { label: 2 }, 'the label column must be a whole number from -2 to 1, got 2');
    refuses('a,b\n1,2', { label: 'c' }, 'there is no column "c"; the file has a, b');
    refuses('1,2', { label: 'c', header: false }, 'there is no column "c"; the file has no names');
    refuses('1,2', { separator: '\n' }, 'the separator must be one character, got "\\n"');
    const latin1 = Uint8Array.from(Buffer.from('a\n1\n\xe9\n', 'latin1'));
    refuses(latin1, {}, 'needs text in UTF-8, line 3 is not; save it as UTF-8');
  });

  test('code points, not halves of them, are compared', () => {
    // U+FF21 comes before U+1D400, whose first half as UTF-16 is smaller.
    assert.deepEqual(['b', '\u{1d400}', 'りんご', 'a2', '\uff21', 'a', 'a10'].sort(byCodePoint), [
      'a',
      'a10',
      'a2',
      'b',
      'りんご',
      '\uff21',
      '\u{1d400}',
    ]);
  });
});
