// code-server carries a whole VS Code in an npm package: a real one for machines where the desktop's download cannot be reached.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheDirectory, makeFolder, makeOnce } from './cache.mjs';
import { endGroup } from './processes.mjs';
import { npm, run } from './run.mjs';
import { installSystemPackages } from './system.mjs';

/** 4.139.1 is VS Code 1.139.1. From 4.134 on the development options of the page's address are read only with the smoke test driver. */
const codeServerVersion = '4.139.1';
/** It runs on no other major version, and builds its native modules against the headers of this one. */
const nodeVersion = '24.21.0';

const nodePackage = `${process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const nodeFolder = path.join(cacheDirectory, `node-${nodeVersion}`);
const nodeHome = path.join(nodeFolder, 'node_modules', nodePackage);
/** The Node of that VS Code, once {@link ensureCodeServer} has installed it. */
export const nodeProgram = path.join(nodeHome, 'bin', 'node');
const codeServerFolder = path.join(cacheDirectory, `code-server-${codeServerVersion}`);
const codeServerHome = path.join(codeServerFolder, 'node_modules', 'code-server');

/** Installs code-server and its Node from npm unless they are there: about two minutes and 700 MB, once. */
export async function ensureCodeServer() {
  await makeOnce('node', () => existsSync(nodeHome), () => makeFolder(nodeFolder, partial => installPackage(partial, nodePackage, nodeVersion)));
  await makeOnce('code-server', () => existsSync(codeServerHome), async () => {
    if (process.platform === 'linux') await installSystemPackages(['build-essential', 'python3', 'libkrb5-dev'], "to build code-server's native modules");
    console.log(`Installing code-server ${codeServerVersion} from npm, once, into ${cacheDirectory}: this takes about two minutes`);
    const env = { npm_config_nodedir: nodeHome, PATH: [path.dirname(nodeProgram), process.env.PATH].join(path.delimiter) };
    await makeFolder(codeServerFolder, partial => installPackage(partial, 'code-server', codeServerVersion, { node: nodeProgram, env }));
  });
}

/**
 * In a folder of its own with its own `package.json`: beside others npm moves packages while native modules build against them.
 * @param {string} folder
 * @param {string} name
 * @param {string} version
 * @param {{ node?: string, env?: NodeJS.ProcessEnv }} [options]
 */
async function installPackage(folder, name, version, options) {
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: { [name]: version }, allowScripts: { [name]: true } }));
  await npm(['install', '--omit=dev'], { ...options, cwd: folder });
}

/**
 * @typedef {object} ServerOptions
 * @property {string} dataFolder for its settings, state and logs; short, since sockets are made below it
 * @property {NodeJS.ProcessEnv} env the whole environment: the extension and all it starts inherit it
 * @property {boolean} trusted false: the folder opens in Restricted Mode
 * @property {boolean} testing lets the page's address load an extension from a folder, and report how tests ended
 * @property {string | null} log file for what the server prints
 */

/**
 * @typedef {object} Server
 * @property {number} port on this machine. Pages are opened at `localhost`, since webviews need a service worker
 * @property {number} pid which is that of its process group too
 * @property {() => Promise<void>} stop ends it with all that it started in its process group
 */

/**
 * Starts the server on a free port of the loopback interface.
 * @param {ServerOptions} options
 * @returns {Promise<Server>}
 */
export async function startServer({ dataFolder, env, trusted, testing, log }) {
  await mkdir(dataFolder, { recursive: true });
  const args = [
    path.join(codeServerHome, 'lib', 'vscode', 'out', 'server-main.js'), '--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms', '--disable-telemetry',
    // Else PATH comes from a login shell instead of from us.
    '--force-disable-user-env', '--server-data-dir', dataFolder, '--extensions-dir', extensionsFolder(dataFolder),
    ...(trusted ? ['--disable-workspace-trust'] : []), ...(testing ? ['--enable-smoke-test-driver'] : []),
  ];
  const file = log ? await open(log, 'a') : null;
  const child = spawn(nodeProgram, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`code-server did not start: ${nodeHome} has no program`);
  let output = '';
  const port = await new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error(`code-server did not listen within a minute\n${output}`)), 60_000);
    child.on('exit', code => reject(new Error(`code-server ended with ${code}\n${output}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', data => {
        output = (output + data).slice(-20_000);
        void file?.write(data);
        const listening = /agent listening on (\d+)/.exec(output);
        if (!listening) return;
        clearTimeout(deadline);
        resolve(Number(listening[1]));
      });
    }
  }).catch(async error => {
    await endGroup(pid);
    throw error;
  });
  child.unref();
  return {
    port, pid,
    async stop() {
      await endGroup(pid);
      await file?.close();
    },
  };
}

/** @param {string} dataFolder */
const extensionsFolder = dataFolder => path.join(dataFolder, 'extensions');

/**
 * Installs a packed extension as a user would, before the server is started.
 * @param {string} dataFolder
 * @param {string} vsix
 */
export async function installExtension(dataFolder, vsix) {
  await run(nodeProgram, [
    path.join(codeServerHome, 'lib', 'vscode', 'out', 'server-main.js'), '--accept-server-license-terms', '--server-data-dir', dataFolder, '--extensions-dir', extensionsFolder(dataFolder),
    '--install-extension', vsix,
  ]);
}

/**
 * Writes the user's settings of a server that is not started yet.
 * @param {string} dataFolder
 * @param {Readonly<Record<string, unknown>>} settings
 */
export async function writeSettings(dataFolder, settings) {
  const folder = path.join(dataFolder, 'data', 'User');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings, null, 2));
}

/**
 * @param {number} port
 * @param {string} folder to open
 * @param {Readonly<Record<string, string>>} development extensionDevelopmentPath and extensionTestsPath, absolute paths; heeded only by a server that is `testing`
 */
export function addressOf(port, folder, development = {}) {
  const payload = Object.entries(development).map(([key, file]) => [key, `vscode-remote://localhost:${port}${file}`]);
  return `http://localhost:${port}/?folder=${encodeURIComponent(folder)}${payload.length ? `&payload=${encodeURIComponent(JSON.stringify(payload))}` : ''}`;
}
