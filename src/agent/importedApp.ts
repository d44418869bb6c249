import { readFile } from 'node:fs/promises';
import type { Interpreter, ProjectSettings } from '../shared/agentProtocol';
import { problem, ProblemError } from '../shared/problem';
import { parseEnvFile } from '../live/process/envFile';
import { childEnvironment } from '../live/process/environment';
import type { Guard } from '../live/process/guarded';
import { chooseInterpreter } from '../live/python/interpreters';
import { Helper, type HelperDescription } from '../live/python/helper';
import { changedFiles } from '../live/python/stamps';
import { sandboxEnvironment, verifySandbox } from '../live/python/sandbox';

export interface AppPorts {
  /** Value of the marker in the environment of our children. */
  readonly key: string;
  /** Path of `python/helper.py`. */
  readonly script: string;
  /** Path of `python/guard.py`. */
  readonly guardScript: string;
  log(text: string): void;
  described(description: HelperDescription | null, interpreter: Interpreter | null): void;
}

/** The app as it was imported: warm, and as new as its source. */
export interface OpenApp {
  readonly helper: Helper;
  readonly facts: HelperDescription;
  readonly interpreter: Interpreter;
  readonly guard: Guard;
  /** Environment for a worker or Beat beside this helper. */
  readonly env: NodeJS.ProcessEnv;
  /** The sandbox that everything is held to, or null. */
  readonly sandbox: string | null;
  /** Set where an older import was thrown away for it: the file that had changed. */
  readonly reloaded: string | null;
}

/** Keeps one helper with the app imported, and starts a new one when settings, sandbox or source have changed. */
export class ImportedApp {
  private open: (OpenApp & { readonly recipe: string }) | null = null;

  constructor(private readonly ports: AppPorts) {}

  get current(): OpenApp | null {
    return this.open?.helper.alive ? this.open : null;
  }

  /**
   * The app, imported from the source as it is now.
   * @param sandbox URL that it is held to, null for the app's own.
   * @param libraries folders to put on `sys.path` behind everything else.
   * @throws ProblemError no interpreter, no Celery, import errors with their place, a leak out of the sandbox.
   */
  async ensure(settings: ProjectSettings & { readonly app: string }, sandbox: string | null, libraries: readonly string[], signal?: AbortSignal): Promise<OpenApp> {
    const recipe = JSON.stringify([settings.app, settings.directory, settings.python, settings.env, settings.envFile, await envFileText(settings), sandbox, libraries]);
    const changed = this.open && this.open.recipe === recipe && this.open.helper.alive ? changedFiles(await this.modules())[0] ?? null : null;
    if (this.open?.recipe === recipe && this.open.helper.alive && changed === null) return { ...this.open, reloaded: null };
    await this.close();
    const interpreter = await this.interpreter(settings);
    const guard: Guard = { python: interpreter.path, script: this.ports.guardScript };
    const env = childEnvironment(process.env, this.ports.key, await this.variables(settings, libraries), sandbox === null ? {} : sandboxEnvironment(sandbox));
    const helper = await Helper.start({ python: interpreter.path, script: this.ports.script, directory: settings.directory, app: settings.app, env, guard, log: text => this.ports.log(text) }, signal);
    try {
      const facts = await helper.describe();
      const leak = sandbox === null ? null : verifySandbox(facts, sandbox);
      if (leak) throw new ProblemError(leak);
      this.open = { helper, facts, interpreter, guard, env, sandbox, reloaded: changed, recipe };
    } catch (error) {
      await helper.stop();
      throw error;
    }
    helper.onExit(() => {
      if (this.open?.helper === helper) this.open = null;
    });
    this.ports.described(this.open.facts, interpreter);
    return this.open;
  }

  /** The interpreter for a project. @throws ProblemError `no-python`, `no-celery`. */
  async interpreter(settings: ProjectSettings): Promise<Interpreter> {
    const chosen = await chooseInterpreter(settings.folder, { hint: settings.python, env: process.env });
    if (!chosen) {
      throw new ProblemError(problem('no-python', settings.python === null ? 'No Python interpreter was found' : `${settings.python} is no Python interpreter`, { advice: 'Choose the interpreter of your project' }));
    }
    if (chosen.celery === null) {
      throw new ProblemError(problem('no-celery', `Celery is not installed in ${chosen.path} (${chosen.source}, Python ${chosen.version})`, { advice: 'Choose the interpreter of your project, or install Celery in this one' }));
    }
    return chosen;
  }

  /** Source files that the app has loaded by now. */
  async modules(): Promise<HelperDescription['modules']> {
    return this.current ? this.current.helper.modules() : [];
  }

  async close(): Promise<void> {
    const { open } = this;
    this.open = null;
    await open?.helper.stop();
  }

  private async variables(settings: ProjectSettings, libraries: readonly string[]): Promise<Record<string, string>> {
    const text = await envFileText(settings);
    const file = text === null ? {} : parseEnvFile(text, process.env);
    const paths = [...libraries, settings.env['PYTHONPATH'] ?? file['PYTHONPATH'] ?? process.env['PYTHONPATH'] ?? ''].filter(Boolean);
    return { ...file, ...settings.env, ...(libraries.length > 0 ? { PYTHONPATH: paths.join(process.platform === 'win32' ? ';' : ':') } : {}) };
  }
}

/** Null where there is no file; a named file that cannot be read is an error of the settings. */
async function envFileText({ envFile }: ProjectSettings): Promise<string | null> {
  if (envFile === null) return null;
  try {
    return await readFile(envFile, 'utf8');
  } catch {
    throw new ProblemError(problem('no-app', `The environment file ${envFile} cannot be read`, { advice: 'Correct the setting "celery.worker.envFile"' }));
  }
}
