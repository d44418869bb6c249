import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  DidChangeConfigurationNotification, CodeActionKind, DidChangeWatchedFilesNotification, RequestType, NotificationType, TextDocumentSyncKind, WatchKind,
  type Connection, type InitializeParams,
} from 'vscode-languageserver/node';
import type { ServerNotifications, ServerOptions, ServerRequests } from '../shared/serverProtocol';
import { parseVersion } from '../celery/versions';
import { Project } from '../source/project/project';
import { checkCall } from '../source/samples/checkCall';
import { Lines } from '../source/syntax/lines';
import { PythonParser, type TextEdit } from '../source/syntax/parser';
import { Configuration } from '../source/lint/configuration';
import { readOptions } from '../source/lint/config';
import { codeActions, fixAllKind } from './codeActions';
import { completion } from './completion';
import { keyOf } from './convert';
import { definition } from './definition';
import { Diagnostics } from './diagnostics';
import { hover } from './hover';
import { soundPlaceOf, type Place } from './place';
import { references } from './references';
import { prepareRename, rename } from './rename';

const project = new RequestType<null, ServerRequests['celery/project'][1], void>('celery/project');
const document = new RequestType<ServerRequests['celery/document'][0], ServerRequests['celery/document'][1], void>('celery/document');
const check = new RequestType<ServerRequests['celery/checkCall'][0], ServerRequests['celery/checkCall'][1], void>('celery/checkCall');
const projectChanged = new NotificationType<ServerNotifications['celery/projectChanged']>('celery/projectChanged');
const runtime = new NotificationType<ServerNotifications['celery/runtime']>('celery/runtime');

/** At most ten notifications of change a second. */
const changeInterval = 100;
/** While someone types, other files are looked at again only after this pause. Milliseconds. */
const settleInterval = 400;

/** Serves one client until it goes away. */
export function startServer(connection: Connection): void {
  let server: Server | null = null;
  const ready = (): Server => {
    if (!server) throw new Error('The server was asked before it was initialized.');
    return server;
  };

  connection.onInitialize(async params => {
    const options = (params.initializationOptions ?? {}) as Partial<ServerOptions>;
    const parser = await PythonParser.load(options.wasm ?? __dirname);
    server = new Server(connection, parser, params);
    return {
      serverInfo: { name: 'celery-workbench', version: version() },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
        definitionProvider: true,
        referencesProvider: true,
        hoverProvider: true,
        completionProvider: { triggerCharacters: ['"', '\'', '.', '('] },
        renameProvider: { prepareProvider: true },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });
  connection.onInitialized(() => ready().start());
  connection.onShutdown(() => ready().stop());

  connection.onDidOpenTextDocument(({ textDocument }) => ready().opened(textDocument.uri, textDocument.languageId, textDocument.text));
  connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => ready().edited(textDocument.uri, contentChanges));
  connection.onDidCloseTextDocument(({ textDocument }) => ready().closed(textDocument.uri));
  connection.onDidChangeWatchedFiles(({ changes }) => ready().filesChanged(changes.map(({ uri }) => uri)));

  connection.onRequest(project, () => ready().project.snapshot());
  connection.onRequest(document, ({ uri }) => ready().project.document(keyOf(uri)));
  connection.onRequest(check, ({ name, text }) => checkCall(ready().project, name, text));
  connection.onCodeAction(params => codeActions(ready().diagnostics.of(keyOf(params.textDocument.uri)), params));
  connection.onDefinition(params => answer(soundPlaceOf(ready().project, params), place => definition(place, ready().knowsLinks)));
  connection.onReferences(params => answer(soundPlaceOf(ready().settled(), params), place => references(place, params.context.includeDeclaration)));
  connection.onPrepareRename(params => answer(soundPlaceOf(ready().settled(), params), prepareRename));
  connection.onRenameRequest(params => answer(soundPlaceOf(ready().settled(), params), place => rename(place, params.newName)));
  connection.onCompletion(params => completion(ready().project, params));
  connection.onHover(params => answer(soundPlaceOf(ready().project, params), hover));
  connection.onDidChangeConfiguration(() => ready().configure());
  connection.onNotification(runtime, facts => ready().runtime(facts));
  connection.listen();
}

/** Asks where there is something to ask about. */
function answer<T>(place: Place | null, ask: (place: Place) => T | null): T | null {
  return place && ask(place);
}

class Server {
  readonly project: Project;
  readonly diagnostics: Diagnostics;
  readonly #configuration = new Configuration();
  readonly #lines = new Map<string, { text: string }>();
  #folders: string[];
  #timer: NodeJS.Timeout | null = null;
  #settling: NodeJS.Timeout | null = null;

