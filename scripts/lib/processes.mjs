// Ending what was started, and finding what was left behind.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Ends a process group: asks first, then forces.
 * @param {number} pid of its leader
 */
export async function endGroup(pid) {
  for (const [signal, patience] of /** @type {const} */ ([['SIGTERM', 5000], ['SIGKILL', 5000]])) {
    if (!signalGroup(pid, signal)) return;
    for (let waited = 0; waited < patience; waited += 50) {
      if (!signalGroup(pid, 0)) return;
      await sleep(50);
    }
  }
}

/** @param {number} pid @param {NodeJS.Signals | 0} signal @returns {boolean} whether the group is still there */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Processes whose environment, as they were started with it, holds the text, and all that descend from them: a server that
 * sets its own title may write over its environment. Linux only: elsewhere nobody can look.
 * @param {string} marker e.g. `NAME=value`
 * @returns {{ pid: number, command: string }[]}
 */
export function processesWith(marker) {
  if (process.platform !== 'linux') return [];
  /** @type {Map<number, { command: string, parent: number, marked: boolean }>} */
  const processes = new Map();
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number)) {
    try {
      processes.set(pid, {
        command: readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim(),
        // The name before it is in parentheses and may hold anything.
        parent: Number(readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\)/s, '').trim().split(' ')[1]),
        marked: readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(marker),
      });
    } catch {
      // it ended meanwhile, or is not ours to see
    }
  }
  /** @param {number} pid @returns {boolean} */
  const belongs = pid => {
    const found = processes.get(pid);
    return found !== undefined && pid !== process.pid && (found.marked || belongs(found.parent));
  };
  // One that ended and was not collected yet has no command line any more.
  return [...processes].filter(([pid, { command }]) => command && belongs(pid)).map(([pid, { command }]) => ({ pid, command }));
}

/** Ends all of them at once, without asking. @param {string} marker */
export function killProcessesWith(marker) {
  for (const { pid } of processesWith(marker)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended meanwhile
    }
  }
}
