import type {
  Call, ClassDef, Comprehension, Expression, FunctionDef, Import, ImportFrom, Lambda, Module, ParameterNode, Span, Statement, Str, Subscript,
} from '../syntax/nodes';

/** What gives a name its value. `at` is where the name is bound. */
export type Binding =
  | { readonly kind: 'import'; readonly at: Span; /** As written, with `level` leading dots. */ readonly module: string; readonly level: number; /** What is imported from it; null: the module itself. */ readonly name: string | null }
  | { readonly kind: 'function'; readonly at: Span; readonly node: FunctionDef }
  | { readonly kind: 'class'; readonly at: Span; readonly node: ClassDef }
  /** `path` leads into the value where it is unpacked: `a, (b, c) = value` gives c the path [1, 1]. Null: unknown. */
  | { readonly kind: 'assign'; readonly at: Span; readonly value: Expression | null; readonly annotation: Expression | null; readonly path: readonly number[] | null; /** `with … as`, `for … in`: the value is made from `value`. */ readonly through: 'value' | 'enter' | 'element' }
  | { readonly kind: 'parameter'; readonly at: Span; readonly node: ParameterNode }
  | { readonly kind: 'exception'; readonly at: Span; readonly type: Expression | null }
  /** Changed in a way that we do not follow: `+=`, `del`, a pattern. */
  | { readonly kind: 'opaque'; readonly at: Span };

export interface Scope {
  readonly kind: 'module' | 'class' | 'function' | 'lambda' | 'comprehension';
  readonly node: Module | ClassDef | FunctionDef | Lambda | Comprehension;
  readonly parent: Scope | null;
  readonly bindings: Map<string, Binding[]>;
  /** `from x import *`, in order. */
  readonly stars: ImportFrom[];
  /** Names declared `global` or `nonlocal` here. */
  readonly declared: Map<string, 'global' | 'nonlocal'>;
  /** The file that the module belongs to; the same object in all its scopes. */
  readonly file: object;
}

export interface ScopedCall { readonly node: Call; readonly scope: Scope }
/** `x["y"]`: a subscript by a text. */
export interface ScopedSubscript { readonly node: Subscript; readonly key: Str; readonly scope: Scope }
export interface ScopedFunction { readonly node: FunctionDef; /** Where it is defined. */ readonly scope: Scope; /** Its own. */ readonly inner: Scope }
export interface ScopedClass { readonly node: ClassDef; readonly scope: Scope; readonly inner: Scope }
/** `x.y = …`, `x[y] = …`, `x |= …`: what changes something that is not a plain name. */
export interface ScopedStore { readonly target: Expression; readonly value: Expression; readonly operator: string | null; readonly scope: Scope; readonly at: Span }

/** What one pass over a module finds. Lists are in the order of the source. */
export interface Analysis {
  readonly scope: Scope;
  readonly calls: readonly ScopedCall[];
  readonly functions: readonly ScopedFunction[];
  readonly classes: readonly ScopedClass[];
  readonly stores: readonly ScopedStore[];
  readonly subscripts: readonly ScopedSubscript[];
  /** The scope that a definition opens. */
  readonly inner: ReadonlyMap<Scope['node'], Scope>;
  /** Expression statements that are not docstrings. */
  readonly bare: readonly { readonly node: Expression; readonly scope: Scope }[];
  readonly imports: readonly { readonly module: string; readonly level: number; readonly names: readonly string[] | null; readonly scope: Scope; readonly at: Span; readonly statement: Import | ImportFrom }[];
}

/** @param file what the scopes shall point back to. */
export function analyze(module: Module, file: object): Analysis {
  const visitor = new Visitor(file);
  const scope = visitor.scope('module', module, null);
  visitor.statements(module.body, scope);
  return { scope, calls: visitor.calls, functions: visitor.functions, classes: visitor.classes, stores: visitor.stores, subscripts: visitor.subscripts, inner: visitor.inner, bare: visitor.bare, imports: visitor.imports };
}

class Visitor {
  readonly calls: ScopedCall[] = [];
  readonly functions: ScopedFunction[] = [];
  readonly classes: ScopedClass[] = [];
  readonly stores: ScopedStore[] = [];
  readonly subscripts: ScopedSubscript[] = [];
  readonly inner = new Map<Scope['node'], Scope>();
  readonly bare: { node: Expression; scope: Scope }[] = [];
  readonly imports: { module: string; level: number; names: string[] | null; scope: Scope; at: Span; statement: Import | ImportFrom }[] = [];

  constructor(private readonly file: object) {}

  scope(kind: Scope['kind'], node: Scope['node'], parent: Scope | null): Scope {
    const scope: Scope = { kind, node, parent, bindings: new Map(), stars: [], declared: new Map(), file: this.file };
    this.inner.set(node, scope);
    return scope;
  }

  statements(body: readonly Statement[], scope: Scope): void {
    for (const statement of body) this.statement(statement, scope);
  }

