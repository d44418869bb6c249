import js from '@eslint/js';
import ts from 'typescript-eslint';

/** What each layer may import, by design: everything else is forbidden. `vscode` belongs to the host alone. */
const layers = {
  shared: [],
  celery: ['shared'],
  source: ['shared', 'celery'],
  live: ['shared', 'celery'],
  server: ['shared', 'celery', 'source'],
  agent: ['shared', 'celery', 'live'],
  cli: ['shared', 'celery', 'source'],
  host: ['shared'],
};
const nodeFree = new Set(['shared', 'celery']);

const boundaries = Object.entries(layers).map(([layer, allowed]) => {
  const forbidden = Object.keys(layers).filter(other => other !== layer && !allowed.includes(other));
  const patterns = [{ regex: `^(\\.\\./)+(src/)?(${[...forbidden, 'webview', 'test'].join('|')})(/|$)`, message: `${layer} may import ${allowed.join(', ') || 'nothing of ours'} only (ARCHITECTURE.md).` }];
  if (layer !== 'host') patterns.push({ regex: '^vscode$', message: 'Only the host imports vscode.' });
  if (layer !== 'host') patterns.push({ regex: '^vscode-languageclient', message: 'Only the host imports the language client.' });
  if (nodeFree.has(layer)) patterns.push({ regex: '^node:', message: `${layer} runs everywhere: no Node.` });
  return { files: [`src/${layer}/**/*.ts`], rules: { 'no-restricted-imports': ['error', { patterns }] } };
});

export default ts.config(
  { ignores: ['dist/', '.build/', 'node_modules/', 'test-results/', 'samples/', 'test/fixtures/', '**/*.d.ts'] },
  { files: ['**/*.cjs'], ...js.configs.recommended, languageOptions: { sourceType: 'commonjs', globals: { require: 'readonly', module: 'writable', process: 'readonly' } } },
  { files: ['**/*.mjs'], ...js.configs.recommended, languageOptions: { globals: { console: 'readonly', process: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly', URL: 'readonly', fetch: 'readonly', Buffer: 'readonly', AbortSignal: 'readonly' } } },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts', 'test/**/*.ts'],
    extends: [...ts.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-empty-object-type': 'off',
      'no-console': 'error',
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' }],
    },
  },
  ...boundaries,
  { files: ['webview/**/*.ts'], rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '^(\\.\\./)+src/(?!shared/)', message: 'The page imports shared only.' }, { regex: '^node:|^vscode$', message: 'The page has neither Node nor vscode.' }] }] } },
  { files: ['webview/**/*.ts'], ignores: ['webview/toolkit.ts'], rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '^@vscode/webview-ui-toolkit', message: 'Only webview/toolkit.ts imports the toolkit.' }, { regex: '^(\\.\\./)+src/(?!shared/)', message: 'The page imports shared only.' }, { regex: '^node:|^vscode$', message: 'The page has neither Node nor vscode.' }] }] } },
  { files: ['src/cli/**/*.ts', 'src/agent/main.ts', 'test/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-unused-expressions': 'off' } },
);
