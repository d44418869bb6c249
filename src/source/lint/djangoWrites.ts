import { isModelAdmin } from '../semantics/djangoAdmin';
import { isObjectView, isView } from '../semantics/djangoViews';
import type { Scope } from '../semantics/scopes';
import { classAround, options, type Value } from '../semantics/values';
import type { Call, Expression, FunctionDef, Statement } from '../syntax/nodes';
import { walk } from '../syntax/walk';
import type { LintContext } from './context';
import type { Dispatch } from './dispatch';

/**
 * Whether an argument of a call is made from what a body has surely written to the database before it.
 * @param start paths of what was written before the body
 */
export function sendsWritten(body: readonly Statement[], { node, scope, sent }: Dispatch, context: LintContext, start: readonly string[] = []): boolean {
  const objects = new DjangoObjects(context, scope);
  const paths = writtenBefore(body, node.start, objects, start);
  return someIn(sent, inner => usesPath(inner, paths) || (inner.kind === 'Call' && objects.isMade(inner)));
}

/** Whether an argument of a call is made from what a path leads to, or from what a body has taken from it before. */
export function sendsTaken(body: readonly Statement[], { node, sent }: Dispatch, start: string): boolean {
  const paths = new Set([start]);
  for (const statement of onTheWay(body, node.start)) {
    if (statement.kind !== 'Assign' || !isTaken(statement.value, paths)) continue;
    const path = statement.targets[0] && pathOf(statement.targets[0]);
    if (path) paths.add(path);
  }
  return someIn(sent, inner => usesPath(inner, paths));
}

/** `order`, `order.pk` of a path that is one of them. */
function isTaken(node: Expression, paths: ReadonlySet<string>): boolean {
  return usesPath(node, paths) || (node.kind === 'Attribute' && usesPath(node.value, paths));
}

function someIn(nodes: readonly Expression[], test: (inner: Expression) => boolean): boolean {
  let found = false;
  for (const node of nodes) walk(node, inner => {
    if ('kind' in inner && test(inner as Expression)) found = true;
    return !found;
  });
  return found;
}

function usesPath(node: Expression, paths: ReadonlySet<string>): boolean {
  const path = pathOf(node);
  return path !== null && paths.has(path);
}

/** `order`, `self.object`, `kwargs['instance']`, `kwargs.get('instance')`; null for what has no name. */
function pathOf(node: Expression): string | null {
  switch (node.kind) {
    case 'Name': return node.id;
    case 'Attribute': return below(node.value, `.${node.attr}`);
    case 'Subscript': return node.indices[0]?.kind === 'Str' ? below(node.value, itemPath(node.indices[0].value)) : null;
    case 'Call': return node.func.kind === 'Attribute' && taking.has(node.func.attr) && node.args[0]?.kind === 'Str' ? below(node.func.value, itemPath(node.args[0].value)) : null;
    default: return null;
  }
}

const taking = new Set(['get', 'pop']);

function below(node: Expression, step: string): string | null {
  const base = pathOf(node);
  return base && base + step;
}

/** How a path goes on to an item of a dict. */
export function itemPath(key: string): string {
  return `[${key}]`;
}

function onlyPath(node: Expression): string[] {
  const path = pathOf(node);
  return path === null ? [] : [path];
}

/** Paths of the objects that are written on the way to an offset, and of what was taken from them. */
function writtenBefore(body: readonly Statement[], offset: number, objects: DjangoObjects, start: readonly string[]): ReadonlySet<string> {
  const paths = new Set(start);
  /** Where keys of objects were put that may be written later: `pk = order.pk` */
  const kept = new Map<string, string[]>();
  const write = (path: string): void => {
    for (const each of [path, ...kept.get(path) ?? []]) paths.add(each);
  };
  for (const statement of onTheWay(body, offset)) walk(statement, node => {
    if (!('kind' in node)) return true;
    if (node.kind === 'FunctionDef' || node.kind === 'Lambda' || node.kind === 'ClassDef') return false;
    if (node.kind === 'Call') objects.writtenBy(node).forEach(write);
    if (node.kind === 'Assign') {
      const { targets: [target], value } = node;
      const isWritten = (value.kind === 'Call' && objects.isMade(value)) || isTaken(value, paths);
      // `order, created = Order.objects.get_or_create(…)`
      const path = target && pathOf(target.kind === 'Tuple' && target.elements[0] ? target.elements[0] : target);
      if (!path) return true;
      if (isWritten) write(path);
      const owner = value.kind === 'Attribute' && keys.has(value.attr) ? pathOf(value.value) : null;
      if (owner !== null) kept.set(owner, [...kept.get(owner) ?? [], path]);
    }
    return true;
  });
  return paths;
}

