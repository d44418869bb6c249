import path from 'node:path';
import { defaultOptions, LintPolicy, readConfig, type LintConfig, type LintOptions } from './config';

/** The options of each directory: its nearest `pyproject.toml` over what the editor or the command line says. */
export class Configuration {
  readonly #configs = new Map<string, LintConfig>();
  readonly #policies = new Map<string, LintPolicy>();

  constructor(private base: LintOptions = defaultOptions) {}

  /** Forgets what was read. @param base what counts where no `pyproject.toml` says otherwise */
  reset(base: LintOptions = this.base): void {
    this.base = base;
    this.#configs.clear();
    this.#policies.clear();
  }

  configFor(file: string): LintConfig {
    const directory = path.dirname(file);
    let config = this.#configs.get(directory);
    if (!config) this.#configs.set(directory, config = readConfig(directory, this.base));
    return config;
  }

  /** Files with the same key have the same policy. */
  keyFor(file: string): string {
    return this.configFor(file).directory;
  }

  policyFor(file: string): LintPolicy {
    const config = this.configFor(file);
    let policy = this.#policies.get(config.directory);
    if (!policy) this.#policies.set(config.directory, policy = new LintPolicy(config));
    return policy;
  }

  /** What was not understood, for all files asked about so far. */
  get mistakes(): string[] {
    return [...new Set([...this.#configs.values()].flatMap(({ mistakes }) => mistakes))];
  }
}
