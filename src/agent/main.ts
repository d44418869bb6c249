import { chmodSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { Connection } from './connection';
import { Lease } from './lease';
import { Workspace } from './workspace';

/**
 * `agent.js <socket path or named pipe> <key>`: one per workspace, shared by its windows.
 * It is started detached, ends {@link Lease} after its last window, and takes its children along.
 */
async function main(): Promise<void> {
  const [, , address, key] = process.argv;
  if (!address || !key) {
    console.error('usage: agent <socket> <key>');
    process.exit(2);
  }
  const connections = new Set<Connection>();
  const workspace = new Workspace(key, (method, params) => {
    for (const connection of connections) if (connection.opened) connection.notify(method, params);
  });
  const end = async (): Promise<void> => {
    server.close();
    await workspace.dispose();
    process.exit(0);
  };
  const lease = new Lease(() => void end());
  const server = createServer(socket => {
    lease.hold();
    const connection = new Connection(socket, workspace.handlers, closed => {
      connections.delete(closed);
      lease.release();
    });
    connections.add(connection);
  });
  if (!(await listen(server, address))) {
    // Another agent won the race; the window that started this one will find that one.
    process.exit(0);
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end());
  process.on('uncaughtException', error => {
    console.error(error);
    void workspace.dispose().finally(() => process.exit(1));
  });
  process.on('unhandledRejection', error => console.error(error));
}

/** False when a living agent holds the address already. A socket file that nobody listens on is taken over. */
async function listen(server: Server, address: string): Promise<boolean> {
  for (let attempt = 0; attempt < 20; attempt++) {
    if (await tryToListen(server, address)) {
      if (process.platform !== 'win32') chmodSync(address, 0o600);
      return true;
    }
    if (await answers(address)) return false;
    removeDead(address);
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  return false;
}

function tryToListen(server: Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error));
    server.once('error', failed);
    server.listen(address, () => {
      server.off('error', failed);
      resolve(true);
    });
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise(resolve => {
    const probe = connect(address);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

/**
 * Removes a socket file that nobody listens on. Renaming it away first lets one of several agents win: only the file that was looked at is
 * removed, never the one that another agent has put in its place meanwhile.
 */
function removeDead(address: string): void {
  const before = statSync(address, { throwIfNoEntry: false });
  const aside = `${address}.${process.pid}`;
  try {
    renameSync(address, aside);
    if (before && statSync(aside).ino !== before.ino) renameSync(aside, address);
    else unlinkSync(aside);
  } catch {
    // Another agent was faster.
  }
}

void main();