/** The statements that end before an offset, but for those of other branches. */
function *onTheWay(body: readonly Statement[], offset: number): Generator<Statement> {
  for (const statement of body) {
    if (statement.end <= offset) yield statement;
    else if (statement.start < offset) yield* inside(statement, offset);
  }
}

function *inside(statement: Statement, offset: number): Generator<Statement> {
  const branches = branchesOf(statement);
  const own = branches.findIndex(branch => branch.some(({ start, end }) => start <= offset && offset < end));
  // What follows a `try` without an exception comes after all of it.
  if (statement.kind === 'Try' && own >= branches.length - 2) yield* statement.body;
  if (own >= 0) yield* onTheWay(branches[own]!, offset);
}

function branchesOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'If': case 'For': case 'While': return [statement.body, statement.otherwise];
    case 'With': return [statement.body];
    case 'Try': return [statement.body, ...statement.handlers.map(({ body }) => body), statement.otherwise, statement.final];
    case 'Match': return statement.cases.map(({ body }) => body);
    default: return [];
  }
}

const modelClass = /^django\.db\.models(?:\.base)?\.Model$|\.models\.[A-Z]\w*$/;
/** `Model.objects` of a model of another package. */
const modelManager = /\.models\.[A-Z]\w*\.(?:objects|_default_manager|_base_manager)$/;
const formClass = /^(?:django\.forms|rest_framework\.serializers)\./;

/** Methods that write the object that they are called on. */
const writing = new Set(['save', 'delete']);
/** Methods of managers that give what they wrote. */
const making = new Set(['create', 'get_or_create', 'update_or_create', 'bulk_create']);
/** Methods of querysets that write all their rows. */
const changing = new Set(['update', 'delete']);
/** Methods of related managers. */
const relating = new Set(['add', 'set', 'remove', 'clear', 'create', 'update']);
const managers = new Set(['objects', '_default_manager', '_base_manager']);
const keys = new Set(['pk', 'id', 'pk__in', 'id__in']);

/** What is surely a model's instance, a manager, a form, in the scope of a call. */
class DjangoObjects {
  constructor(private readonly context: LintContext, private readonly scope: Scope) {}

