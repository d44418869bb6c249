import type { Linked } from '../project/linked';
import type { SourceFile } from '../project/sourceFile';
import { LintContext, type FileFacts } from './context';
import type { LintPolicy } from './config';
import { rules } from './registry';
import type { Finding, Rule, Severity } from './rule';
import { Suppressions } from './suppressions';

/** A finding with the rule that made it and the severity under which it is shown. */
export interface Diagnosis extends Finding {
  readonly rule: Rule;
  readonly file: SourceFile;
  readonly severity: Severity;
}

type GrowingFacts = { -readonly [Key in keyof FileFacts]: FileFacts[Key][number][] };

/** Runs the rules over files of one state of the project. */
export class Linter {
  #facts: Map<SourceFile, GrowingFacts> | null = null;

  constructor(private readonly linked: Linked, private readonly policy: LintPolicy, private readonly selected: readonly Rule[] = rules) {}

  /** The findings of one file, in the order of the source. Broken regions have none. */
  lint(file: SourceFile): Diagnosis[] {
    if (this.policy.isExcluded(file.path)) return [];
    const context = new LintContext(this.linked, file, this.#factsOf(file));
    const suppressions = new Suppressions(file);
    const found: Diagnosis[] = [];
    for (const rule of this.selected) {
      const places = new Set<string>();
      for (const finding of rule.check(context)) {
        const severity = this.policy.severity(rule, finding.severity ?? rule.severity, file.path, file.name);
        if (severity === null || file.isBroken(finding.at) || suppressions.covers({ code: rule.code, name: rule.name, ...finding.at })) continue;
        const place = `${finding.at.start}-${finding.at.end}`;
        if (places.has(place)) continue;
        places.add(place);
        found.push({ ...finding, rule, file, severity });
      }
    }
    return found.sort((a, b) => a.at.start - b.at.start || a.at.end - b.at.end || (a.rule.code < b.rule.code ? -1 : 1));
  }

  #factsOf(file: SourceFile): FileFacts {
    if (!this.#facts) {
      const facts = this.#facts = new Map<SourceFile, GrowingFacts>();
      const of = (owner: SourceFile): GrowingFacts => {
        let known = facts.get(owner);
        if (!known) facts.set(owner, known = { tasks: [], entries: [], settings: [], routes: [] });
        return known;
      };
      const { registry, schedules, settings, queues } = this.linked;
      for (const task of registry.tasks) of(task.file).tasks.push(task);
      for (const entry of schedules.entries) of(entry.file).entries.push(entry);
      for (const setting of settings.all) of(setting.file).settings.push(setting);
      for (const route of queues.routes) of(route.file).routes.push(route);
    }
    return this.#facts.get(file) ?? { tasks: [], entries: [], settings: [], routes: [] };
  }
}