  private statement(node: Statement, scope: Scope): void {
    switch (node.kind) {
      case 'Expr':
        if (node.value.kind !== 'Str') this.bare.push({ node: node.value, scope });
        return this.expression(node.value, scope);
      case 'Assign':
        this.expression(node.value, scope);
        for (const target of node.targets) this.target(target, node.value, null, [], 'value', scope, null);
        return;
      case 'AnnAssign':
        if (node.value) this.expression(node.value, scope);
        this.expression(node.annotation, scope);
        return this.target(node.target, node.value, node.annotation, [], 'value', scope, null);
      case 'AugAssign':
        this.expression(node.value, scope);
        if (node.target.kind === 'Name') bind(scope, node.target.id, { kind: 'opaque', at: node.target });
        else this.expression(node.target, scope);
        this.stores.push({ target: node.target, value: node.value, operator: node.operator, scope, at: node });
        return;
      case 'FunctionDef': return this.function(node, scope);
      case 'ClassDef': return this.class(node, scope);
      case 'Import':
        for (const { name, alias, aliasSpan, nameSpan } of node.names) {
          this.imports.push({ module: name, level: 0, names: [], scope, at: nameSpan, statement: node });
          const bound = alias ?? name.split('.')[0]!;
          bind(scope, bound, { kind: 'import', at: aliasSpan ?? nameSpan, module: alias === null ? bound : name, level: 0, name: null });
        }
        return;
      case 'ImportFrom':
        this.imports.push({ module: node.module, level: node.level, names: node.names && node.names.map(({ name }) => name), scope, at: node.moduleSpan, statement: node });
        if (!node.names) scope.stars.push(node);
        for (const { name, alias, aliasSpan, nameSpan } of node.names ?? []) bind(scope, alias ?? name, { kind: 'import', at: aliasSpan ?? nameSpan, module: node.module, level: node.level, name });
        return;
      case 'Declare':
        for (const name of node.names) scope.declared.set(name, node.scope);
        return;
      case 'If': case 'While':
        this.expression(node.test, scope);
        this.statements(node.body, scope);
        return this.statements(node.otherwise, scope);
      case 'For':
        this.expression(node.iterable, scope);
        this.target(node.target, node.iterable, null, [], 'element', scope, null);
        this.statements(node.body, scope);
        return this.statements(node.otherwise, scope);
      case 'With':
        for (const { context, target } of node.items) {
          this.expression(context, scope);
          if (target) this.target(target, context, null, [], 'enter', scope, null);
        }
        return this.statements(node.body, scope);
      case 'Try':
        this.statements(node.body, scope);
        for (const handler of node.handlers) {
          if (handler.type) this.expression(handler.type, scope);
          if (handler.name !== null) bind(scope, handler.name, { kind: 'exception', at: handler, type: handler.type });
          this.statements(handler.body, scope);
        }
        this.statements(node.otherwise, scope);
        return this.statements(node.final, scope);
      case 'Match':
        for (const subject of node.subject) this.expression(subject, scope);
        for (const { names, guard, body, ...at } of node.cases) {
          for (const name of names) bind(scope, name, { kind: 'opaque', at });
          if (guard) this.expression(guard, scope);
          this.statements(body, scope);
        }
        return;
      case 'Return':
        if (node.value) this.expression(node.value, scope);
        return;
      case 'Raise':
        if (node.exception) this.expression(node.exception, scope);
        if (node.cause) this.expression(node.cause, scope);
        return;
      case 'Delete':
        for (const target of node.targets) {
          if (target.kind === 'Name') bind(scope, target.id, { kind: 'opaque', at: target });
          else this.expression(target, scope);
        }
        return;
      case 'Assert': return node.values.forEach(value => this.expression(value, scope));
      case 'TypeAlias':
        if (node.name) bind(scope, node.name, { kind: 'assign', at: node, value: node.value, annotation: null, path: [], through: 'value' });
        return;
      case 'Simple': return;
    }
  }

  private target(target: Expression, value: Expression | null, annotation: Expression | null, path: readonly number[] | null, through: 'value' | 'enter' | 'element', scope: Scope, operator: string | null): void {
    switch (target.kind) {
      case 'Name':
        // `x: int` alone declares, it does not bind; it is kept for its annotation.
        return bind(scope, target.id, { kind: 'assign', at: target, value, annotation, path, through });
      case 'Tuple': case 'List': {
        const star = target.elements.findIndex(element => element.kind === 'Starred');
        target.elements.forEach((element, index) => this.target(element, value, null, path && (star === -1 || index < star) ? [...path, index] : null, through, scope, operator));
        return;
      }
      case 'Starred': return this.target(target.value, value, null, null, through, scope, operator);
      case 'Attribute': case 'Subscript':
        this.expression(target, scope);
        if (value && through === 'value' && path?.length === 0) this.stores.push({ target, value, operator, scope, at: { start: target.start, end: value.end } });
        return;
      default: return;
    }
  }

