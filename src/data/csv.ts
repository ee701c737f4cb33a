// Tables of numbers as text, with or without names in the first line, and a column of classes if there is one
// (RFC 4180, with the separator of your choice). Every complaint names the line and the column.
import { check } from '../base/check.ts';

/** How a table is read. */
export interface CsvOptions {
  /** Whether the first line holds the names of the columns; by default it does if one of its fields is no number. */
  readonly header?: boolean;
  /** The column of classes, by its name or its number from 0; negative numbers count from the end. */
  readonly label?: string | number;
  /** What stands between fields. */
  readonly separator?: string;
}

/** A table: numbers x [count, columns], and the class y [count] of each row where a label column was named. */
export interface CsvTable {
  readonly x: Float32Array;
  readonly count: number;
  /** Sizes of one row: [columns]. */
  readonly shape: readonly [number];
  /** What the columns of x are called; `column 1` and so on where the file does not say. */
  readonly columns: readonly string[];
  /** For each row the place of its class in `classes`. */
  readonly y?: Int32Array;
  /** The distinct texts of the label column: by number where all are numbers, else by code point. */
  readonly classes?: readonly string[];
}

interface Row {
  readonly fields: readonly string[];
  /** The line it begins on, from 1. */
  readonly line: number;
}

/** The table in a CSV file (UTF-8) or text; `name` is what errors call it. */
export function readCsv(file: Uint8Array | string, name: string, options: CsvOptions = {}): CsvTable {
  const call = `readCsv(${name})`;
  const { separator = ',' } = options;
  check(
    separator.length === 1 && !/["\r\n]/.test(separator),
    () => `${call}: the separator must be one character, got ${JSON.stringify(separator)}`,
  );
  const rows = rowsOf(typeof file === 'string' ? file : textOf(file, call), separator, call);
  const [first] = rows;
  check(first !== undefined, () => `${call}: needs at least one line of numbers, the file is empty`);
  const given = typeof options.label === 'number' ? placeOf(options.label, first.fields.length) : undefined;
  const isText = (field: string, i: number): boolean => i !== given && numberOf(field) === undefined;
  const header = options.header ?? (typeof options.label === 'string' || first.fields.some(isText));
  const names = header
    ? first.fields.map((field) => field.trim())
    : first.fields.map((_, i) => `column ${i + 1}`);
  const label = labelOf(options.label, names, header, call);
  const body = header ? rows.slice(1) : rows;
  check(body.length > 0, () => `${call}: needs at least one line of numbers after the names, got none`);
  const x = numbersOf(body, names, label, call);
  const columns = names.filter((_, i) => i !== label);
  const table: CsvTable = { x, count: body.length, shape: [columns.length], columns };
  return label === undefined ? table : { ...table, ...classesOf(body, label) };
}

function textOf(bytes: Uint8Array, call: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const replaced = new TextDecoder().decode(bytes).split('\n');
    const line = replaced.findIndex((text) => text.includes('\ufffd')) + 1;
    check(false, () => `${call}: needs text in UTF-8, line ${line} is not; save it as UTF-8`);
  }
}

/** The fields of each line that is not blank; quoted fields may hold separators, line ends and doubled quotes. */
function rowsOf(text: string, separator: string, call: string): Row[] {
  const rows: Row[] = [];
  let [at, line] = [text.startsWith('\ufeff') ? 1 : 0, 1];
  while (at < text.length) {
    const fields: string[] = [];
    const start = line;
    for (let ended = false; !ended;) {
      const field = text[at] === '"' ? quoted(text, at, line, call) : plain(text, at, separator);
      fields.push(field.text);
      line += field.lines;
      at = field.end;
      ended = text[at] !== separator;
      check(
        !ended || at >= text.length || text[at] === '\n' || text.startsWith('\r\n', at),
        () =>
          `${call}: needs ${JSON.stringify(separator)} or the end of the line after the quoted text, ` +
          `got ${JSON.stringify(text[at])} at line ${line}, column ${fields.length}`,
      );
      at += text.startsWith('\r\n', at) ? 2 : 1;
    }
    line++;
    if (fields.length > 1 || fields[0]?.trim() !== '') rows.push({ fields, line: start });
  }
  return rows;
}

interface Field {
  readonly text: string;
  /** The place after it. */
  readonly end: number;
  /** Line ends in it. */
  readonly lines: number;
}

function plain(text: string, start: number, separator: string): Field {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && !text.startsWith('\r\n', end))
    end++;
  return { text: text.slice(start, end), end, lines: 0 };
}

function quoted(text: string, start: number, line: number, call: string): Field {
  let end = start + 1;
  for (;;) {
    end = text.indexOf('"', end);
    check(end >= 0, () => `${call}: the quotation mark at line ${line} is never closed`);
    if (text[end + 1] !== '"') break;
    end += 2;
  }
  const inner = text.slice(start + 1, end);
  return { text: inner.replaceAll('""', '"'), end: end + 1, lines: inner.split('\n').length - 1 };
}

function numberOf(field: string): number | undefined {
  const text = field.trim();
  const value = Number(text);
  return text === '' || Number.isNaN(value) ? undefined : value;
}

const placeOf = (label: number, columns: number): number => (label < 0 ? label + columns : label);

function labelOf(
  label: string | number | undefined,
  names: readonly string[],
  header: boolean,
  call: string,
): number | undefined {
  if (label === undefined) return undefined;
  const place = typeof label === 'number' ? placeOf(label, names.length) : names.indexOf(label);
  check(
    place >= 0 && place < names.length && Number.isInteger(place) && (header || typeof label === 'number'),
    () =>
      typeof label === 'number'
        ? `${call}: the label column must be a whole number from ${-names.length} to ${names.length - 1}, got ${label}`
        : `${call}: there is no column ${JSON.stringify(label)}; the file has ${header ? names.join(', ') : 'no names'}`,
  );
  return place;
}

function numbersOf(
  rows: readonly Row[],
  names: readonly string[],
  label: number | undefined,
  call: string,
): Float32Array {
  const width = names.length - (label === undefined ? 0 : 1);
  const x = new Float32Array(rows.length * width);
  let at = 0;
  for (const { fields, line } of rows) {
    check(
      fields.length === names.length,
      () => `${call}: needs ${names.length} fields on every line, got ${fields.length} at line ${line}`,
    );
    fields.forEach((field, i) => {
      if (i === label) return;
      const value = numberOf(field);
      check(
        value !== undefined,
        () =>
          `${call}: needs a number, got ${JSON.stringify(field)} at line ${line}, column ${i + 1} (${names[i]})`,
      );
      x[at++] = value;
    });
  }
  return x;
}

function classesOf(rows: readonly Row[], label: number): { y: Int32Array; classes: string[] } {
  const texts = rows.map(({ fields }) => (fields[label] ?? '').trim());
  const distinct = [...new Set(texts)];
  const allNumbers = distinct.every((text) => numberOf(text) !== undefined);
  const classes = allNumbers
    ? distinct.sort((a, b) => Number(a) - Number(b))
    : distinct.sort((a, b) => byCodePoint(a, b));
  const places = new Map(classes.map((text, i) => [text, i]));
  return { y: Int32Array.from(texts, (text) => places.get(text) ?? 0), classes };
}

/** Texts in the order of their Unicode code points: the same on every machine, whatever its language. */
export function byCodePoint(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (const [i, letter] of left.entries()) {
    const other = right[i];
    if (other === undefined) return 1;
    const difference = (letter.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
