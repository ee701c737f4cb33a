// Everything the studio says to people, by name, in each language it speaks. English says which messages there are and
// what they are told; a language that lacks one does not compile. A page's messages may be in a file of their own.
import { english } from './messages-en.ts';
import { japanese } from './messages-ja.ts';

/** A language that the studio speaks. */
export type Language = 'en' | 'ja';

/** What a message is called. */
export type MessageName = keyof typeof english;

/** The same names as another part of the catalogue: a text for each, plain or a function of what it is told. */
export type Translated<Part> = {
  readonly [Name in keyof Part]: Part[Name] extends string ? string : Part[Name];
};

/** All of the catalogue. */
export type Messages = Translated<typeof english>;

/** The languages, and what each calls itself. */
export const languages: Readonly<Record<Language, string>> = { en: 'English', ja: '日本語' };

/** The catalogue. */
export const messages: Readonly<Record<Language, Messages>> = { en: english, ja: japanese };
