import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const inputs = JSON.parse(readFileSync(path.join(process.env.REPOSITORY!, '.build/inputs.json'), 'utf8')) as Record<string, string[]>;
const used = (output: string): string[] => {
  const files = inputs[output];
  assert.ok(files, `${output} was not built`);
  return files;
};

/** What must not be in an output: layers that it may not import, and what is too heavy for it. */
const forbidden: Record<string, RegExp> = {
  'dist/extension.js': /^src\/(celery|source|live|server|agent|cli)\/|^webview\/|ioredis|amqplib|cron-parser|tree-sitter|vscode-languageclient/,
  'dist/languageClient.js': /^src\/(celery|source|live|server|agent|cli)\/|^webview\/|ioredis|amqplib|cron-parser|tree-sitter/,
  'dist/server.js': /^src\/(live|agent|cli|host)\/|^webview\/|ioredis|amqplib|vscode-languageclient/,
  'dist/agent.js': /^src\/(source|server|cli|host)\/|^webview\/|tree-sitter|vscode-language/,
  'dist/cli.js': /^src\/(live|agent|server|host)\/|^webview\/|ioredis|amqplib|vscode-language/,
  'dist/readerThread.js': /^src\/(?!source\/syntax\/)/,
  'dist/webview/monitor.js': /^src\/(?!shared\/)/,
};

describe('layers in the bundles', () => {
  for (const [output, pattern] of Object.entries(forbidden)) {
    it(output, () => assert.deepEqual(used(output).filter(file => pattern.test(file)), []));
  }
});
