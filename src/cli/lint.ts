import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { applyEdits, collectEdits, safeFixes } from '../source/lint/applyFixes';
import { defaultOptions, type LintOptions } from '../source/lint/config';
import { Linter, type Diagnosis } from '../source/lint/engine';
import { githubReport } from './formats/github';
import { humanReport, statistics, summary } from './formats/human';
import { jsonReport } from './formats/json';
import { sarifReport } from './formats/sarif';
import { openProject, type Opened } from './open';
import { UsageError, type Environment, type ExitCode } from './environment';

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
  readonly url: (code: string) => string;
  readonly color: boolean;
}

const formats: Readonly<Record<string, (report: Report) => string>> = { human: humanReport, json: jsonReport, sarif: sarifReport, github: githubReport };
/** A fix may make another one possible; it ends by itself long before. */
const maxRounds = 10;

export async function lintCommand(request: LintRequest, environment: Environment): Promise<ExitCode> {
  const write = formats[request.format];
  if (!write) throw new UsageError(`--format is one of ${Object.keys(formats).join(', ')}`);
  if (request.preset !== undefined && request.preset !== 'recommended' && request.preset !== 'strict') throw new UsageError('--preset is recommended or strict');
  if (request.stdin && request.paths.length) throw new UsageError('--stdin looks at standard input alone, without paths');
  const base: LintOptions = { ...defaultOptions, ...(request.preset ? { preset: request.preset } : {}) };
  const opened = await openProject(request.paths, base, environment);
  const standard = request.stdin ? path.resolve(environment.cwd, request.filename ?? 'stdin.py') : null;
  if (standard !== null) opened.project.openDocument(standard, pathToFileURL(standard).href, await environment.input());

  let found = lint(opened, request, environment, standard);
  // What was not understood might have asked for something else.
  const { mistakes } = opened.configuration;
  for (const mistake of mistakes) environment.error(`celery-workbench: ${mistake}\n`);
  if (mistakes.length) return 2;
  let fixed = 0;
  for (let round = 0; request.fix && round < maxRounds; round++) {
    const count = fix(found, opened, standard);
    if (!count) break;
    fixed += count;
    found = lint(opened, request, environment, standard);
  }

  const report: Report = {
    found,
    relative: file => path.relative(environment.cwd, file).split(path.sep).join('/'),
    url: code => pathToFileURL(path.join(environment.assets, '../docs/rules', `${code}.md`)).href,
    color: environment.color,
  };
  const text = request.statistics ? statistics(report) : write(report) + (request.format === 'human' ? summary(report, fixed) : '');
  if (standard !== null && request.fix) {
    environment.out(opened.project.file(standard)!.module.text);
    environment.error(text);
  } else environment.out(text);
  return found.some(({ severity }) => severity === 'error' || severity === 'warning') ? 1 : 0;
}

function lint({ project, configuration, isAsked }: Opened, { select, ignore }: LintRequest, { error, progress }: Environment, only: string | null): Diagnosis[] {
  const { linked } = project;
  const linters = new Map<string, Linter>();
  const found: Diagnosis[] = [];
  const files = linked.files.filter(({ path: file }) => only === null ? isAsked(file) : file === only);
  const wants = (selectors: readonly string[], { rule }: Diagnosis): boolean => selectors.some(selector => rule.code.startsWith(selector.toUpperCase()) || rule.name === selector);
  const began = performance.now();
  for (const [index, file] of files.entries()) {
    const key = configuration.keyFor(file.path);
    let linter = linters.get(key);
    if (!linter) linters.set(key, linter = new Linter(linked, configuration.policyFor(file.path)));
    found.push(...linter.lint(file).filter(diagnosis => (!select.length || wants(select, diagnosis)) && !wants(ignore, diagnosis)));
    if (progress && index % 50 === 49 && performance.now() - began > 1000) error(`${index + 1} of ${files.length} files…\r`);
  }
  return found;
}

/** Applies the safe fixes of findings; the number of those applied. */
function fix(found: readonly Diagnosis[], { project }: Opened, standard: string | null): number {
  const { edits, applied } = collectEdits(safeFixes(found));
  for (const [file, list] of edits) {
    if (file.path === standard) project.changeDocument(standard, [...list].reverse().map(({ span, text }) => ({ ...span, text })));
    else writeFileSync(file.path, applyEdits(file.module.text, list));
  }
  project.filesChanged([...edits.keys()].map(file => file.path));
  return applied;
}
