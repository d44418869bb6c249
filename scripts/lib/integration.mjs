// Runs the integration tests inside a real VS Code: the desktop where there is one or it can be downloaded, else code-server in Chromium.
import { createWriteStream, existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromiumArguments, ensureChromium } from './chromium.mjs';
import { addressOf, ensureCodeServer, startServer, writeSettings } from './codeServer.mjs';
import { desktopArguments, findDesktop } from './desktop.mjs';
import { newest } from './environments.mjs';
import { killProcessesWith } from './processes.mjs';
import { copySample, freePort } from './samples.mjs';
import { quietSettings } from './settings.mjs';

/** From opening the window to the last test. */
const DEADLINE_MINUTES = 10;

/**
 * The report is written by the tests themselves; where they do not come so far, there is none.
 * @param {object} options
 * @param {string} options.root of the repository
 * @param {string} options.report file that the reporter writes
 * @param {string | null} options.grep titles to run
 */
export async function runIntegrationTests({ root, report, grep }) {
  const home = await mkdtemp(path.join(tmpdir(), 'cw-'));
  const marker = `CELERY_WORKBENCH_TEST=${path.basename(home)}`;
  const logs = path.join(root, 'test-results', 'integration');
  const folder = path.join(home, 'shop');
  const env = { ...process.env, CELERY_WORKBENCH_TEST: path.basename(home), CELERY_WORKBENCH_REPORT: report, XDG_RUNTIME_DIR: home, ...(grep !== null && { CELERY_WORKBENCH_GREP: grep }) };
  await mkdir(logs, { recursive: true });
  await copySample(path.join(root, 'samples', 'shop'), folder, { python: newest, brokerPort: await freePort() });
  const development = { extensionDevelopmentPath: root, extensionTestsPath: path.join(root, '.build', 'test', 'integration.js') };
  try {
    const desktop = await findDesktop();
    if ('executable' in desktop) {
      console.log(`VS Code: ${desktop.executable}`);
      const { runTests } = await import('@vscode/test-electron');
      await runTests({ vscodeExecutablePath: desktop.executable, ...development, extensionTestsEnv: env, launchArgs: [folder, '--disable-workspace-trust', '--disable-extensions', ...desktopArguments(home)] }).catch(error => console.log(String(error)));
    } else {
      console.log(`VS Code: code-server in Chromium, since ${desktop.reason}`);
      await runInCodeServer({ home, folder, env, development, logs });
    }
    await cp(path.join(home, 'data', 'data', 'logs'), logs, { recursive: true }).catch(() => undefined);
    if (!existsSync(report)) throw new Error(`VS Code ended, and no test had reported in. Its logs: ${logs}`);
  } finally {
    killProcessesWith(marker);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * @param {object} options
 * @param {string} options.home
 * @param {string} options.folder
 * @param {NodeJS.ProcessEnv} options.env
 * @param {Readonly<Record<string, string>>} options.development
 * @param {string} options.logs
 */
async function runInCodeServer({ home, folder, env, development, logs }) {
  await ensureCodeServer();
  const dataFolder = path.join(home, 'data');
  await writeSettings(dataFolder, quietSettings);
  const server = await startServer({ dataFolder, env, trusted: true, testing: true, log: path.join(logs, 'server.log') });
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: chromiumArguments });
  const output = createWriteStream(path.join(logs, 'console.log'));
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('console', message => output.write(`${message.type()} ${message.text()}\n`));
    await new Promise((resolve, reject) => {
      const deadline = setTimeout(() => {
        const picture = path.join(logs, 'deadline.png');
        page.screenshot({ path: picture }).catch(() => undefined).then(() => reject(new Error(`The tests did not end within ${DEADLINE_MINUTES} minutes: ${picture}`)));
      }, DEADLINE_MINUTES * 60_000);
      // The workbench calls these when the host that ran the tests ends.
      const exposed = Promise.all([page.exposeFunction('codeAutomationLog', () => undefined), page.exposeFunction('codeAutomationExit', () => { clearTimeout(deadline); resolve(undefined); })]);
      exposed.then(() => page.goto(addressOf(server.port, folder, development))).catch(reject);
    });
  } finally {
    await browser.close();
    await server.stop();
    output.end();
  }
}