  /** Paths of what a call writes. */
  writtenBy(node: Call): string[] {
    if (node.func.kind !== 'Attribute') return [];
    const { attr, value } = node.func;
    const saved = this.#savedByAdmin(attr, value, node);
    if (saved) return onlyPath(saved);
    const path = pathOf(value);
    if (path !== null && writing.has(attr) && isCommitted(node) && (this.#isModel(value) || (attr === 'save' && this.#isForm(value)))) return [path];
    if (relating.has(attr) && value.kind === 'Attribute' && this.#isModel(value.value)) return onlyPath(value.value);
    return (changing.has(attr) || making.has(attr)) && this.#isManager(value) ? keysIn(node) : [];
  }

  /** `super().save_model(request, obj, form, change)` */
  #savedByAdmin(method: string, of: Expression, { args, keywords }: Call): Expression | null {
    if ((method !== 'save_model' && method !== 'delete_model') || of.kind !== 'Call' || of.func.kind !== 'Name' || of.func.id !== 'super') return null;
    const type = classAround(this.scope);
    const given = args[1] ?? keywords.find(({ name }) => name === 'obj')?.value;
    return given && type && isModelAdmin(type, this.context.linked.evaluator) ? given : null;
  }

  /** Whether a call gives what it has just written. */
  isMade(node: Call): boolean {
    if (node.func.kind !== 'Attribute') return false;
    const { attr, value } = node.func;
    return making.has(attr) ? this.#isManager(value) : attr === 'save' && isCommitted(node) && this.#isForm(value);
  }

  #isModel(node: Expression): boolean {
    const { linked } = this.context;
    if (linked.types.of(node, this.scope).every(({ name }) => name === 'model')) return true;
    return this.#every(node, value => {
      if (value.kind === 'call' && value.callee.kind === 'member') {
        const { name, of } = value.callee;
        return name === 'get_object' ? this.#isObjectView(of) : name === 'save' ? this.#isFormValue(of) : making.has(name) && this.#isManagerValue(of);
      }
      if (value.kind === 'member' && (value.name === 'object' || value.name === 'instance')) return value.name === 'object' ? this.#isObjectView(value.of) : this.#isFormValue(value.of);
      return this.#isInstanceOf(value, type => this.#derives(type, modelClass));
    });
  }

  #isManager(node: Expression): boolean {
    if (this.context.linked.types.of(node, this.scope).every(({ name }) => name === 'manager' || name === 'queryset')) return true;
    // Whatever a queryset's method of the project's own does, what it gives is of the same model.
    if (node.kind === 'Call' && node.func.kind === 'Attribute') return this.#isManager(node.func.value);
    return this.#every(node, value => this.#isManagerValue(value)) || (node.kind === 'Attribute' && managers.has(node.attr) && this.#every(node.value, value => this.#isModelClass(value)));
  }

  #isManagerValue(value: Value): boolean {
    if (value.kind === 'symbol') return modelManager.test(value.path);
    return value.kind === 'member' && managers.has(value.name) && this.#isModelClass(value.of);
  }

  #isModelClass(value: Value): boolean {
    if (value.kind === 'call') return value.callee.kind === 'symbol' && value.callee.path === 'django.contrib.auth.get_user_model';
    return this.#derives(value, modelClass);
  }

  #isForm(node: Expression): boolean {
    return this.#every(node, value => this.#isFormValue(value));
  }

  /** A form or serializer by its class, or where Django hands one over. */
  #isFormValue(value: Value): boolean {
    if (value.kind === 'call' && value.callee.kind === 'member') return (value.callee.name === 'get_form' || value.callee.name === 'get_serializer') && this.#isView(value.callee.of);
    if (value.kind !== 'parameter' || value.node.annotation) return this.#isInstanceOf(value, type => this.#derives(type, formClass));
    const method = value.scope.node as FunctionDef;
    const handed = value.node.name === 'form' ? method.name === 'form_valid' : value.node.name === 'serializer' && (method.name === 'perform_create' || method.name === 'perform_update');
    const type = handed ? classAround(value.scope) : null;
    return type !== null && isView(type, this.context.linked.evaluator);
  }

  #isView(value: Value): boolean {
    return this.#isInstanceOf(value, type => isView(type, this.context.linked.evaluator));
  }

  #isObjectView(value: Value): boolean {
    return this.#isInstanceOf(value, type => isObjectView(type, this.context.linked.evaluator));
  }

  #derives(type: Value, base: RegExp): boolean {
    return this.context.linked.evaluator.derives(type, path => base.test(path));
  }

  #isInstanceOf(value: Value, test: (type: Value) => boolean): boolean {
    const { evaluator } = this.context.linked;
    const promised = value.kind === 'parameter' && value.node.annotation ? evaluator.annotated(value.node.annotation, value.scope.parent ?? value.scope) : value;
    const type = evaluator.classOf(promised);
    return type !== null && test(type);
  }

  #every(node: Expression, test: (value: Value) => boolean): boolean {
    return options(this.context.evaluate(node, this.scope)).every(test);
  }
}

/** `form.save(commit=False)` writes nothing yet; `image.save(file)` writes something else. */
function isCommitted({ args, keywords }: Call): boolean {
  return !args.length && !keywords.some(({ name }) => name === 'commit' || name === null);
}

/** Paths that say which rows a call of a manager or a queryset is about: `filter(pk=order_id).update(…)`. */
function keysIn({ func, keywords }: Call): string[] {
  const own = keywords.flatMap(({ name, value }) => name !== null && keys.has(name) ? onlyPath(value) : []);
  return func.kind === 'Attribute' && func.value.kind === 'Call' ? [...own, ...keysIn(func.value)] : own;
}