  constructor(private readonly connection: Connection, parser: PythonParser, private readonly params: InitializeParams) {
    this.#folders = (params.workspaceFolders ?? (params.rootUri ? [{ uri: params.rootUri, name: '' }] : [])).map(({ uri }) => keyOf(uri));
    this.project = new Project(parser, edited => this.#changed(edited));
    this.diagnostics = new Diagnostics(connection, this.project, this.#configuration);
  }

  get knowsLinks(): boolean {
    return this.params.capabilities.textDocument?.definition?.linkSupport ?? false;
  }

  start(): void {
    const { capabilities } = this.params;
    if (capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration) {
      void this.connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: [{ globPattern: '**/*.py', kind: WatchKind.Create | WatchKind.Change | WatchKind.Delete }, { globPattern: '**/{pyproject.toml,setup.py,manage.py,uv.lock,poetry.lock,pdm.lock,Pipfile.lock,requirements*.txt,Procfile*,*.sh,*.service,*compose*.yml,*compose*.yaml}' }],
      });
    }
    if (capabilities.workspace?.configuration && capabilities.workspace.didChangeConfiguration?.dynamicRegistration) {
      void this.connection.client.register(DidChangeConfigurationNotification.type, { section: 'celery' });
    }
    if (capabilities.workspace?.workspaceFolders) {
      this.connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map(({ uri }) => keyOf(uri)));
        this.#folders = [...this.#folders.filter(folder => !gone.has(folder)), ...added.map(({ uri }) => keyOf(uri))];
        this.#index();
      });
    }
    this.configure();
    this.#index();
  }

  /** Reads the user's settings: `celery.lint` holds what `[tool.celery-workbench]` may hold, which wins. */
  configure(): void {
    void this.#configure().catch((error: unknown) => this.connection.console.error(`Settings could not be read: ${String(error)}`));
  }

  async #configure(): Promise<void> {
    const given: unknown = this.params.capabilities.workspace?.configuration ? await this.connection.workspace.getConfiguration('celery.lint') : null;
    const { options, mistakes } = readOptions(given ?? {}, 'celery.lint');
    this.#configuration.reset(options);
    for (const mistake of mistakes) this.connection.console.warn(mistake);
    this.#applyConfiguration();
    this.diagnostics.schedule();
  }

  /** What the configuration of the folders says to the index. */
  #applyConfiguration(): void {
    this.project.setWrappers(this.#folders.flatMap(folder => this.#configuration.configFor(path.join(folder, 'pyproject.toml')).options.taskDecorators));
    for (const mistake of this.#configuration.mistakes) this.connection.console.warn(mistake);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#settling) clearTimeout(this.#settling);
    this.diagnostics.stop();
  }

  #index(): void {
    this.project.open(this.#folders).catch((error: unknown) => this.connection.console.error(`Indexing failed: ${error instanceof Error ? error.message : String(error)}`));
  }

  opened(uri: string, language: string, text: string): void {
    if (language !== 'python') return;
    this.#lines.set(uri, { text });
    this.project.openDocument(keyOf(uri), uri, text);
  }

  edited(uri: string, changes: readonly ({ text: string } | { range: { start: { line: number; character: number }; end: { line: number; character: number } }; text: string })[]): void {
    const known = this.#lines.get(uri);
    if (!known) return;
    const edits: TextEdit[] = [];
    for (const change of changes) {
      const lines = new Lines(known.text);
      const edit = 'range' in change
        ? { start: lines.offset(change.range.start), end: lines.offset(change.range.end), text: change.text }
        : { start: 0, end: known.text.length, text: change.text };
      edits.push(edit);
      known.text = known.text.slice(0, edit.start) + edit.text + known.text.slice(edit.end);
    }
    this.project.changeDocument(keyOf(uri), edits);
  }

  closed(uri: string): void {
    if (this.#lines.delete(uri)) this.project.closeDocument(keyOf(uri));
  }

  filesChanged(uris: readonly string[]): void {
    const paths = uris.map(keyOf);
    if (paths.some(file => path.basename(file) === 'pyproject.toml')) {
      this.#configuration.reset();
      this.#applyConfiguration();
    }
    if (paths.some(file => !file.endsWith('.py') || path.basename(file) === 'setup.py' || path.basename(file) === 'manage.py')) this.#index();
    else this.project.filesChanged(paths);
  }

  /** The project with all that edits mean for other files, for what must miss none. */
  settled(): Project {
    this.project.settle();
    return this.project;
  }

  runtime({ celery, kombu }: ServerNotifications['celery/runtime']): void {
    const versions = { celery: parseVersion(celery ?? ''), kombu: parseVersion(kombu ?? '') };
    this.project.setVersions({ ...(versions.celery && { celery: versions.celery }), ...(versions.kombu && { kombu: versions.kombu }) });
  }

  /** @param edited the document that alone was edited */
  #changed(edited: string | null): void {
    this.diagnostics.schedule(edited);
    if (edited === null) {
      this.#notify(changeInterval);
      return;
    }
    if (this.#settling) clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#settling = null;
      if (!this.project.settle()) this.#notify(0);
    }, settleInterval);
  }

  #notify(after: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.connection.sendNotification(projectChanged, { revision: this.project.revision });
    }, after);
  }
}

function version(): string {
  try {
    return (JSON.parse(readFileSync(path.join(__dirname, '../package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return '';
  }
}
