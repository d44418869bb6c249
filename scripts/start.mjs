// Opens a real VS Code with the extension on a copy of the sample project: `npm start`, or `npm start -- FOLDER` to have all that belongs to it there.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory } from './lib/cache.mjs';
import { addressOf, ensureCodeServer, installExtension, startServer, writeSettings } from './lib/codeServer.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { desktopArguments, findDesktop } from './lib/desktop.mjs';
import { ensureVenv } from './lib/environments.mjs';
import { cleanEnvironment, run } from './lib/run.mjs';
import { copySample } from './lib/samples.mjs';
import { sampleSettings } from './lib/settings.mjs';
import { packedExtension } from './lib/vsix.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const home = path.resolve(process.argv[2] ?? path.join(cacheDirectory, 'start'));
const project = path.join(home, 'shop');
const first = path.join(project, 'shop', 'tasks.py');

await ensureDependencies(root);
// What was changed in it, and the settings, are kept from one start to the next.
if (!existsSync(project)) {
  await mkdir(home, { recursive: true });
  await copySample(path.join(root, 'samples', 'shop'), project);
  await writeSettings(home, sampleSettings);
}
await ensureVenv(path.join(project, '.venv'), ['-r', path.join(project, 'requirements.txt')], 'start');

const desktop = await findDesktop();
if ('executable' in desktop) {
  console.log('Building the extension');
  await run(process.execPath, [path.join(root, 'esbuild.mjs')], { cwd: root });
  const args = [project, first, '--new-window', '--disable-workspace-trust', `--extensionDevelopmentPath=${root}`, ...desktopArguments(home)];
  spawn(desktop.executable, args, { env: cleanEnvironment(), detached: true, stdio: 'ignore' }).unref();
  console.log(`VS Code opens on ${project}. Click Run above add.`);
} else {
  console.log(`VS Code is code-server here, since ${desktop.reason}`);
  await ensureCodeServer();
  console.log('Packing and installing the extension');
  await run(process.execPath, [path.join(root, 'scripts', 'package.mjs')], { cwd: root });
  await installExtension(home, packedExtension(root));
  const server = await startServer({ dataFolder: home, env: cleanEnvironment(), trusted: true, testing: false, log: path.join(home, 'server.log') });
  console.log(`\nOpen this address in a browser and click Run above add:\n\n    ${addressOf(server.port, project, { openFile: first })}\n\nThe project is ${project}. Ctrl+C ends VS Code.`);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(signal, () => void server.stop().then(() => process.exit(0)));
}
