import type { CancellationToken, LogOutputChannel } from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, State, TransportKind } from 'vscode-languageclient/node';
import type { ServerNotifications, ServerOptions, ServerRequests } from '../../shared/serverProtocol';

/** What the host does with the language server; this file is a bundle of its own, loaded after activation. */
export interface LanguageServer {
  request<M extends keyof ServerRequests>(method: M, params: ServerRequests[M][0], token?: CancellationToken): Promise<ServerRequests[M][1]>;
  notify(method: 'celery/runtime', params: ServerNotifications['celery/runtime']): void;
  stop(): Promise<void>;
}

export interface LanguageServerOptions {
  readonly script: string;
  readonly wasm: string;
  readonly output: LogOutputChannel;
  readonly onRunning: () => void;
  /** It ended; `again` says whether it is being started again. */
  readonly onStopped: (again: boolean) => void;
  readonly onProjectChanged: (change: ServerNotifications['celery/projectChanged']) => void;
}

/** A server that crashed this often in {@link CRASHES_WINDOW_MS} stays down until the user starts it again. */
const MAX_CRASHES = 5;
const CRASHES_WINDOW_MS = 60_000;

/** Starts the server; it is started again by itself after a crash. Rejects when the first start fails. */
export async function startLanguageServer(options: LanguageServerOptions): Promise<LanguageServer> {
  let crashes: number[] = [];
  let stopping = false;
  const initializationOptions: ServerOptions = { wasm: options.wasm };
  const run = { module: options.script, transport: TransportKind.ipc };
  const client = new LanguageClient('celery', 'Celery', { run, debug: run }, {
    documentSelector: [{ language: 'python', scheme: 'file' }, { language: 'python', scheme: 'untitled' }],
    initializationOptions,
    outputChannel: options.output,
    diagnosticCollectionName: 'celery',
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        const now = Date.now();
        crashes = [...crashes.filter(at => now - at < CRASHES_WINDOW_MS), now];
        const again = !stopping && crashes.length <= MAX_CRASHES;
        options.output.warn(again ? 'The language server ended; starting it again' : 'The language server ended');
        options.onStopped(again);
        return { action: again ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
      },
    },
  });
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Running) options.onRunning();
  });
  client.onNotification('celery/projectChanged', options.onProjectChanged);
  await client.start();
  return {
    request: async (method, params, token) => client.sendRequest(method, params, token),
    notify: (method, params) => void client.sendNotification(method, params).catch((error: unknown) => options.output.debug(`${method}: ${String(error)}`)),
    stop: async () => {
      stopping = true;
      await client.dispose();
    },
  };
}
