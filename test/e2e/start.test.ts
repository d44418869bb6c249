import { chromium, type Browser } from 'playwright-core';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromiumArguments, ensureChromium } from '../../scripts/lib/chromium.mjs';
import { killProcessesWith } from '../../scripts/lib/processes.mjs';
import { until } from '../harness/until';

describe('npm start', function () {
  this.timeout(240_000);
  let home: string;
  let start: ChildProcess | undefined;
  let browser: Browser | undefined;
  let output = '';

  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'cw-'));
  });
  after(async () => {
    await browser?.close();
    start?.kill('SIGTERM');
    if (start) await until('npm start has ended', () => start!.exitCode !== null || start!.signalCode !== null);
    killProcessesWith(`CW_START=${home}`);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });

  it('prints an address under which VS Code shows the sample with Run above its first task', async () => {
    const env = { ...process.env, CELERY_WORKBENCH_VSCODE: 'code-server', CW_START: home };
    start = spawn(process.execPath, [path.join(process.env.REPOSITORY!, 'scripts/start.mjs'), home], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [start.stdout!, start.stderr!]) stream.on('data', data => (output += String(data)));
    const address = await until('the address is printed', () => {
      if (start!.exitCode !== null) throw new Error(output);
      return /http:\/\/localhost:\S+/.exec(output)?.[0];
    }, 180);
    browser = await chromium.launch({ executablePath: await ensureChromium(), args: chromiumArguments });
    const page = await browser.newPage();
    await page.goto(address);
    await page.getByRole('tab', { name: 'tasks.py', selected: true }).waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: /add\(/ }).waitFor({ timeout: 60_000 });
  });
});
