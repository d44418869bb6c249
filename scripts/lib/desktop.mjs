// The desktop VS Code: the one that is installed, or one that is downloaded.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory } from './cache.mjs';

/**
 * Finds or downloads it.
 * @returns {Promise<{ executable: string } | { reason: string }>} its program, or why there is none; `CELERY_WORKBENCH_VSCODE=code-server` or `=desktop` decides for one
 */
export async function findDesktop() {
  const wanted = process.env.CELERY_WORKBENCH_VSCODE;
  if (wanted === 'code-server') return { reason: 'CELERY_WORKBENCH_VSCODE says so' };
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY && wanted !== 'desktop') return { reason: 'there is no display' };
  const installed = installedPrograms().find(file => existsSync(file));
  if (installed) return { executable: installed };
  const reachable = await fetch('https://update.code.visualstudio.com/api/releases/stable', { signal: AbortSignal.timeout(5000) }).then(response => response.ok, () => false);
  if (!reachable) {
    if (wanted === 'desktop') throw new Error('No desktop VS Code is installed, and its download cannot be reached.');
    return { reason: 'no desktop VS Code is installed, and its download cannot be reached' };
  }
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  return { executable: await downloadAndUnzipVSCode({ version: 'stable', cachePath: path.join(cacheDirectory, 'vscode') }) };
}

function installedPrograms() {
  if (process.platform === 'darwin') return ['/Applications/Visual Studio Code.app/Contents/MacOS/Code', '/Applications/Visual Studio Code.app/Contents/MacOS/Electron'];
  if (process.platform === 'win32') return [`${process.env.LOCALAPPDATA}\\Programs\\Microsoft VS Code\\Code.exe`, `${process.env.PROGRAMFILES}\\Microsoft VS Code\\Code.exe`];
  return ['/usr/share/code/code', '/opt/visual-studio-code/code', '/snap/code/current/usr/share/code/code'];
}

/** Options that every start by us needs: a profile of our own, and what Electron demands of root. @param {string} dataFolder */
export function desktopArguments(dataFolder) {
  return [`--user-data-dir=${path.join(dataFolder, 'data')}`, `--extensions-dir=${path.join(dataFolder, 'extensions')}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
}
