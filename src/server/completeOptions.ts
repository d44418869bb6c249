import type { CompletionItem } from 'vscode-languageserver/node';
import { callOptionsOf, isCallOption, isDeprecatedTaskOption, taskOptionsOf } from '../celery/options';
import type { Linked } from '../source/project/linked';
import type { SourceFile } from '../source/project/sourceFile';
import type { Call } from '../source/syntax/nodes';
import { items, keywordAt, type Offered } from './keywords';
import type { Place } from './place';

/** Options of the task decorator, and of the calls that take some. */
export function completeOptions({ linked, file, offset }: Place): CompletionItem[] | null {
  const place = keywordAt(file, offset);
  if (!place) return null;
  const offered = isTaskDecorator(place.node, file, linked) ? taskOptions(linked) : callOptions(place.node, linked);
  return offered && items(file, place.word, offered.filter(({ name }) => !place.given.has(name)), '=');
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

function callOptions(call: Call, { calls, versions: { celery } }: Linked): Offered[] | null {
  const via = calls.all.find(({ node }) => node === call)?.via;
  const method = via && methods.get(via);
  if (!method) return null;
  return [...callOptionsOf(celery).values()].filter(({ name }) => name === 'args' || name === 'kwargs' || isCallOption(name, method, celery)).map(({ name, since, documentation }) => ({
    name, documentation: since ? `${documentation}\n\nSince Celery ${since}.` : documentation,
  }));
}
