// One line at the bottom of a terminal that says what is going on, kept apart from lines that stay.
// Where the output is no terminal, what is going on becomes a plain line now and then. What is said, and when,
// is up to the caller; here is only how.

/** Where lines go: standard error, or whatever looks like it. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Shortest time between two drawings of the line, and between two plain lines, in milliseconds. */
const PAUSE = { terminal: 80, plain: 5000 };

/** Lines that stay, and one that changes. */
export class Progress {
  private readonly terminal: Terminal;
  private readonly quiet: boolean;
  private readonly live: boolean;
  private shown = false;
  private last = -Infinity;

  constructor(terminal: Terminal, { quiet = false }: { quiet?: boolean } = {}) {
    this.terminal = terminal;
    this.quiet = quiet;
    this.live = terminal.isTTY === true && process.env['TERM'] !== 'dumb';
  }

  /** A line that stays. */
  note(line: string): void {
    if (this.quiet) return;
    this.clear();
    this.terminal.write(`${line}\n`);
  }

  /** The state of something long, put in place of the last one; built only if it is shown. */
  show(line: () => string): void {
    const now = performance.now();
    if (this.quiet || now - this.last < (this.live ? PAUSE.terminal : PAUSE.plain)) return;
    // A plain line is for who waits: the first one, too, comes after a pause.
    const first = this.last === -Infinity;
    this.last = now;
    if (this.live) this.draw(line());
    else if (!first) this.terminal.write(`${line()}\n`);
  }

  /** What begins now: on a terminal only, for it is soon replaced. */
  begin(line: string): void {
    if (!this.quiet && this.live) this.draw(line);
  }

  /** Takes the changing line away, so that others may write. */
  clear(): void {
    if (this.shown) this.terminal.write('\r\x1b[K');
    this.shown = false;
  }

  private draw(line: string): void {
    // A line that reached the last column would wrap, and could not be taken back; a width of 0 is unknown.
    this.terminal.write(`\r${cut(line, (this.terminal.columns || 80) - 1)}\x1b[K`);
    this.shown = true;
  }
}

/** As many columns of a line as fit. */
export function cut(line: string, columns: number): string {
  let used = 0;
  let kept = '';
  for (const character of line) {
    used += widthOf(character);
    if (used > columns) return kept;
    kept += character;
  }
  return kept;
}

/** Columns that a line takes on a terminal. */
export const columnsOf = (line: string): number => [...line].reduce((sum, one) => sum + widthOf(one), 0);

/** Kana, kanji and full-width forms take two columns (Unicode Standard Annex 11: W and F). */
const widthOf = (character: string): number =>
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
    character,
  )
    ? 2
    : 1;
