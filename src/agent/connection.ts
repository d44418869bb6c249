import type { Socket } from 'node:net';
import { createMessageConnection, ResponseError, SocketMessageReader, SocketMessageWriter, type MessageConnection } from 'vscode-jsonrpc/node';
import type { AgentNotifications, AgentRequests } from '../shared/agentProtocol';
import { problem, ProblemError, type Problem } from '../shared/problem';

/** JSON-RPC's own range for errors of the application; the {@link Problem} is the error's `data`. */
const PROBLEM_ERROR = -32000;

export type Handlers = { [M in keyof AgentRequests]: (params: AgentRequests[M][0], client: Connection) => Promise<AgentRequests[M][1]> | AgentRequests[M][1] };

/** One window. */
export class Connection {
  private readonly rpc: MessageConnection;
  /** True once `session/open` was answered: only then are patches of use. */
  opened = false;

  constructor(socket: Socket, handlers: Handlers, onClose: (connection: Connection) => void) {
    this.rpc = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
    for (const [method, handle] of Object.entries(handlers) as [string, (params: unknown, client: Connection) => unknown][]) {
      this.rpc.onRequest(method, async (params: unknown) => {
        try {
          return (await handle(params, this)) ?? null;
        } catch (error) {
          const what = toProblem(error);
          return new ResponseError(PROBLEM_ERROR, what.message, what);
        }
      });
    }
    socket.on('error', () => socket.destroy());
    this.rpc.onError(() => socket.destroy());
    this.rpc.onClose(() => onClose(this));
    this.rpc.listen();
  }

  notify<N extends keyof AgentNotifications>(method: N, params: AgentNotifications[N]): void {
    // A window that is going away cannot be told anything; its close event follows.
    this.rpc.sendNotification(method as string, params).catch(() => undefined);
  }
}

export function toProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const text = error instanceof Error ? error.message : String(error);
  return problem('internal', `Something went wrong inside Celery Workbench: ${text}`, {
    advice: 'Please report it with the log lines below',
    log: error instanceof Error && error.stack ? error.stack.split('\n').slice(0, 12) : [],
  });
}
