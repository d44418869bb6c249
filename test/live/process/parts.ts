import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MARKER } from '../../../src/shared/agentProtocol';
import { childEnvironment } from '../../../src/live/process/environment';
import { environmentFolder, pythonOf as environmentPython, type EnvironmentName } from '../../../scripts/lib/environments.mjs';
import type { Guard } from '../../../src/live/process/guarded';
import { findServers, type BrokerServer, type ServerSearch } from '../../../src/live/process/servers';

const repository = process.env.REPOSITORY!;

/** Interpreter of the virtual environment with that Celery. */
export function pythonOf(version: string): string {
  return environmentPython(environmentFolder(`celery-${version}` as EnvironmentName));
}

export function guardOf(version = '5.7'): Guard {
  return { python: pythonOf(version), script: path.join(repository, 'python/guard.py') };
}

/** A marker that no other test has. */
export function newMarker(): string {
  return `test-${process.pid}-${Math.random().toString(16).slice(2)}`;
}

export function environment(marker: string, ...changes: readonly Readonly<Record<string, string | null>>[]): NodeJS.ProcessEnv {
  return childEnvironment(process.env, marker, ...changes);
}

/** Ids and command lines of the living processes that carry `marker`; this process apart. */
export function survivors(marker: string): { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).flatMap(name => {
    try {
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${name}/status`, 'utf8'))) return [];
      if (!readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(`${MARKER}=${marker}`)) return [];
      return [{ pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
    } catch {
      return [];
    }
  });
}

/** Waits until `condition` holds; answers whether it did within `timeout` milliseconds. */
export async function eventually(condition: () => boolean | Promise<boolean>, timeout: number): Promise<boolean> {
  const end = Date.now() + timeout;
  while (!await condition()) {
    if (Date.now() > end) return false;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return true;
}

export function temporaryFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'celery-workbench-test-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The last resort among the ways to have a broker. */
export async function fakeredisOf(search: ServerSearch): Promise<BrokerServer> {
  for await (const way of findServers(search)) if (way.title.includes('fakeredis')) return way;
  throw new Error('fakeredis is not among the ways');
}
