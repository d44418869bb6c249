/* global document -- some of this runs in the page */
// Writes test/fixtures/themes/*.json: what the editor gives a webview in each kind of theme.
// Usage: node test/webview/dumpThemes.mjs <node 24> <folder of code-server> [port]
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const [node, codeServer, port = '48011'] = process.argv.slice(2);
const fixtures = fileURLToPath(new URL('../fixtures/themes/', import.meta.url));
const themes = { light: 'Default Light Modern', dark: 'Default Dark Modern', 'high-contrast': 'Default High Contrast', 'high-contrast-light': 'Default High Contrast Light' };

const work = await mkdtemp(path.join(tmpdir(), 'themes-'));
const project = path.join(work, 'project');
await mkdir(path.join(project, '.vscode'), { recursive: true });
await writeFile(path.join(project, 'page.md'), '# A page\n');
const choose = theme => writeFile(path.join(project, '.vscode/settings.json'), JSON.stringify({ 'workbench.colorTheme': theme, 'workbench.startupEditor': 'none', 'workbench.editorAssociations': { '*.md': 'vscode.markdown.preview.editor' }, 'chat.disableAIFeatures': true }));
await choose(themes.light);

const server = spawn(node, [path.join(codeServer, 'lib/vscode/out/server-main.js'), '--host', '127.0.0.1', '--port', port, '--without-connection-token', '--accept-server-license-terms', '--disable-telemetry', '--disable-workspace-trust', '--server-data-dir', path.join(work, 'data'), '--extensions-dir', path.join(work, 'extensions')], { stdio: 'ignore' });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
try {
  for (let attempt = 0; attempt < 150 && !(await fetch(`http://localhost:${port}/`).catch(() => null)); attempt++) await sleep(200);
  const page = await browser.newPage();
  await page.goto(`http://localhost:${port}/?folder=${project}`);
  await page.getByRole('treeitem', { name: 'page.md' }).dblclick({ timeout: 60_000 });
  const body = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame').locator('body');
  let before = '';
  for (const [name, theme] of Object.entries(themes)) {
    await choose(theme);
    const id = () => body.getAttribute('data-vscode-theme-id', { timeout: 60_000 });
    for (let attempt = 0; attempt < 100 && (await id()) === before; attempt++) await sleep(200);
    await sleep(500);
    before = await id();
    const dump = await body.evaluate(element => {
      const { style } = document.documentElement;
      const variables = Object.fromEntries([...style].filter(key => key.startsWith('--vscode-')).sort().map(key => [key, style.getPropertyValue(key).trim()]));
      const bodyClass = [...element.classList].filter(each => each.startsWith('vscode-')).join(' ');
      return { bodyClass, defaultStyles: document.getElementById('_defaultStyles').textContent.replace(/\s+/g, ' ').trim(), variables };
    });
    await mkdir(fixtures, { recursive: true });
    await writeFile(path.join(fixtures, `${name}.json`), `${JSON.stringify(dump, null, 1)}\n`);
    console.log(name, before, Object.keys(dump.variables).length);
  }
} finally {
  await browser.close();
  server.kill();
  await rm(work, { recursive: true, force: true, maxRetries: 5 });
}
