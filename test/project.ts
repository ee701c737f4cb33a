// Where the project is and which sources it has, for tests that read the code itself.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder; tests run from dist/test in it. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Paths from the root, with slashes, of the TypeScript files under a folder; none if it is not there. */
export function sourceFiles(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'))
    .sort();
}
