// Errors in the reader's language. The library throws them in English, on the caller's line; who shows one to people
// asks here for its words. As with gettext the English text is the key: `inner sizes differ: {} @ {} ({} and {})` has
// a Japanese one with the same values, `{1}` to `{4}`, in whatever order Japanese has them.
//
// Matching knows nothing of the call that threw. The call in front (`matmul: `), names, numbers and what users wrote
// stay as they are; a value that is itself a text of ours is put into Japanese too. To add one: see errors-ja.ts.
import { japaneseErrors } from './errors-ja.ts';

/** A language that people are spoken to in. */
export type Language = 'en' | 'ja';

/** A text of ours, ready to be recognised. */
interface Template {
  /** What stands between the values; one more than there are values. */
  readonly parts: readonly string[];
  /** The text to say, with `{1}` for the first value; `{1:or}` for one that is a list with that word in it. */
  readonly says: string;
}

let templates: readonly Template[] | undefined;

/** An error's message in a language; in English where it is not known, or not ours. */
export function localised(message: string, language: Language): string {
  return language === 'en' ? message : (translated(message) ?? message);
}

/** The longest texts come first, so that a short one does not take the end of a long one for a value. */
function known(): readonly Template[] {
  const length = ({ parts }: Template): number => parts.join('').length;
  templates ??= Object.entries(japaneseErrors)
    .map(([english, says]) => ({ parts: english.split('{}'), says }))
    .sort((a, b) => length(b) - length(a));
  return templates;
}

function translated(text: string): string | undefined {
  const starts = [...startsOf(text), 0];
  for (const { parts, says } of known()) {
    for (const start of starts) {
      const values = valuesIn(text, start, parts);
      if (values) return text.slice(0, start) + filled(says, values);
    }
  }
  return undefined;
}

/** Where a text may begin: behind each colon, for before it stands the call. */
const startsOf = (text: string): number[] => [...text.matchAll(/: /g)].map(({ index }) => index + 2);

/** The values between the parts, each as short as can be; undefined where a part is missing. */
function valuesIn(text: string, start: number, parts: readonly string[]): string[] | undefined {
  const [first = '', ...others] = parts;
  if (!text.startsWith(first, start)) return undefined;
  const values: string[] = [];
  let at = start + first.length;
  for (const [i, part] of others.entries()) {
    const last = i === others.length - 1;
    const found = last ? text.length - part.length : text.indexOf(part, at);
    if (found < at || (last && !text.endsWith(part))) return undefined;
    values.push(text.slice(at, found));
    at = found + part.length;
  }
  return at === text.length ? values : undefined;
}

function filled(says: string, values: readonly string[]): string {
  return says.replaceAll(/\{(\d+)(?::(\w+))?\}/g, (_, place: string, word?: string) => {
    const value = values[Number(place) - 1] ?? '';
    return word === undefined ? shown(value) : value.split(` ${word} `).map(shown).join('、');
  });
}

/** A value, translated if it is words of ours; what stands in brackets at its end may be too. */
function shown(value: string): string {
  const whole = translated(value);
  if (whole !== undefined) return whole;
  const [, before, inside] = /^(.*\S \()(.*)\)$/s.exec(value) ?? [];
  if (before === undefined || inside === undefined) return value;
  return `${before}${translated(inside) ?? inside})`;
}
