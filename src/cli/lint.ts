import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { defaultOptions, type LintOptions } from '../source/lint/config';
import { Linter, type Diagnosis } from '../source/lint/engine';
import { selects } from '../source/lint/registry';
import { githubReport } from './formats/github';
import { humanReport, statistics, summary } from './formats/human';
import { jsonReport } from './formats/json';
import { sarifReport } from './formats/sarif';
import { UsageError, type Environment, type ExitCode } from './environment';
import { Fixer } from './fixer';
import { openProject, type Opened } from './open';
import { pageFile, readPage } from './pages';
import { Progress } from './progress';

export interface LintRequest {
  readonly paths: readonly string[];
  readonly format: string;
  readonly select: readonly string[];
  readonly ignore: readonly string[];
  readonly preset?: string | undefined;
  readonly fix: boolean;
  readonly statistics: boolean;
  readonly stdin: boolean;
  readonly filename?: string | undefined;
}

/** What every format gets: findings in the order of files and lines, and paths relative to the working directory. */
export interface Report {
  readonly found: readonly Diagnosis[];
  readonly relative: (file: string) => string;
  /** Where the page of a rule is, and what is on it. */
  readonly url: (code: string) => string;
  readonly page: (code: string) => string;
  readonly color: boolean;
}

const formats: Readonly<Record<string, (report: Report) => string>> = { human: humanReport, json: jsonReport, sarif: sarifReport, github: githubReport };
/** A fix may make another one possible; it ends by itself long before. */
const maxRounds = 10;
/** Files between two looks at what else there is to do. */
const perStep = 20;

export async function lintCommand(request: LintRequest, environment: Environment): Promise<ExitCode> {
  const write = formats[request.format];
  if (!write) throw new UsageError(`--format is one of ${Object.keys(formats).join(', ')}`);
  if (request.preset !== undefined && request.preset !== 'recommended' && request.preset !== 'strict') throw new UsageError('--preset is recommended or strict');
  if (request.stdin && request.paths.length) throw new UsageError('--stdin looks at standard input alone, without paths');
  const base: LintOptions = { ...defaultOptions, ...(request.preset ? { preset: request.preset } : {}) };
  const opened = await openProject(request.paths, base, environment);
  const standard = request.stdin ? path.resolve(environment.cwd, request.filename ?? 'stdin.py') : null;
  if (standard !== null) opened.project.openDocument(standard, pathToFileURL(standard).href, await environment.input());

  let found = await lint(opened, request, environment, standard);
  // What was not understood might have asked for something else.
  const { mistakes } = opened.configuration;
  for (const mistake of mistakes) environment.error(`celery-workbench: ${mistake}\n`);
  if (mistakes.length) return 2;
  const relative = (file: string): string => path.relative(environment.cwd, file).split(path.sep).join('/');
  const fixer = new Fixer(opened.project, standard, relative);
  let fixed = 0;
  for (let round = 0; request.fix && round < maxRounds; round++) {
    const count = fixer.apply(found);
    if (!count) break;
    fixed += count;
    found = await lint(opened, request, environment, standard);
  }

  const report: Report = {
    found, relative,
    url: code => pathToFileURL(pageFile(code, environment)).href,
    page: code => readPage(code, environment),
    color: environment.color,
  };
  const text = request.statistics ? statistics(report) : write(report) + (request.format === 'human' ? summary(report, fixed) : '');
  if (standard !== null && request.fix) {
    environment.out(opened.project.file(standard)!.module.text);
    environment.error(text);
  } else environment.out(text);
  // Standard input was asked about, not what lies around it.
  const problems = [...request.stdin ? [] : opened.problems, ...fixer.problems];
  for (const problem of problems) environment.error(`celery-workbench: ${problem}\n`);
  if (problems.length) return 2;
  return found.some(({ severity }) => severity === 'error' || severity === 'warning') ? 1 : 0;
}

async function lint({ project, configuration, isAsked }: Opened, { select, ignore }: LintRequest, { error, progressAfter }: Environment, only: string | null): Promise<Diagnosis[]> {
  const { linked } = project;
  const linters = new Map<string, Linter>();
  const found: Diagnosis[] = [];
  const files = linked.files.filter(({ path: file }) => only === null ? isAsked(file) : file === only);
  const wants = (selectors: readonly string[], { rule }: Diagnosis): boolean => selectors.some(selector => selects(selector, rule));
  const progress = new Progress(progressAfter, error);
  for (const [index, file] of files.entries()) {
    const key = configuration.keyFor(file.path);
    let linter = linters.get(key);
    if (!linter) linters.set(key, linter = new Linter(linked, configuration.policyFor(file.path)));
    for (const diagnosis of linter.lint(file)) if ((!select.length || wants(select, diagnosis)) && !wants(ignore, diagnosis)) found.push(diagnosis);
    if (index % perStep !== perStep - 1) continue;
    progress.show(`${index + 1} of ${files.length} files…`);
    // Lets Ctrl-C in.
    await setImmediate();
  }
  progress.end();
  return found;
}
