// Writes test/fixtures/themes/*.json: what the editor gives a webview in each kind of theme. Usage: node test/webview/dumpThemes.mjs
/* global document -- some of this runs in the page */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumArguments, ensureChromium } from '../../scripts/lib/chromium.mjs';
import { addressOf, ensureCodeServer, startServer, writeSettings } from '../../scripts/lib/codeServer.mjs';
import { cleanEnvironment } from '../../scripts/lib/run.mjs';
import { quietSettings } from '../../scripts/lib/settings.mjs';

const fixtures = fileURLToPath(new URL('../fixtures/themes/', import.meta.url));
const themes = { light: 'Default Light Modern', dark: 'Default Dark Modern', 'high-contrast': 'Default High Contrast', 'high-contrast-light': 'Default High Contrast Light' };

await ensureCodeServer();
const work = await mkdtemp(path.join(tmpdir(), 'themes-'));
const project = path.join(work, 'project');
await mkdir(path.join(project, '.vscode'), { recursive: true });
await writeFile(path.join(project, 'page.md'), '# A page\n');
const choose = theme => writeFile(path.join(project, '.vscode/settings.json'), JSON.stringify({ 'workbench.colorTheme': theme }));
await choose(themes.light);
const dataFolder = path.join(work, 'data');
await writeSettings(dataFolder, { ...quietSettings, 'workbench.reduceMotion': 'off', 'workbench.editorAssociations': { '*.md': 'vscode.markdown.preview.editor' } });
const server = await startServer({ dataFolder, env: cleanEnvironment(), trusted: true, testing: false, log: null });
const browser = await chromium.launch({ executablePath: await ensureChromium(), args: chromiumArguments });
try {
  const page = await browser.newPage();
  await page.goto(addressOf(server.port, project));
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
  await server.stop();
  await rm(work, { recursive: true, force: true, maxRetries: 5 });
}
