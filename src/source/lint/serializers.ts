import { serializerNamed, type Serializer } from '../../celery/serialization';
import type { CallSite } from '../celery/calls';
import type { Task } from '../celery/model';
import { lastIdentifier } from '../celery/plausible';
import type { Linked } from '../project/linked';
import { maybeGiven, optionOf } from './retries';
import { only } from './settingValues';
import { mentions } from './usage';
import { once, type LintContext } from './context';

/** How the arguments of a call are encoded: by the call's serializer, then the task's, then the setting's; null where that is not known, or a custom one. */
export function serializerOf({ options, scope, node, task, via }: CallSite, context: LintContext): Serializer | null {
  const own = options.find(({ name }) => name === 'serializer');
  if (own) return known(context.linked.folder.string(own.value, scope), context);
  if (via !== 'delay' && node.keywords.some(({ name }) => name === null)) return null;
  // By its name, a task is sent without the options that it is defined with.
  if (via === 'send_task') return task && optionOf(task, 'serializer') ? null : known(only(context.linked, 'task_serializer', task?.app ?? null, 'json'), context);
  return task && taskSerializer(task, context);
}

/** How the arguments of a task are encoded where a call does not say. */
export function taskSerializer(task: Task, context: LintContext): Serializer | null {
  const option = optionOf(task, 'serializer');
  if (option) return known(context.linked.folder.string(option.value, option.scope), context);
  return maybeGiven(task, 'serializer', context) ? null : known(only(context.linked, 'task_serializer', task.app, 'json'), context);
}

function known(name: unknown, context: LintContext): Serializer | null {
  return typeof name === 'string' && !isReplaced(name, context) ? serializerNamed(name) : null;
}

const registering = /\bserialization\b/;

/** Whether the project registers an encoder of its own under the name: `kombu.serialization.register('json', …)`. */
function isReplaced(name: string, { linked }: LintContext): boolean {
  const names = replaced(linked);
  return names.has(name) || names.has(null);
}

const replaced = once((linked: Linked): ReadonlySet<string | null> => new Set(mentions(linked, registering) ? registeredNames(linked) : []));

/** Null for one that is not known. */
function *registeredNames({ files, evaluator, folder }: Linked): Generator<string | null> {
  for (const file of files) {
    for (const { node, scope } of file.analysis.calls) {
      if (lastIdentifier(node.func) !== 'register') continue;
      const callee = evaluator.evaluate(node.func, scope);
      if (callee.kind !== 'symbol' || !callee.path.startsWith('kombu.serialization.')) continue;
      const given = node.args[0] ?? node.keywords.find(keyword => keyword.name === 'name')?.value;
      yield given ? folder.string(given, scope) : null;
    }
  }
}
