import { serializerNamed } from '../../../celery/serialization';
import type { Task } from '../../celery/model';
import type { ClassValue } from '../../semantics/values';
import type { Call, FunctionDef } from '../../syntax/nodes';
import { walk } from '../../syntax/walk';
import type { LintContext } from '../context';
import { bodyOf, optionOf } from '../retries';
import type { Rule } from '../rule';
import { only } from '../settingValues';

/** Built-in exceptions that keep what they are given as `args`, and need nothing. */
const plainBases = /^builtins\.(?:Exception|ArithmeticError|AssertionError|AttributeError|IndexError|KeyError|LookupError|NotImplementedError|RuntimeError|TypeError|ValueError)$/;
/** What a class may say itself of how it is pickled. */
const pickling = ['__reduce__', '__reduce_ex__', '__getnewargs__', '__getnewargs_ex__', '__getstate__', '__setstate__', '__new__'];

export const pickleExceptions: Rule = {
  code: 'CEL313',
  name: 'pickle-exceptions',
  severity: 'hint',
  summary: 'A task raises an exception that cannot be unpickled: who asks for its result gets another class, which no `except` expects.',
  *check(context) {
    for (const task of context.tasks) {
      const body = bodyOf(task);
      if (!body || !keepsPickled(task, context)) continue;
      for (const raised of raisedIn(body)) {
        const mismatch = mismatchOf(raised, body, task, context);
        if (mismatch) yield { at: raised.func, message: mismatch };
      }
    }
  },
};

/** Whether the exception that ends a task is surely pickled. */
function keepsPickled(task: Task, { linked }: LintContext): boolean {
  const serializer = only(linked, 'result_serializer', task.app, 'json');
  return typeof serializer === 'string' && serializerNamed(serializer) === 'pickle' && !optionOf(task, 'ignore_result') && only(linked, 'task_ignore_result', task.app, false) === false;
}

/** `raise Class(…)`, where nothing in the task catches it. */
function raisedIn(body: FunctionDef): Call[] {
  const found: Call[] = [];
  for (const statement of body.body) walk(statement, node => {
    if (!('kind' in node)) return true;
    if (node.kind === 'Raise' && node.exception?.kind === 'Call') found.push(node.exception);
    return node.kind !== 'Try' && node.kind !== 'With' && node.kind !== 'FunctionDef' && node.kind !== 'ClassDef';
  });
  return found;
}

/** Unpickling calls the class with what `BaseException` was given. What is wrong with that; null where nothing is known to be. */
function mismatchOf(raised: Call, body: FunctionDef, task: Task, context: LintContext): string | null {
  const { evaluator } = context.linked;
  const scope = evaluator.inner({ node: body, scope: task.scope });
  const type = scope && evaluator.evaluate(raised.func, scope);
  const init = type?.kind === 'class' ? ownInit(type, context) : null;
  if (type?.kind !== 'class' || !init) return null;
  const kept = keptArguments(init, raised);
  if (kept === null) return null;
  const positional = init.parameters.slice(1).filter(({ kind }) => kind === 'positional' || kind === 'positional-only');
  const needed = positional.filter(parameter => !parameter.default).length;
  const keywords = init.parameters.filter(({ kind, default: value }) => kind === 'keyword-only' && !value);
  const takesMore = init.parameters.some(({ kind }) => kind === 'var-positional');
  if (kept >= needed && (takesMore || kept <= positional.length) && !keywords.length) return null;
  const { name } = type.node;
  const needs = keywords.length ? `the keyword ${keywords[0]!.name}` : kept < needed ? `${needed} ${needed === 1 ? 'argument' : 'arguments'}` : `no more than ${positional.length}`;
  return `${name} cannot be unpickled: its __init__ needs ${needs}, and is called with the ${kept} that Exception was given, so that who asks for the result gets another class, which “except ${name}” does not catch`;
}

/** The `__init__` of an exception class of the project that derives from plain built-in ones only, and says nothing of pickling. */
function ownInit(type: ClassValue, { linked: { evaluator } }: LintContext): FunctionDef | null {
  const [own, ...bases] = evaluator.mro(type);
  if (own?.kind !== 'class' || bases.length !== 1 || bases[0]!.kind !== 'symbol' || !plainBases.test(bases[0].path)) return null;
  const scope = evaluator.inner(type);
  const init = type.node.body.find(statement => statement.kind === 'FunctionDef' && statement.name === '__init__');
  if (!scope || init?.kind !== 'FunctionDef' || init.decorators.length || type.node.decorators.length || type.node.keywords.length || pickling.some(name => scope.bindings.has(name))) return null;
  return init;
}

/** How many arguments `BaseException` keeps: those of `super().__init__(…)`, else those that the class is called with. Null where that is not known. */
function keptArguments(init: FunctionDef, raised: Call): number | null {
  const passedOn = init.body.flatMap(statement => statement.kind === 'Expr' && statement.value.kind === 'Call' && isSuperInit(statement.value) ? [statement.value] : []);
  // One that runs whatever happens, and nothing beside it.
  if (passedOn.length > 1 || attributes(init, '__init__') !== passedOn.length || attributes(init, 'args')) return null;
  const call = passedOn[0] ?? raised;
  return call.args.some(({ kind }) => kind === 'Starred') ? null : call.args.length;
}

/** How often an attribute of that name is used. */
function attributes(init: FunctionDef, name: string): number {
  let count = 0;
  for (const statement of init.body) walk(statement, node => {
    if ('kind' in node && node.kind === 'Attribute' && node.attr === name) count++;
  });
  return count;
}

function isSuperInit({ func }: Call): boolean {
  return func.kind === 'Attribute' && func.attr === '__init__' && func.value.kind === 'Call' && func.value.func.kind === 'Name' && func.value.func.id === 'super';
}
