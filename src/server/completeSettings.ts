import type { CompletionItem } from 'vscode-languageserver/node';
import { settingsOf, type Setting } from '../celery/settings';
import type { Linked } from '../source/project/linked';
import type { SourceFile } from '../source/project/sourceFile';
import type { Scope } from '../source/semantics/scopes';
import { contentSpan } from '../source/lint/edits';
import type { Module, Str } from '../source/syntax/nodes';
import { walk } from '../source/syntax/walk';
import { items, keywordAt, wordAt, type Offered } from './keywords';
import type { Place } from './place';
import { scopeAt, statementAt } from './statements';

/** Names of settings: in `conf.update(…)`, `Celery(…)`, `conf["…"]`, and in the modules and classes that configure an app. */
export function completeSettings(place: Place): CompletionItem[] | null {
  return inCall(place) ?? inText(place) ?? inBody(place);
}

/** `app.conf.…` */
export function completeSettingAttribute({ linked, file, offset }: Place): CompletionItem[] | null {
  const { text } = file.module;
  const word = wordAt(text, offset);
  const before = text.slice(file.lines.lineStart(file.lines.position(offset).line), word.start);
  const base = /((?:\w+\.)*\w+)\.$/.exec(before)?.[1];
  if (!base || /["'#]/.test(before)) return null;
  const [statement] = linked.project.parse(base).body;
  if (statement?.kind !== 'Expr' || !linked.settings.isConf(statement.value, scopeAt(file, offset))) return null;
  return items(file, word, offered(linked));
}

function inCall({ linked, file, offset }: Place): CompletionItem[] | null {
  const place = keywordAt(file, offset);
  if (!place) return null;
  const { node: { func }, scope } = place;
  const configures = (func.kind === 'Attribute' && func.attr === 'update' && linked.settings.isConf(func.value, scope)) || linked.recognizer.isAppClass(linked.evaluator.evaluate(func, scope));
  return configures ? items(file, place.word, offered(linked).filter(({ name }) => !place.given.has(name)), '=') : null;
}

/** `conf.update({"…": 1})`, `conf["…"]` */
function inText({ linked, file, offset }: Place): CompletionItem[] | null {
  const text = textAt(file.module, offset);
  const content = text && contentSpan(file, text);
  if (!content) return null;
  const isKey = linked.settings.all.some(({ file: { path }, at, source }) => path === file.path && at.start === text.start && source === 'update')
    || file.analysis.subscripts.some(({ node, key, scope }) => key === text && linked.settings.isConf(node.value, scope));
  return isKey ? items(file, content, offered(linked)) : null;
}

function textAt(module: Module, offset: number): Str | null {
  let found: Str | null = null;
  walk(module, node => {
    if ('start' in node && (offset <= node.start || node.end <= offset)) return false;
    if ('kind' in node && node.kind === 'Str') found = node;
    return true;
  });
  return found;
}

/** At the beginning of a statement of a module or class that `config_from_object` reads. */
function inBody({ linked, file, offset }: Place): CompletionItem[] | null {
  const place = statementAt(file, offset);
  const source = place && configured(place.scope, file, linked);
  return source ? items(file, place.word, offered(linked, source).filter(({ name }) => !place.taken.has(name)), ' = ') : null;
}

/** How names are written in an object that configures. */
interface Spelling {
  readonly namespace: string | null;
  /** Names from before Celery 4, which must not be mixed with today's. */
  readonly old: boolean;
}

/** The spelling of settings in a scope; null where it configures no app. */
function configured(scope: Scope, file: SourceFile, { settings }: Linked): Spelling | null {
  if (scope.kind !== 'module' && scope.kind !== 'class') return null;
  const own = settings.all.filter(({ scope: other, source }) => source === scope.kind && other.node === scope.node);
  const use = settings.uses.find(({ target }) => target !== null && ('path' in target ? scope.kind === 'module' && target.path === file.path : target.node === scope.node));
  const [first] = own;
  if (!use && !first) return null;
  const namespace = use ? use.namespace : first!.namespace;
  const olds = own.filter(({ reading }) => reading?.effect && reading.style === 'old').length;
  return { namespace, old: namespace === null && ((use?.django ?? false) || olds * 2 > own.filter(({ reading }) => reading?.effect).length) };
}

function offered({ versions: { celery } }: Linked, { namespace, old }: Spelling = { namespace: null, old: false }): Offered[] {
  return [...settingsOf(celery).values()].flatMap(setting => {
    const name = old ? setting.old[0] : namespace === null ? setting.name : prefixed(setting.name, namespace);
    return name === undefined ? [] : [{ name, detail: `${setting.type}, default ${setting.default}`, documentation: documentation(setting), deprecated: setting.deprecated !== null }];
  });
}

/** `CELERY` makes `CELERY_TASK_SERIALIZER`; a namespace in lower case leaves it so. */
function prefixed(name: string, namespace: string): string {
  const whole = `${namespace.replace(/_+$/, '')}_${name}`;
  return namespace === namespace.toUpperCase() ? whole.toUpperCase() : whole.toLowerCase();
}

function documentation({ documentation: text, since, deprecated }: Setting): string {
  const instead = deprecated?.instead ? ` Instead: ${deprecated.instead}.` : '';
  return [text, since && `Since Celery ${since}.`, deprecated && `Deprecated.${instead}`].filter(Boolean).join('\n\n');
}
