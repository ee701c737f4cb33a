// Where the project is and which sources it has, for tests that read the code itself.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
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

/** A file of a folder and its TypeScript: all of a `.ts`, the script of a `.svelte` with its lines where they were. */
export interface CodeFile {
  readonly file: string;
  readonly text: string;
}

/** The TypeScript in a folder, components among it. */
export function codeFiles(folder: string): CodeFile[] {
  const plain = sourceFiles(folder).map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
  return [...plain, ...componentFiles(folder).map(({ file, text }) => ({ file, text: scriptOf(text) }))];
}

/** The components in a folder, whole. */
export function componentFiles(folder: string): CodeFile[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.svelte'))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
}

/** Empty lines stand for what comes before the script. */
function scriptOf(component: string): string {
  const [, before = '', script = ''] = /^(.*?<script[^>]*>)(.*?)<\/script>/s.exec(component) ?? [];
  return before.replaceAll(/[^\n]/g, '') + script;
}
