import assert from 'node:assert/strict';
import path from 'node:path';
import { applyEdits, collectEdits } from '../../../src/source/lint/applyFixes';
import { defaultOptions, LintPolicy, type LintOptions } from '../../../src/source/lint/config';
import { Linter, type Diagnosis } from '../../../src/source/lint/engine';
import { ruleOf } from '../../../src/source/lint/registry';
import { NEWEST_CELERY, NEWEST_KOMBU, parseVersion } from '../../../src/celery/versions';
import { Linked } from '../../../src/source/project/linked';
import { withWorkspace } from '../source/workspace';

export type Sources = Readonly<Record<string, string>>;

export interface Expected {
  /** One for each finding, in the order of the files and of the source. */
  readonly messages?: readonly RegExp[];
  readonly severity?: Diagnosis['severity'];
  /** The files that the first fixes of all findings change, after them. Null: there is no fix. */
  readonly fixed?: Sources | null;
  readonly options?: Partial<LintOptions>;
  /** The newest where not given. */
  readonly versions?: TestedVersions;
}

export interface TestedVersions {
  readonly celery?: string;
  readonly kombu?: string;
}

const marked = /«([^«»]*)»/g;

/**
 * Expects the rule to find exactly what stands between « and » in the sources, and nothing else. Every fix that a finding offers is
 * applied alone: the finding must be gone after it and the file must still be Python.
 */
export async function expectFindings(code: string, sources: Sources, { messages, severity, fixed, options = {}, versions }: Expected = {}): Promise<void> {
  const plain = Object.fromEntries(Object.entries(sources).map(([name, text]) => [name, text.replace(marked, '$1')]));
  const wanted = Object.entries(sources).sort(([a], [b]) => a < b ? -1 : 1).flatMap(([name, text]) => spansOf(text).map(({ start, end }) => `${name} ${start}-${end} ${plain[name]!.slice(start, end)}`));
  assert.ok(wanted.length, 'mark what must be found with « and »');
  const found = await lint(code, plain, options, false, versions);
  assert.deepEqual(found.map(describeFinding), wanted);
  if (messages) {
    assert.equal(found.length, messages.length);
    messages.forEach((message, index) => assert.match(found[index]!.message, message));
  }
  if (severity) assert.deepEqual(found.map(finding => finding.severity), found.map(() => severity));
  for (const { message } of found) assert.doesNotMatch(message, /undefined|null|\[object|\.$/, 'a message is one sentence without a stop');
  for (const finding of found) for (const { title, edits } of finding.fixes ?? []) {
    const after = applied(plain, finding, edits);
    const left = await lint(code, after, options, true, versions);
    assert.ok(left.length < found.length, `“${title}” leaves it:\n${Object.values(after).join('\n')}`);
  }
  if (fixed === null) assert.deepEqual(found.flatMap(({ fixes }) => fixes ?? []), []);
  else if (fixed) {
    const after = { ...plain };
    const first = found.flatMap(({ file, fixes }) => fixes?.[0] ? [{ file, fix: fixes[0] }] : []);
    for (const [file, edits] of collectEdits(first).edits) {
      const name = Object.keys(plain).find(candidate => file.path.endsWith(`${path.sep}${candidate}`))!;
      after[name] = applyEdits(after[name]!, edits);
    }
    for (const [name, text] of Object.entries(fixed)) assert.equal(after[name], text);
  }
}

/** Expects the rule to say nothing at all. */
export async function expectSilence(code: string, sources: Sources, options: Partial<LintOptions> = {}, versions?: TestedVersions): Promise<void> {
  assert.deepEqual((await lint(code, sources, options, false, versions)).map(finding => `${describeFinding(finding)}: ${finding.message}`), []);
}

function describeFinding({ file, at }: Diagnosis): string {
  return `${file.path.split(`${path.sep}celery-source-`)[1]!.split(path.sep).slice(1).join('/')} ${at.start}-${at.end} ${file.text(at)}`;
}

/** All findings of one rule, over files written to disk. */
export async function lint(code: string, sources: Sources, options: Partial<LintOptions> = {}, whole = false, versions?: TestedVersions): Promise<Diagnosis[]> {
  const rule = ruleOf(code);
  assert.ok(rule, `${code} is not in the registry`);
  return withWorkspace(sources, (project, root) => {
    const linked = versions ? new Linked(project, { wrappers: new Set(), versions: { celery: parseVersion(versions.celery ?? '') ?? NEWEST_CELERY, kombu: parseVersion(versions.kombu ?? '') ?? NEWEST_KOMBU } }) : project.linked;
    const policy = new LintPolicy({ options: { ...defaultOptions, ...options }, directory: root, mistakes: [] });
    if (whole) for (const file of linked.files) assert.deepEqual(file.module.broken.map(span => file.text(span)), [], `${file.path} is no longer Python`);
    const linter = new Linter(linked, policy, [rule]);
    return linked.files.flatMap(file => linter.lint(file));
  });
}

function spansOf(text: string): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = [];
  let removed = 0;
  for (const match of text.matchAll(marked)) {
    const start = match.index - removed;
    spans.push({ start, end: start + match[1]!.length });
    removed += 2;
  }
  return spans;
}

function applied(sources: Sources, { file }: Diagnosis, edits: readonly { readonly file?: { readonly path: string }; readonly span: { start: number; end: number }; readonly text: string }[]): Record<string, string> {
  const after = { ...sources };
  for (const edit of [...edits].sort((a, b) => b.span.start - a.span.start)) {
    const name = Object.keys(sources).find(candidate => (edit.file ?? file).path.endsWith(`${path.sep}${candidate}`))!;
    after[name] = after[name]!.slice(0, edit.span.start) + edit.text + after[name]!.slice(edit.span.end);
  }
  return after;
}
