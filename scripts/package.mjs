// Packs the extension: `npm run package` writes dist/celery-workbench-<version>.vsix, lists what is in it, and fails where it is too big.
import { statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './lib/dependencies.mjs';
import { run } from './lib/run.mjs';
import { vsixOf } from './lib/vsix.mjs';

const LIMIT = 2 * 1024 * 1024;

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const vsix = vsixOf(root);
const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');

await ensureDependencies(root);
await run(process.execPath, [path.join(root, 'esbuild.mjs')], { cwd: root });
console.log(await run(process.execPath, [vsce, 'ls', '--no-dependencies'], { cwd: root }));
// The bundles hold all that is used of node_modules. Links of the README stay as they are, since nothing says yet where the repository is.
await run(process.execPath, [vsce, 'package', '--no-dependencies', '--no-rewrite-relative-links', '--allow-missing-repository', '--out', vsix], { cwd: root });
const { size } = statSync(vsix);
console.log(`${path.relative(root, vsix)}: ${(size / 1024).toFixed(0)} KB`);
if (size > LIMIT) {
  console.error(`That is more than ${LIMIT / 1024} KB.`);
  process.exitCode = 1;
}
