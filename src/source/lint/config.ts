import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'smol-toml';
import { reasonOf } from '../project/scan';
import { isTestModule } from '../project/testModules';
import { ruleOf, selects, unknownSelectors } from './registry';
import type { Rule, Severity } from './rule';

/** What a user may choose. `pyproject.toml` and the editor's settings both fill it. */
export interface LintOptions {
  readonly preset: 'recommended' | 'strict' | 'off';
  /** Codes, beginnings of codes (`CEL1`) or names: only these count. Empty: all. */
  readonly select: readonly string[];
  readonly ignore: readonly string[];
  /** By code or name. */
  readonly severity: Readonly<Record<string, Severity | 'off'>>;
  /** Globs of files that are not looked at, relative to the file that says so. */
  readonly exclude: readonly string[];
  readonly perFileIgnores: Readonly<Record<string, readonly string[]>>;
  /** Dotted paths of the project's decorators that make tasks. */
  readonly taskDecorators: readonly string[];
}

export const defaultOptions: LintOptions = { preset: 'recommended', select: [], ignore: [], severity: {}, exclude: [], perFileIgnores: {}, taskDecorators: [] };

/** Options with the directory that their globs are relative to, and what in them was not understood. */
export interface LintConfig {
  readonly options: LintOptions;
  readonly directory: string;
  readonly mistakes: readonly string[];
}

/** `[tool.celery-workbench]` of the nearest `pyproject.toml` at or above a directory that has such a table, over `base`. Without one the directory is `/`. */
export function readConfig(directory: string, base: LintOptions = defaultOptions): LintConfig {
  for (let current = path.resolve(directory); ; current = path.dirname(current)) {
    const found = readPyproject(path.join(current, 'pyproject.toml'), base);
    if (found) return { ...found, directory: current };
    if (current === path.dirname(current)) return { options: base, directory: current, mistakes: [] };
  }
}

function readPyproject(file: string, base: LintOptions): Omit<LintConfig, 'directory'> | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return existsSync(file) ? { options: base, mistakes: [`${file} cannot be read: ${reasonOf(error)}`] } : null;
  }
  if (!text.includes('celery-workbench')) return null;
  let table: unknown;
  try {
    const { tool } = parse(text) as Record<string, unknown>;
    table = isRecord(tool) ? tool['celery-workbench'] : undefined;
  } catch (error) {
    return { options: base, mistakes: [`${file}: ${error instanceof Error ? error.message.split('\n')[0]! : 'not TOML'}`] };
  }
  return table === undefined ? null : readOptions(table, file, base);
}

const severities: readonly string[] = ['error', 'warning', 'info', 'hint', 'off'];

/** Reads options as written by a user; what is not understood is named and left at its default. */
export function readOptions(table: unknown, source: string, base: LintOptions = defaultOptions): { readonly options: LintOptions; readonly mistakes: readonly string[] } {
  const mistakes: string[] = [];
  const wrong = (key: string, what: string): void => void mistakes.push(`${source}: ${key} ${what}`);
  const known = (key: string, selectors: readonly string[]): void => {
    for (const selector of unknownSelectors(selectors)) wrong(key, `names ${selector}, which is no rule`);
  };
  const options: { -readonly [Key in keyof LintOptions]: LintOptions[Key] } = { ...base };
  if (typeof table !== 'object' || table === null || Array.isArray(table)) return { options, mistakes: [`${source}: celery-workbench must be a table`] };
  for (const [written, value] of Object.entries(table as Record<string, unknown>)) {
    if (value === null || value === undefined) continue;
    // Editors spell settings `perFileIgnores`.
    const key = written.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
    switch (key) {
      case 'preset':
        if (value === 'recommended' || value === 'strict' || value === 'off') options.preset = value;
        else wrong(key, 'must be "recommended", "strict" or "off"');
        break;
      case 'select': case 'ignore': case 'exclude': case 'task-decorators': {
        if (!isTexts(value)) wrong(key, 'must be a list of texts');
        else if (key === 'task-decorators') options.taskDecorators = value;
        else {
          if (key !== 'exclude') known(key, value);
          options[key] = value;
        }
        break;
      }
      case 'severity': {
        const entries = isRecord(value) ? Object.entries(value) : null;
        if (!entries || entries.some(([, severity]) => typeof severity !== 'string' || !severities.includes(severity))) wrong(key, `must give rules one of ${severities.join(', ')}`);
        else {
          for (const [selector] of entries) if (!ruleOf(selector)) wrong(key, `names ${selector}, which is no rule`);
          options.severity = Object.fromEntries(entries.map(([selector, severity]) => [ruleOf(selector)?.code ?? selector, severity])) as Record<string, Severity | 'off'>;
        }
        break;
      }
      case 'per-file-ignores': {
        if (!isRecord(value) || !Object.values(value).every(isTexts)) wrong(key, 'must give globs a list of rules');
        else {
          options.perFileIgnores = value as Record<string, string[]>;
          known(key, Object.values(options.perFileIgnores).flat());
        }
        break;
      }
      default: wrong(written, 'is not known');
    }
  }
  return { options, mistakes };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string');
}

/** Which rules look at a file, and with what severity. */
export class LintPolicy {
  readonly #excluded: readonly RegExp[];
  readonly #perFile: readonly { readonly glob: RegExp; readonly rules: readonly string[] }[];

  constructor(private readonly config: LintConfig) {
    this.#excluded = config.options.exclude.map(globPattern);
    this.#perFile = Object.entries(config.options.perFileIgnores).map(([glob, rules]) => ({ glob: globPattern(glob), rules }));
  }

  /** The severity of a finding, or null where it is not to be shown. `found` is what the rule gave it. */
  severity(rule: Pick<Rule, 'code' | 'name'>, found: Severity, file: string, module: string): Severity | null {
    const { options } = this.config;
    if (options.preset === 'off') return null;
    const relative = path.relative(this.config.directory, file).split(path.sep).join('/');
    if (this.#excluded.some(glob => glob.test(relative))) return null;
    const matches = (selector: string): boolean => selects(selector, rule);
    if (options.select.length && !options.select.some(matches)) return null;
    if (options.ignore.some(matches)) return null;
    if (this.#perFile.some(({ glob, rules }) => glob.test(relative) && rules.some(matches))) return null;
    const chosen = options.severity[rule.code] ?? options.severity[rule.name];
    if (chosen !== undefined) return chosen === 'off' ? null : chosen;
    if (options.preset === 'strict') return stricter[found];
    // Tests try out what is wrong elsewhere; calls, arguments and definitions have to be right there too.
    if (isTestModule(module) && !/^CEL[123]/.test(rule.code)) return null;
    return found;
  }

  isExcluded(file: string): boolean {
    const relative = path.relative(this.config.directory, file).split(path.sep).join('/');
    return this.#excluded.some(glob => glob.test(relative));
  }
}

/** What `strict` makes of severities: nothing stays below what a reader of the Problems view sees. */
const stricter: Readonly<Record<Severity, Severity>> = { error: 'error', warning: 'error', info: 'warning', hint: 'info' };

/** `*` within a directory, `**` across them; a glob without `/` or that ends with one matches anywhere. */
export function globPattern(glob: string): RegExp {
  const trimmed = glob.replace(/^\.?\//, '').replace(/\/$/, '/**');
  const escaped = trimmed.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*\*\/?|\*|\?/g, token => token.startsWith('**') ? '.*' : token === '*' ? '[^/]*' : '[^/]');
  return new RegExp(`${glob.replace(/\/$/, '').includes('/') ? '^' : '(^|/)'}${escaped}(/|$)`);
}
