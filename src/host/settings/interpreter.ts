import * as vscode from 'vscode';
import { Disposables, Emitter, type Disposable } from '../lifecycle';

/** The part of the Python Environments extension's API that is used here (its `api.ts`). */
interface EnvironmentsApi {
  getEnvironment?(scope: vscode.Uri | undefined): Promise<{ readonly execInfo?: { readonly run?: { readonly executable?: string } } } | undefined>;
  onDidChangeEnvironment(listener: () => void): vscode.Disposable;
}

/** The part of the Python extension's API that is used here (`@vscode/python-extension`). */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: { readonly path: string }): Promise<{ readonly executable: { readonly uri: vscode.Uri | undefined } } | undefined>;
    onDidChangeActiveEnvironmentPath(listener: () => void): vscode.Disposable;
  };
}

/** The Python extension may be busy for long when it starts; its answer is taken whenever it comes. */
const PATIENCE_MS = 10_000;
const ENVIRONMENTS_EXTENSION = 'ms-python.vscode-python-envs';
const PYTHON_EXTENSION = 'ms-python.python';

/** The interpreter that the user chose in the Python Environments or the Python extension; neither is needed. */
export class ChosenInterpreter implements Disposable {
  private readonly disposables = new Disposables();
  private readonly emitter = this.disposables.add(new Emitter<void>());
  readonly onDidChange = this.emitter.event;
  private connected: Promise<void> | null = null;
  private ask: () => Promise<string | null> = () => Promise.resolve(null);
  private found: string | null = null;
  private done = false;

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Absolute path, null where neither extension is there or has an answer. */
  get path(): string | null {
    return this.found;
  }

  /** True once the extension that is there was asked, or has not answered in time. */
  get asked(): boolean {
    return this.done;
  }

  /** Resolves when {@link asked}. The extension is not activated before the first call, and never in Restricted Mode. */
  async ready(): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>(resolve => (timer = setTimeout(resolve, PATIENCE_MS)));
    this.connected ??= Promise.race([this.open(), patience]).finally(() => {
      this.done = true;
      clearTimeout(timer);
    });
    await this.connected;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async open(): Promise<void> {
    try {
      const environments = await activate<EnvironmentsApi>(ENVIRONMENTS_EXTENSION);
      // Present, but switched off in favour of the Python extension, it has no API.
      if (environments?.getEnvironment) {
        this.ask = async () => (await environments.getEnvironment?.(folder()))?.execInfo?.run?.executable ?? null;
        this.disposables.add(environments.onDidChangeEnvironment(() => void this.refresh()));
      } else {
        const python = await activate<PythonApi>(PYTHON_EXTENSION);
        if (!python) return;
        this.ask = async () => (await python.environments.resolveEnvironment(python.environments.getActiveEnvironmentPath(folder())))?.executable.uri?.fsPath ?? null;
        this.disposables.add(python.environments.onDidChangeActiveEnvironmentPath(() => void this.refresh()));
      }
      await this.refresh();
    } catch (error) {
      this.log.warn(`The Python extension could not be asked for its interpreter: ${String(error)}`);
    }
  }

  private async refresh(): Promise<void> {
    const before = this.found;
    this.found = await this.ask().catch(() => null);
    if (this.found !== before) this.emitter.fire();
  }
}

async function activate<T>(id: string): Promise<T | undefined> {
  const extension = vscode.extensions.getExtension<T>(id);
  return extension && (extension.isActive ? extension.exports : await extension.activate());
}

function folder(): vscode.Uri | undefined {
  return vscode.workspace.workspaceFolders?.[0]?.uri;
}
