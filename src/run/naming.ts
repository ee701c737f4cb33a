// What run folders are called: when they began, what they are, the seed: 2026-11-22-141503-mnist-tutorial-1.

const two = (n: number): string => String(n).padStart(2, '0');

/** The name of a run that begins at `now`, local time; letters of any script stay, what paths cannot hold becomes a dash. */
export function runName(now: Date, name: string, seed: number): string {
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  const words = name.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}._]+/gu, '-');
  // Names of files end at 255 bytes on most systems, and a letter may take four.
  const short = [...words]
    .slice(0, 40)
    .join('')
    .replace(/^[-.]+|[-.]+$/g, '');
  return [day, time, short, String(seed)].filter((part) => part !== '').join('-');
}

/** A word as a shell takes it: quoted where it has to be. */
export function shellWord(word: string, platform: string): string {
  if (/^[\p{L}\p{N}_./:@%+=,-]+$/u.test(word)) return word;
  return platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`;
}
