// Rules a formatter and the compiler do not know. Type-aware, because a forgotten `await` is the bug
// this code base is most likely to have.
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';

const nodeGlobals = Object.fromEntries(
  ['console', 'process', 'URL', 'Buffer'].map((name) => [name, 'readonly']),
);

export default defineConfig(
  { ignores: ['dist/', 'node_modules/'] },
  {
    files: ['**/*.ts'],
    extends: [js.configs.recommended, ...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Tests hand their promise to the runner, which waits for it.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            {
              from: 'package',
              package: 'node:test',
              name: ['test', 'suite', 'before', 'after', 'beforeEach', 'afterEach'],
            },
          ],
        },
      ],
      // Names that only say "there is something here" may start with an underscore.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export it by name.' },
        {
          selector: 'TSNonNullExpression > CallExpression.expression',
          message: 'What a call gives back is checked, not asserted.',
        },
      ],
      eqeqeq: 'error',
    },
  },
  { files: ['cli/**', 'bench/**', 'examples/**', 'test/**'], rules: { 'no-console': 'off' } },
  // Components: their types are svelte-check's business; `.svelte.ts` is TypeScript like any other.
  {
    files: ['**/*.svelte'],
    extends: [
      tseslint.configs.recommended,
      svelte.configs.recommended.filter(({ files = [] }) => !files.some((name) => `${name}`.endsWith('.ts'))),
    ],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      // The compiler of TypeScript knows the names of the platform.
      'no-undef': 'off',
      // Its own state is in the address; there is no router to resolve links.
      'svelte/no-navigation-without-resolve': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [js.configs.recommended],
    languageOptions: { globals: nodeGlobals },
  },
);
