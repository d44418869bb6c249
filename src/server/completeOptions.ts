import type { CompletionItem } from 'vscode-languageserver/node';
import { callOptionsOf, isCallOption, isDeprecatedTaskOption, retryOptionsOf, taskOptionsOf, type CallOption } from '../celery/options';
import { retryCall } from '../source/celery/retry';
import type { Linked } from '../source/project/linked';
import type { SourceFile } from '../source/project/sourceFile';
import type { Scope, ScopedCall } from '../source/semantics/scopes';
import type { Call, ClassDef } from '../source/syntax/nodes';
import { items, keywordAt, type Offered } from './keywords';
import type { Place } from './place';
import { statementAt } from './statements';

/** Options of the task decorator, of calls that take some, and attributes of a task class. */
export function completeOptions({ linked, file, offset }: Place): CompletionItem[] | null {
  const place = keywordAt(file, offset);
  if (!place) return inTaskClass({ linked, file, offset });
  const offered = isTaskDecorator(place.node, file, linked) ? taskOptions(linked) : callOptions(place, linked);
  return offered && items(file, place.word, offered.filter(({ name }) => !place.given.has(name)), '=');
}

/** `max_retries = 5` in the body of a class that derives from Task. */
function inTaskClass({ linked, file, offset }: Place): CompletionItem[] | null {
  const place = statementAt(file, offset);
  if (!place || !isTaskClass(place.scope, linked)) return null;
  const options = taskOptionsOf(linked.versions.celery);
  const isAttribute = (name: string): boolean => name === 'name' || options.get(name)!.reader !== 'decorator';
  return items(file, place.word, taskOptions(linked).filter(({ name }) => isAttribute(name) && !place.taken.has(name)), ' = ');
}

function isTaskClass({ kind, node, parent }: Scope, { recognizer }: Linked): boolean {
  return kind === 'class' && parent !== null && recognizer.isTaskClass({ kind, node: node as ClassDef, scope: parent });
}

/** Celery's own decorator: what one of the project takes is its own business. */
function isTaskDecorator(call: Call, { analysis }: SourceFile, { recognizer }: Linked): boolean {
  return analysis.functions.some(({ node, scope }) => node.decorators.some(({ expression }) => {
    if (expression !== call) return false;
    const maker = recognizer.maker(expression, scope);
    return maker !== null && maker.wrapper === null;
  }));
}

function taskOptions({ versions: { celery } }: Linked): Offered[] {
  return [...taskOptionsOf(celery).values()].map(({ name, default: value, setting, since, documentation }) => ({
    name, detail: `default ${value}`,
    documentation: [documentation, setting && `Where it is not given, the setting \`${setting}\` counts.`, since && `Since Celery ${since}.`].filter(Boolean).join('\n\n'),
    deprecated: isDeprecatedTaskOption(name, celery),
  }));
}

/** Calls that hand options to `apply_async`, and the method by which they do. */
const methods: ReadonlyMap<string, Parameters<typeof isCallOption>[1]> = new Map([
  ['apply_async', 'apply_async'], ['apply_async_on_commit', 'apply_async'], ['signature', 'apply_async'], ['signature()', 'apply_async'], ['send_task', 'send_task'], ['apply', 'apply'],
]);

function callOptions({ node, scope }: ScopedCall, linked: Linked): Offered[] | null {
  const { celery } = linked.versions;
  if (retryCall(node, scope, linked)) return described(retryOptionsOf(celery).values());
  const via = linked.calls.all.find(call => call.node === node)?.via;
  const method = via && methods.get(via);
  return method ? described([...callOptionsOf(celery).values()].filter(({ name }) => name === 'args' || name === 'kwargs' || isCallOption(name, method, celery))) : null;
}

function described(options: Iterable<CallOption>): Offered[] {
  return [...options].map(({ name, since, documentation }) => ({ name, documentation: since ? `${documentation}\n\nSince Celery ${since}.` : documentation }));
}
