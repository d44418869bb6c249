import { chmodSync, unlinkSync } from 'node:fs';
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
  for (let attempt = 0; attempt < 3; attempt++) {
    const taken = await new Promise<boolean>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(true) : reject(error)));
      server.listen(address, () => resolve(false));
    });
    if (!taken) {
      if (process.platform !== 'win32') chmodSync(address, 0o600);
      return true;
    }
    if (await answers(address)) return false;
    try {
      unlinkSync(address);
    } catch {
      // gone already
    }
  }
  return false;
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

void main();
