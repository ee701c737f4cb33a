// Everything the command says to people, by name, in each language it speaks, and which language that is.
// English says which messages there are and what they are told; a language that lacks one does not compile.
// Flags, JSON keys and the names of things stay English. Errors of the library arrive in English, and are said in
// Japanese by the library's own catalogue, src/words.
import type { Language } from '../src/words/localised.ts';
import { english } from './messages-en.ts';
import { japanese } from './messages-ja.ts';

export type { Language };

/** What a message is called. */
export type MessageName = keyof typeof english;

/** A text for each name: plain, or a function of what it is told. */
export type Messages = Readonly<
  Record<MessageName, unknown> & {
    [Name in MessageName]: (typeof english)[Name] extends string ? string : (typeof english)[Name];
  }
>;

/** What --lang takes. */
export const languages: readonly Language[] = ['en', 'ja'];

/** The catalogue. */
export const messages: Readonly<Record<Language, Messages>> = { en: english, ja: japanese };

/**
 * The language --lang asks for, else that of the environment. It is looked up before the words are
 * understood, because help and complaints about them are said in it; a wrong one is refused later.
 */
export function languageOf(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  const asked = words.flatMap((word, i) =>
    word === '--lang' ? [words[i + 1]] : [/^--lang=(.*)/.exec(word)?.[1]],
  );
  const known = languages.findLast((language) => asked.includes(language));
  if (known) return known;
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  // POSIX: the first that is set and not empty decides.
  return (LC_ALL || LC_MESSAGES || LANG || '').startsWith('ja') ? 'ja' : 'en';
}
