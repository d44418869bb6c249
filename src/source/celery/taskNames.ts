import { routeMatches } from '../../celery/routes';
import type { Linked } from '../project/linked';
import { fileOf, type SourceFile } from '../project/sourceFile';
import type { Scope } from '../semantics/scopes';
import { options, type Value } from '../semantics/values';
import type { Call, Expression, Span, Str } from '../syntax/nodes';
import type { Task } from './model';

/** A text literal in its file. */
export interface Literal {
  readonly file: SourceFile;
  readonly node: Str;
}

/** A place where the name of a task stands as text, or as a constant that holds the text. */
export interface TaskNameUse {
  /** A pattern where it has a `*`. */
  readonly name: string;
  /** `definition`: the `name=` that gives a task its name. */
  readonly kind: 'definition' | 'schedule' | 'route' | 'call' | 'lookup' | 'annotation' | 'signal';
  /** As used there. */
  readonly node: Expression;
  readonly scope: Scope;
  readonly file: SourceFile;
  /** Where the text is written: there, or where the constant is made. */
  readonly literals: readonly Literal[];
  /** False where the text is put together from parts, of which `literals` has none. */
  readonly isWritten: boolean;
}

/** Finds where tasks are meant by their names. */
export class TaskNames {
  readonly uses: TaskNameUse[] = [];

  constructor(private readonly linked: Linked) {
    const { registry, schedules, queues, calls, settings, files } = linked;
    for (const task of registry.tasks) {
      const given = explicitName(task);
      if (given) this.#add('definition', given.value, given.scope);
    }
    for (const { fields } of schedules.entries) {
      const task = fields.get('task');
      if (task) this.#add('schedule', task.value, task.scope);
    }
    for (const { route, at, scope } of queues.routes) if (route.key.kind === 'text') this.#add('route', at, scope);
    for (const { name, scope } of calls.all) if (name) this.#add('call', name.node, scope);
    for (const { key, value, scope } of settings.all) if (key === 'task_annotations') this.#keys(value, scope);
    for (const { analysis } of files) {
      for (const { node, scope } of analysis.calls) this.#call(node, scope);
      for (const { node, key, scope } of analysis.subscripts) if (this.#isRegistry(node.value, scope)) this.#add('lookup', key, scope);
    }
  }

  /** The name that stands at an offset of a file; not where a constant only stands for it. */
  at(file: SourceFile, offset: number): { readonly use: TaskNameUse; readonly literal: Literal | null; readonly span: Span } | null {
    const holds = (span: Span): boolean => span.start < offset && offset < span.end;
    for (const use of this.uses) {
      const literal = use.literals.find(({ file: { path }, node }) => path === file.path && holds(node));
      if (literal) return { use, literal, span: literal.node };
      if (!use.isWritten && use.file.path === file.path && (use.node.kind === 'JoinedStr' || use.node.kind === 'BinOp') && holds(use.node)) return { use, literal: null, span: use.node };
    }
    return null;
  }

  /** All places of one name. */
  of(name: string): readonly TaskNameUse[] {
    return this.uses.filter(use => use.name === name);
  }

  /** The tasks that a name or a pattern means. */
  meant({ name, kind }: TaskNameUse): Task[] {
    return this.linked.registry.tasks.filter(task => task.name !== null && (kind === 'route' ? routeMatches({ kind: 'text', text: name }, task.name) : name === task.name));
  }

  #add(kind: TaskNameUse['kind'], node: Expression, scope: Scope): void {
    const { folder, evaluator } = this.linked;
    const name = folder.string(node, scope);
    if (name === null) return;
    const values = options(evaluator.evaluate(node, scope)).map(written);
    const literals = values.filter(value => value !== null);
    this.uses.push({ name, kind, node, scope, file: fileOf(scope), literals, isWritten: literals.length === values.length });
  }

  #keys(value: Expression, scope: Scope): void {
    for (const option of options(this.linked.evaluator.evaluate(value, scope))) {
      if (option.kind !== 'expression' || option.node.kind !== 'Dict') continue;
      for (const { key } of option.node.items) if (key) this.#add('annotation', key, option.scope);
    }
  }

  #call(node: Call, scope: Scope): void {
    const { func, args, keywords } = node;
    const { evaluator } = this.linked;
    if (func.kind === 'Attribute' && func.attr === 'get' && args[0] && this.#isRegistry(func.value, scope)) return this.#add('lookup', args[0], scope);
    for (const { name, value } of keywords) {
      if (name !== 'sender' && name !== 'task' && name !== 'defaults' && name !== 'create_defaults') continue;
      const callee = evaluator.evaluate(func, scope);
      if (callee.kind !== 'symbol') continue;
      if (name === 'sender') {
        if (callee.path.startsWith('celery.signals.')) this.#add('signal', value, scope);
      } else if (callee.path.startsWith('django_celery_beat.models.PeriodicTask')) {
        if (name === 'task') this.#add('schedule', value, scope);
        else this.#defaults(value, scope);
      }
    }
  }

  /** `PeriodicTask.objects.update_or_create(defaults={"task": …})` */
  #defaults(node: Expression, scope: Scope): void {
    const { evaluator, folder } = this.linked;
    for (const option of options(evaluator.evaluate(node, scope))) {
      if (option.kind !== 'expression' || option.node.kind !== 'Dict') continue;
      for (const { key, value } of option.node.items) if (key && folder.string(key, option.scope) === 'task') this.#add('schedule', value, option.scope);
    }
  }

  /** `app.tasks` */
  #isRegistry(node: Expression, scope: Scope): boolean {
    if (node.kind !== 'Attribute' || node.attr !== 'tasks') return false;
    return this.linked.recognizer.isApp(this.linked.evaluator.evaluate(node.value, scope));
  }
}

/** The `name=` that a task is given; null where its name is computed, or given out of sight. */
export function explicitName(task: Task): Task['options'][number] | null {
  return task.nameIsExplicit ? task.options.find(({ name }) => name === 'name') ?? null : null;
}


/** The literal that a value is; of a member of an enumeration the one that it holds. */
function written(value: Value): Literal | null {
  if (value.kind === 'member' && (value.name === 'value' || value.name === '_value_')) return written(value.of);
  return value.kind === 'expression' && value.node.kind === 'Str' ? { file: fileOf(value.scope), node: value.node } : null;
}
