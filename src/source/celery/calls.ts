import { fileOf, type SourceFile } from '../project/sourceFile';
import type { Folder } from '../semantics/constants';
import type { Scope } from '../semantics/scopes';
import { options, type Value } from '../semantics/values';
import type { Call, Expression, Keyword, Span } from '../syntax/nodes';
import type { Recognizer } from './decorators';
import type { Task } from './model';
import { lastIdentifier } from './plausible';
import type { Registry } from './tasks';

export type Via =
  | 'delay' | 'apply_async' | 'apply' | 's' | 'si' | 'signature' | 'delay_on_commit' | 'apply_async_on_commit'
  | 'chunks' | 'map' | 'starmap' | 'send_task' | 'signature()' | 'partial' | 'direct';

/** A place that calls a task, or makes a signature of it. */
export interface CallSite {
  readonly task: Task | null;
  /** The name by which it is sent, where it is sent by name. */
  readonly name: { readonly text: string; readonly node: Expression } | null;
  readonly node: Call;
  readonly scope: Scope;
  readonly file: SourceFile;
  readonly via: Via;
  /** What the task gets by position; null where that is not written out. */
  readonly args: readonly Expression[] | null;
  /** What the task gets by name; null where that is not written out. */
  readonly kwargs: readonly Argument[] | null;
  /** Options of the call: `countdown=`, `queue=`. */
  readonly options: readonly Keyword[];
}

export interface Argument {
  readonly name: string;
  readonly value: Expression;
  /** Of the name, as written: a keyword, or a key of `kwargs={…}`. */
  readonly at: Span;
}

/** How the methods of a task take its arguments: as its own, or as `args` and `kwargs` beside options. */
const spread = new Set(['delay', 's', 'si', 'delay_on_commit']);
const packed = new Set(['apply_async', 'apply', 'signature', 'subtask', 'apply_async_on_commit']);
/** Those that call the task once for each item of what they are given. */
const mapped = new Set(['chunks', 'map', 'starmap']);
const methods = new Set([...spread, ...packed, ...mapped]);

/** Functions of Celery and Python that are told by what they resolve to. */
const byPath = new Set(['signature', 'Signature', 'subtask', 'partial']);

/** The calls in one file. */
class FileSites {
  readonly all: CallSite[] = [];
  /** Paths of the files whose tasks it calls. */
  readonly calls = new Set<string>();
  readonly #byNode = new Map<Call, CallSite>();
  readonly #byTask = new Map<Task, CallSite[]>();

  static of(sites: readonly CallSite[]): FileSites {
    const made = new FileSites();
    for (const site of sites) made.add(site);
    return made;
  }

  add(site: CallSite): void {
    this.all.push(site);
    this.#byNode.set(site.node, site);
    if (!site.task) return;
    this.calls.add(site.task.file.path);
    const known = this.#byTask.get(site.task);
    if (known) known.push(site);
    else this.#byTask.set(site.task, [site]);
  }

  of(task: Task): readonly CallSite[] {
    return this.#byTask.get(task) ?? [];
  }

  at(node: Call): CallSite | null {
    return this.#byNode.get(node) ?? null;
  }
}

/** Finds where tasks are called. */
export class CallSites {
  readonly #files = new Map<string, FileSites>();
  #all: readonly CallSite[] | null = null;
  /** Files with calls of tasks, by the path of the file that defines them. */
  #callers: Map<string, FileSites[]> | null = null;
  /** Identifiers that may mean a task, or a function that takes one: others are not looked at. */
  #names = new Set<string>();

  constructor(private readonly recognizer: Recognizer, private readonly registry: Registry, private readonly folder: Folder) {}