  private function(node: FunctionDef, scope: Scope): void {
    for (const { expression } of node.decorators) this.expression(expression, scope);
    for (const { annotation, default: value } of node.parameters) {
      if (annotation) this.expression(annotation, scope);
      if (value) this.expression(value, scope);
    }
    bind(scope, node.name, { kind: 'function', at: node.nameSpan, node });
    const inner = this.scope('function', node, scope);
    this.functions.push({ node, scope, inner });
    for (const parameter of node.parameters) bind(inner, parameter.name, { kind: 'parameter', at: parameter.nameSpan, node: parameter });
    this.statements(node.body, inner);
  }

  private class(node: ClassDef, scope: Scope): void {
    for (const { expression } of node.decorators) this.expression(expression, scope);
    for (const base of node.bases) this.expression(base, scope);
    for (const { value } of node.keywords) this.expression(value, scope);
    bind(scope, node.name, { kind: 'class', at: node.nameSpan, node });
    const inner = this.scope('class', node, scope);
    this.classes.push({ node, scope, inner });
    this.statements(node.body, inner);
  }

  private expression(node: Expression, scope: Scope): void {
    switch (node.kind) {
      case 'Call':
        this.expression(node.func, scope);
        this.calls.push({ node, scope });
        for (const argument of node.args) this.expression(argument, scope);
        for (const { value } of node.keywords) this.expression(value, scope);
        return;
      case 'Attribute': case 'Starred': case 'Await': return this.expression(node.value, scope);
      case 'Yield': return node.value ? this.expression(node.value, scope) : undefined;
      case 'Subscript':
        this.expression(node.value, scope);
        if (node.indices.length === 1 && node.indices[0]!.kind === 'Str') this.subscripts.push({ node, key: node.indices[0], scope });
        return node.indices.forEach(index => this.expression(index, scope));
      case 'Slice': return node.parts.forEach(part => this.expression(part, scope));
      case 'List': case 'Tuple': case 'Set': return node.elements.forEach(element => this.expression(element, scope));
      case 'Dict':
        for (const { key, value } of node.items) {
          if (key) this.expression(key, scope);
          this.expression(value, scope);
        }
        return;
      case 'JoinedStr': return node.parts.forEach(part => typeof part === 'string' ? undefined : this.expression(part, scope));
      case 'IfExp':
        this.expression(node.test, scope);
        this.expression(node.body, scope);
        return this.expression(node.otherwise, scope);
      case 'BinOp': case 'BoolOp':
        this.expression(node.left, scope);
        return this.expression(node.right, scope);
      case 'UnaryOp': return this.expression(node.operand, scope);
      case 'Compare': return node.operands.forEach(operand => this.expression(operand, scope));
      case 'NamedExpr': {
        this.expression(node.value, scope);
        // In a comprehension the name belongs to what is around it.
        let owner = scope;
        while (owner.kind === 'comprehension' && owner.parent) owner = owner.parent;
        return bind(owner, node.target.id, { kind: 'assign', at: node.target, value: node.value, annotation: null, path: [], through: 'value' });
      }
      case 'Lambda': {
        const inner = this.scope('lambda', node, scope);
        for (const parameter of node.parameters) {
          if (parameter.default) this.expression(parameter.default, scope);
          bind(inner, parameter.name, { kind: 'parameter', at: parameter.nameSpan, node: parameter });
        }
        return this.expression(node.body, inner);
      }
      case 'Comprehension': {
        const inner = this.scope('comprehension', node, scope);
        node.loops.forEach(({ target, iterable }, index) => {
          this.expression(iterable, index ? inner : scope);
          this.target(target, iterable, null, [], 'element', inner, null);
        });
        for (const condition of node.conditions) this.expression(condition, inner);
        this.expression(node.element, inner);
        return node.value ? this.expression(node.value, inner) : undefined;
      }
      default: return;
    }
  }
}

function bind(scope: Scope, name: string, binding: Binding): void {
  const declared = scope.declared.get(name);
  let owner = scope;
  if (declared === 'global') while (owner.parent) owner = owner.parent;
  else if (declared === 'nonlocal') for (owner = scope.parent ?? scope; owner.parent && !(owner.kind === 'function' && owner.bindings.has(name));) owner = owner.parent;
  const existing = owner.bindings.get(name);
  if (existing) existing.push(binding);
  else owner.bindings.set(name, [binding]);
}

/** The scope whose binding a name used in `scope` means, or null: a builtin, or not bound at all. Class bodies are not seen from functions inside them. */
export function owner(scope: Scope, name: string): Scope | null {
  for (let current: Scope | null = scope; current; current = current.parent) {
    if (current.kind === 'class' && current !== scope) continue;
    if (current.declared.get(name) === 'global') {
      let top = current;
      while (top.parent) top = top.parent;
      return top.bindings.has(name) || top.stars.length ? top : null;
    }
    if (current.bindings.has(name)) return current;
    if (!current.parent && current.stars.length) return current;
  }
  return null;
}
