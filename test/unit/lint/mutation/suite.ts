import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { NEWEST_CELERY, NEWEST_KOMBU, parseVersion } from '../../../../src/celery/versions';
import { applyEdits, collectEdits } from '../../../../src/source/lint/applyFixes';
import { defaultOptions, LintPolicy } from '../../../../src/source/lint/config';
import { Linter, type Diagnosis } from '../../../../src/source/lint/engine';
import type { Rule } from '../../../../src/source/lint/rule';
import type { Project } from '../../../../src/source/project/project';
import type { Sources, TestedVersions } from '../ruleTester';
import { workspace } from '../../source/workspace';
import { mutantsOf, type Mutant, type Mutations } from './mutation';

/** What became of the mutants of one rule. */
export interface Recall {
  readonly code: string;
  readonly mutants: number;
  readonly caught: number;
  readonly projects: number;
  /** Why the others count as not caught. */
  readonly misses: readonly string[];
}

/** A project kept open; mutants are edits of it. */
export class Bench {
  readonly #texts: Record<string, string>;

  private constructor(private readonly sources: Sources, private readonly project: Project, private readonly root: string, readonly close: () => void) {
    this.#texts = { ...sources };
  }

  static async open(sources: Sources): Promise<Bench> {
    const { root, project, remove } = await workspace(sources);
    for (const [name, text] of Object.entries(sources)) if (name.endsWith('.py')) project.openDocument(path.join(root, name), pathToFileURL(path.join(root, name)).href, text);
    return new Bench(sources, project, root, remove);
  }

  /** What the rules find with some files changed. Python that is none is an error unless `whole` is false. */
  lint(changed: Sources, rules: readonly Rule[], versions: TestedVersions = {}, whole = true): Diagnosis[] {
    for (const [name, before] of Object.entries(this.#texts)) {
      const after = changed[name] ?? this.sources[name]!;
      if (after === before) continue;
      this.project.changeDocument(path.join(this.root, name), [{ start: 0, end: before.length, text: after }]);
      this.#texts[name] = after;
    }
    this.project.setVersions({ celery: parseVersion(versions.celery ?? '') ?? NEWEST_CELERY, kombu: parseVersion(versions.kombu ?? '') ?? NEWEST_KOMBU });
    this.project.settle();
    const { linked } = this.project;
    if (whole) for (const file of linked.files) if (file.module.broken.length) throw new SyntaxError(`${this.nameOf(file.path)} is no longer Python: ${file.text(file.module.broken[0]!)}`);
    const linter = new Linter(linked, new LintPolicy({ options: defaultOptions, directory: this.root, mistakes: [] }), rules);
    return linked.files.flatMap(file => linter.lint(file));
  }

  nameOf(file: string): string {
    return path.relative(this.root, file).split(path.sep).join('/');
  }

  describe({ file, at, rule }: Diagnosis): string {
    return `${rule.code} ${this.nameOf(file.path)} ${at.start}-${at.end} ${file.text(at)}`;
  }

  /** Null where the mutant is caught: exactly that finding, and its first fix ends it. Else what is amiss. */
  judge(code: string, mutant: Mutant, rules: readonly Rule[]): string | null {
    try {
      return this.#missOf(code, mutant, rules);
    } catch (error) {
      if (error instanceof SyntaxError) return error.message;
      throw error;
    }
  }

  #missOf(code: string, { name, text, expected, versions }: Mutant, rules: readonly Rule[]): string | null {
    const found = this.lint({ [name]: text }, rules, versions);
    const source = expected.name === name ? text : this.sources[expected.name]!;
    const wanted = `${code} ${expected.name} ${expected.start}-${expected.end} ${source.slice(expected.start, expected.end)}`;
    const seen = found.map(finding => this.describe(finding));
    if (seen.length !== 1 || seen[0] !== wanted) return `wanted ${wanted}\n      found ${seen.join('\n        and ') || 'nothing'}`;
    const fix = found[0]!.fixes?.[0];
    if (!fix) return null;
    const changed: Record<string, string> = { [name]: text };
    for (const [file, edits] of collectEdits([{ file: found[0]!.file, fix }]).edits) changed[this.nameOf(file.path)] = applyEdits(file.module.text, edits);
    const left = this.lint(changed, rules, versions).map(finding => this.describe(finding));
    return left.length ? `“${fix.title}” leaves ${left.join(' and ')}` : null;
  }
}

/** Judges every mutant of every project under the rules. */
export function recallOf(mutations: Mutations, projects: ReadonlyMap<string, { readonly sources: Sources; readonly bench: Bench }>, rules: readonly Rule[]): Recall[] {
  return Object.entries(mutations).map(([code, own]) => {
    const mutants = own.flatMap(mutation => [...projects].flatMap(([project, { sources }]) => mutantsOf(mutation, project, sources)));
    const misses = mutants.flatMap(mutant => {
      const miss = projects.get(mutant.project)!.bench.judge(code, mutant, rules);
      return miss === null ? [] : [`${mutant.project}, ${mutant.mistake}: ${miss}`];
    });
    return { code, mutants: mutants.length, caught: mutants.length - misses.length, projects: new Set(mutants.map(({ project }) => project)).size, misses };
  });
}

/** A rule has to catch each of its mutants, and there must be enough to say so. */
export function assertRecall({ code, mutants, caught, projects, misses }: Recall): void {
  assert.ok(mutants >= 3 && projects >= 2, `${code} has ${mutants} mutants in ${projects} projects: too few to tell`);
  assert.equal(caught, mutants, `${code} misses ${mutants - caught} of ${mutants}:\n    ${misses.join('\n    ')}`);
}