  /** The calls after an edit of one file. Calls of its tasks in other files now mean the tasks that took their place. */
  replacing(file: SourceFile, recognizer: Recognizer, registry: Registry, folder: Folder): CallSites {
    const next = new CallSites(recognizer, registry, folder);
    next.#names = this.#names;
    const fresh = new Map(registry.tasks.filter(task => task.file === file).map(task => [task.node.name, task]));
    const meant = (site: CallSite): CallSite => site.task?.file.path === file.path ? { ...site, task: fresh.get(site.task.node.name) ?? null } : site;
    for (const [caller, sites] of this.#files) next.#files.set(caller, sites.calls.has(file.path) ? FileSites.of(sites.all.map(meant)) : sites);
    next.collect([file]);
    return next;
  }

  collect(files: readonly SourceFile[]): void {
    for (const { node, variable } of this.registry.tasks) {
      this.#names.add(node.name);
      if (variable !== null) this.#names.add(variable);
    }
    for (const file of files) {
      for (const { bindings } of file.analysis.inner.values()) {
        bindings.forEach((list, name) => {
          for (const binding of list) {
            if (binding.kind === 'import' && binding.name !== null && (this.#names.has(binding.name) || byPath.has(binding.name))) this.#names.add(name);
            else if (binding.kind === 'assign' && binding.value && this.#names.has(lastIdentifier(binding.value))) this.#names.add(name);
          }
        });
      }
    }
    for (const file of files) {
      const sites = new FileSites();
      this.#files.set(file.path, sites);
      for (const { node, scope } of file.analysis.calls) this.#call(node, scope, sites);
    }
  }

  get all(): readonly CallSite[] {
    return this.#all ??= [...this.#files.values()].flatMap(({ all }) => all);
  }

  inFile({ path }: SourceFile): readonly CallSite[] {
    return this.#files.get(path)?.all ?? [];
  }

  of(task: Task): readonly CallSite[] {
    this.#callers ??= callersOf([...this.#files.values()]);
    return this.#callers.get(task.file.path)?.flatMap(sites => sites.of(task)) ?? [];
  }

  /** What a call does with a task; null where it does nothing with one. */
  at(node: Call, scope: Scope): CallSite | null {
    return this.#files.get(fileOf(scope).path)?.at(node) ?? null;
  }

  #call(node: Call, scope: Scope, sites: FileSites): void {
    const { func } = node;
    const { evaluator } = this.recognizer;
    if (func.kind === 'Attribute') {
      const { attr, value } = func;
      if (methods.has(attr) && value.kind !== 'Call' && value.kind !== 'Subscript' && !this.#names.has(lastIdentifier(value)) && lastIdentifier(value) !== 'self' && attr !== 'signature') return;
      if (methods.has(attr)) {
        const on = evaluator.evaluate(value, scope);
        const task = this.registry.taskOf(on);
        if (task) this.#add(sites, task, null, node, scope, attr === 'subtask' ? 'signature' : attr as Via, this.#given(attr, node, scope));
        else if (attr === 'signature' && (this.recognizer.isApp(on) || (on.kind === 'symbol' && on.path === 'celery'))) this.#byName(sites, node, scope, 'signature()');
        return;
      }
      if (attr === 'send_task') return this.#byName(sites, node, scope, 'send_task');
    }
    const name = lastIdentifier(func);
    if (!this.#names.has(name) && !byPath.has(name)) return;
    const callee = evaluator.evaluate(func, scope);
    if (callee.kind === 'symbol') {
      if (callee.path === 'celery.signature' || callee.path === 'celery.Signature') return this.#byName(sites, node, scope, 'signature()');
      if (callee.path === 'functools.partial') return this.#partial(sites, node, scope);
      return;
    }
    const task = this.registry.taskOf(callee);
    if (task && callee.kind !== 'class') this.#add(sites, task, null, node, scope, 'direct', this.#spread(node, scope));
  }

  #byName(sites: FileSites, node: Call, scope: Scope, via: 'send_task' | 'signature()'): void {
    const name = node.args[0] ?? node.keywords.find(candidate => candidate.name === 'name' || candidate.name === 'task')?.value;
    if (!name) return;
    const text = this.folder.string(name, scope);
    const task = text === null ? this.registry.taskOf(this.recognizer.evaluator.evaluate(name, scope)) : this.registry.byName(text);
    if (text === null && !task) return;
    this.#add(sites, task, text === null ? null : { text, node: name }, node, scope, via, this.#packed(node, scope, 1));
  }

  /** `functools.partial(task.delay, 1)`: what a transaction's `on_commit` is given. */
  #partial(sites: FileSites, node: Call, scope: Scope): void {
    const [method, ...args] = node.args;
    if (method?.kind !== 'Attribute' || !methods.has(method.attr)) return;
    const task = this.registry.taskOf(this.recognizer.evaluator.evaluate(method.value, scope));
    if (task) this.#add(sites, task, null, node, scope, 'partial', this.#given(method.attr, { ...node, args }, scope));
  }

  /** What the task gets from a call of one of its methods. */
  #given(method: string, node: Call, scope: Scope): Pick<CallSite, 'args' | 'kwargs' | 'options'> {
    if (mapped.has(method)) return { args: null, kwargs: null, options: [] };
    return spread.has(method) ? this.#spread(node, scope) : this.#packed(node, scope, 0);
  }

  #add(sites: FileSites, task: Task | null, name: CallSite['name'], node: Call, scope: Scope, via: Via, given: Pick<CallSite, 'args' | 'kwargs' | 'options'>): void {
    sites.add({ task, name, node, scope, file: fileOf(scope), via, ...given });
  }

  #spread({ args, keywords }: Call, scope: Scope): Pick<CallSite, 'args' | 'kwargs' | 'options'> {
    return { args: withoutStars(args), kwargs: this.#keywords(keywords, scope), options: [] };
  }

  /** `(args=None, kwargs=None, **options)` from position `from` on. */
  #packed(node: Call, scope: Scope, from: number): Pick<CallSite, 'args' | 'kwargs' | 'options'> {
    const starred = node.args.some(({ kind }) => kind === 'Starred');
    const open = node.keywords.some(({ name }) => name === null);
    const args = node.args[from] ?? node.keywords.find(({ name }) => name === 'args')?.value;
    const kwargs = node.args[from + 1] ?? node.keywords.find(({ name }) => name === 'kwargs')?.value;
    return {
      args: starred ? null : args ? this.sequence(args, scope) : open ? null : [],
      kwargs: starred ? null : kwargs ? this.mapping(kwargs, scope) : open ? null : [],
      options: node.keywords.filter(({ name }) => name !== null && name !== 'args' && name !== 'kwargs'),
    };
  }

