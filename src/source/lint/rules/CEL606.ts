import { misfits, signatureText, type Misfit } from '../../celery/arity';
import type { Task } from '../../celery/model';
import type { Entry } from '../../celery/schedules';
import type { LintContext } from '../context';
import { isKnown } from '../knownTasks';
import { count, list } from '../phrases';
import type { Rule } from '../rule';

export const beatArgsMismatch: Rule = {
  code: 'CEL606',
  name: 'beat-args-mismatch',
  severity: 'error',
  summary: 'The arguments of a Beat entry do not fit the task: each run fails in the worker with TypeError.',
  *check(context) {
    for (const entry of context.entries) {
      const task = entry.task === null ? null : context.linked.registry.byName(entry.task);
      if (!task || !isKnown(task, context) || entry.open) continue;
      for (const misfit of found(entry, task.parameters, context)) {
        const at = misfit.kind === 'missing' ? entry.taskAt ?? entry.at : misfit.at;
        yield {
          at,
          message: `${describe(misfit, task)}: each run fails in the worker with TypeError. It is ${task.node.name}(${signatureText(task.parameters, span => task.file.text(span))})`,
          related: [{ file: task.file, at: task.node.nameSpan, message: `${task.node.name} is defined here` }],
        };
      }
    }
  },
};

function found(entry: Entry, parameters: NonNullable<Task['parameters']>, { linked }: LintContext): Misfit[] {
  const args = entry.fields.get('args');
  const kwargs = entry.fields.get('kwargs');
  if (entry.source === 'call') {
    // The signature is complete there: CEL101 has looked at what is too much, not at what is missing.
    const site = entry.signature && linked.calls.all.find(({ node }) => node === entry.signature);
    if (!site || args || kwargs) return [];
    return misfits({ args: site.args, kwargs: site.kwargs, partial: false }, parameters).filter(({ kind }) => kind === 'missing');
  }
  return misfits({
    args: args ? linked.calls.sequence(args.value, args.scope) : [],
    kwargs: kwargs ? linked.calls.mapping(kwargs.value, kwargs.scope) : [],
    partial: false,
  }, parameters);
}

function describe(misfit: Misfit, { node }: Task): string {
  switch (misfit.kind) {
    case 'too-many': return `${node.name} takes ${count(misfit.most, 'positional argument')}, ${misfit.given} ${misfit.given === 1 ? 'is' : 'are'} given`;
    case 'twice': return `${misfit.name} is given twice, by position and by name`;
    case 'unknown': return `${node.name} has no parameter ${misfit.name}`;
    case 'missing': return `${node.name} is sent without ${list(misfit.names)}`;
  }
}
