// Everything the studio says to people, by name, in each language it speaks. English says which messages there are and
// what they are told; a language that lacks one does not compile. A page's messages may be in a file of their own.
import { english } from './messages-en.ts';
import { japanese } from './messages-ja.ts';

/** A language that the studio speaks. */
export type Language = 'en' | 'ja';

/** What a message is called. */
export type MessageName = keyof typeof english;

/** A text for each name: plain, or a function of what it is told. */
export type Messages = Readonly<
  Record<MessageName, unknown> & {
    [Name in MessageName]: (typeof english)[Name] extends string ? string : (typeof english)[Name];
  }
>;

/** The languages, and what each calls itself. */
export const languages: Readonly<Record<Language, string>> = { en: 'English', ja: '日本語' };

/** The catalogue. */
export const messages: Readonly<Record<Language, Messages>> = { en: english, ja: japanese };