  /** The elements of a tuple or list that is written out; null for anything else. */
  sequence(node: Expression, scope: Scope): readonly Expression[] | null {
    const value = this.#only(node, scope);
    if (value?.kind !== 'expression') return null;
    if (value.node.kind === 'Constant' && value.node.value === null) return [];
    if (value.node.kind !== 'Tuple' && value.node.kind !== 'List') return null;
    return withoutStars(value.node.elements);
  }

  /** The items of a dict that is written out with constant keys; null for anything else. */
  mapping(node: Expression, scope: Scope): readonly Argument[] | null {
    const value = this.#only(node, scope);
    if (value?.kind === 'call' && value.callee.kind === 'symbol' && value.callee.path === 'builtins.dict' && !value.node.args.length) return this.#keywords(value.node.keywords, value.scope);
    if (value?.kind !== 'expression') return null;
    if (value.node.kind === 'Constant' && value.node.value === null) return [];
    if (value.node.kind !== 'Dict') return null;
    const result: Argument[] = [];
    for (const { key, value: item } of value.node.items) {
      const name = key && this.folder.string(key, value.scope);
      const all = key ? typeof name === 'string' && [{ name, value: item, at: key }] : this.#writtenOut(item, value.scope);
      if (!all) return null;
      result.push(...all);
    }
    return result;
  }

  #keywords(keywords: readonly Keyword[], scope: Scope): readonly Argument[] | null {
    const result: Argument[] = [];
    for (const { name, nameSpan, value } of keywords) {
      const all = name !== null && nameSpan ? [{ name, value, at: nameSpan }] : this.#writtenOut(value, scope);
      if (!all) return null;
      result.push(...all);
    }
    return result;
  }

  /** What `**{'x': 1}` spreads. */
  #writtenOut(node: Expression, scope: Scope): readonly Argument[] | null {
    return node.kind === 'Dict' ? this.mapping(node, scope) : null;
  }

  /**
   * The value where it is written out right there, or a tuple named in the same scope: elsewhere its parts would not mean the same,
   * and what stands in a name may be changed before it is used.
   */
  #only(node: Expression, scope: Scope): Value | null {
    const [value, ...more] = options(this.recognizer.evaluator.evaluate(node, scope));
    if (!value || more.length) return null;
    if (value.kind !== 'expression' && value.kind !== 'call') return null;
    return value.node === node || (value.scope === scope && value.node.kind === 'Tuple') ? value : null;
  }
}

/** All values, with those that a star spreads there and then: `*(1, 2)`; null where it spreads something else. */
function withoutStars(values: readonly Expression[]): readonly Expression[] | null {
  if (!values.some(({ kind }) => kind === 'Starred')) return values;
  const result: Expression[] = [];
  for (const value of values) {
    const inner = value.kind === 'Starred' ? value.value : null;
    const all = !inner ? [value] : inner.kind === 'List' || inner.kind === 'Tuple' ? withoutStars(inner.elements) : null;
    if (!all) return null;
    result.push(...all);
  }
  return result;
}

function callersOf(files: readonly FileSites[]): Map<string, FileSites[]> {
  const found = new Map<string, FileSites[]>();
  for (const sites of files) for (const path of sites.calls) {
    const known = found.get(path);
    if (known) known.push(sites);
    else found.set(path, [sites]);
  }
  return found;
}
