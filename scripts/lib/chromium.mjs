// The browser that shows code-server and the webview's page.
import { existsSync } from 'node:fs';
import { installSystemPackages, which } from './system.mjs';

/** For a machine without a screen, and quiet: the browser itself asks nothing of any network. */
export const chromiumArguments = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--force-color-profile=srgb',
];

function findChromium() {
  const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'chrome', 'msedge'];
  const files = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    `${process.env.PROGRAMFILES}\\Google\\Chrome\\Application\\chrome.exe`, `${process.env['PROGRAMFILES(X86)']}\\Microsoft\\Edge\\Application\\msedge.exe`,
  ];
  return process.env.CHROMIUM ?? programs.map(which).find(Boolean) ?? files.find(file => existsSync(file)) ?? null;
}

/** Installs it where we may, unless there is one. `CHROMIUM` names another. @returns {Promise<string>} the path of its program */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  await installSystemPackages(['chromium'], 'to show VS Code in a browser');
  const installed = findChromium();
  if (!installed) throw new Error('Chromium was installed, but is not on PATH.');
  return installed;
}
