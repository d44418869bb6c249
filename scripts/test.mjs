// Runs the tests: `npm test`, or some parts of them with `npm test -- unit e2e -g 'title'`. The last line says how many passed and how many failed.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/dependencies.mjs';
import { parts } from './lib/parts.mjs';
import { runVisibly } from './lib/run.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values, positionals } = parseArgs({ allowPositionals: true, options: { grep: { type: 'string', short: 'g' }, full: { type: 'boolean', default: false } } });
const unknown = positionals.filter(name => !parts.some(part => part.name === name));
if (unknown.length > 0) throw new Error(`No part is called ${unknown.join(', ')}. There are: ${parts.map(part => part.name).join(', ')}`);
const chosen = parts.filter(part => positionals.length === 0 || positionals.includes(part.name));
const options = { root, grep: values.grep ?? null, full: values.full };

await ensureDependencies(root);
await rm(path.join(root, 'test-results'), { recursive: true, force: true });
// What has to be downloaded comes meanwhile; whether it did is asked when its part's turn has come.
const prepared = new Map(chosen.map(part => [part, Promise.resolve(part.prepare?.()).then(() => null, error => error)]));
const built = await runVisibly(process.execPath, [path.join(root, 'esbuild.mjs'), '--tests'], { cwd: root });

const lines = [];
const failures = [];
let passed = 0;
let failed = 0;
for (const part of chosen) {
  const started = Date.now();
  console.log(`\n── ${part.name}`);
  let line;
  try {
    if (built !== 0) throw new Error('the build failed');
    const error = await prepared.get(part);
    if (error) throw error;
    const counts = await part.run(options);
    // With a pattern a part may have nothing to do; without one, a part without tests has shown nothing.
    if (counts.passed + counts.failed === 0 && options.grep === null) throw new Error('it has no tests');
    passed += counts.passed;
    failed += counts.failed;
    failures.push(...(counts.failures ?? []).map(({ title, error }) => `✘ ${part.name}: ${title}\n${error}`));
    line = `${counts.passed} passed, ${counts.failed} failed`;
  } catch (error) {
    failed += 1;
    line = `did not run: ${error instanceof Error ? error.message : error}`;
    console.log(line);
  }
  lines.push(`${part.name.padEnd(12)} ${line.split('\n')[0]} (${Math.round((Date.now() - started) / 1000)} s)`);
}
// Once more at the end, where also a reader of a shortened log finds them.
if (failures.length > 0) console.log(`\n${failures.join('\n\n')}`);
console.log(`\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
