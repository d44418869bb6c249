import type { SourceFile } from '../project/sourceFile';
import { fileOf } from '../project/sourceFile';
import type { Call, Expression, FunctionDef, Module, Statement, Str } from '../syntax/nodes';
import { canonical } from './canonical';
import { owner, type Binding, type Scope } from './scopes';
import { options, same, union, unknown, type ClassValue, type Value } from './values';

/** Where the evaluator finds the other modules of the project. */
export interface Modules {
  /** The module of `import name`, or null where it is not the project's. */
  absolute(name: string, from: SourceFile | null): SourceFile | null;
  /** The module of `from ..name import`. */
  relative(level: number, name: string, from: SourceFile): SourceFile | null;
  /** The tree of a text in quotes. */
  parse(text: string): Module;
}

const maxDepth = 40;

/** Finds what expressions mean by following names, imports, attributes and calls, on demand and once each. */
export class Evaluator {
  readonly #values = new WeakMap<Expression, Value>();
  readonly #names = new WeakMap<Scope, Map<string, Value>>();
  readonly #unquoted = new WeakMap<Str, Expression>();
  readonly #running = new Set<unknown>();
  #depth = 0;
  /** Counts what a cycle or the depth cut short: a value that comes after such a cut is not kept. */
  #cuts = 0;

  constructor(private readonly modules: Modules) {}

  evaluate(node: Expression, scope: Scope): Value {
    const known = this.#values.get(node);
    if (known) return known;
    const cuts = this.#cuts;
    const value = this.#guarded(node, () => this.#evaluate(node, scope)) ?? unknown;
    if (cuts === this.#cuts || !this.#running.size) this.#values.set(node, value);
    return value;
  }

  /** A module's or class's name as seen from outside. */
  attributeOf(file: SourceFile, name: string): Value | null {
    const { scope } = file.analysis;
    const bindings = scope.bindings.get(name);
    if (bindings) return this.#named(scope, name, bindings);
    for (const star of [...scope.stars].reverse()) {
      const from = star.level ? this.modules.relative(star.level, star.module, file) : this.modules.absolute(star.module, file);
      const value = from && from !== file ? this.#guarded(star.moduleSpan, () => this.attributeOf(from, name)) : null;
      if (value) return value;
    }
    if (!file.isPackage) return null;
    const submodule = this.modules.relative(1, name, file);
    return submodule && { kind: 'module', file: submodule };
  }

  #guarded<T>(key: unknown, compute: () => T): T | null {
    if (this.#running.has(key) || this.#depth > maxDepth) {
      this.#cuts++;
      return null;
    }
    this.#running.add(key);
    this.#depth++;
    try {
      return compute();
    } finally {
      this.#running.delete(key);
      this.#depth--;
    }
  }

  #evaluate(node: Expression, scope: Scope): Value {
    switch (node.kind) {
      // Every module has its own.
      case 'Name': return node.id === '__name__' && !owner(scope, node.id) ? { kind: 'expression', node, scope } : this.name(node.id, scope);
      case 'Attribute': return this.attribute(this.evaluate(node.value, scope), node.attr);
      case 'Call': return this.#call(node, scope);
      case 'Subscript': return this.#subscript(this.evaluate(node.value, scope), node, scope);
      case 'IfExp': return union([this.evaluate(node.body, scope), this.evaluate(node.otherwise, scope)]);
      case 'BoolOp': return node.operator === 'or' ? union([this.evaluate(node.left, scope), this.evaluate(node.right, scope)]) : { kind: 'expression', node, scope };
      case 'NamedExpr': return this.evaluate(node.value, scope);
      case 'Await': case 'Yield': case 'Invalid': case 'Starred': return unknown;
      default: return { kind: 'expression', node, scope };
    }
  }

  /** The value of a name used in a scope, whatever the place: all its bindings are taken as alternatives. */
  name(id: string, scope: Scope): Value {
    const where = owner(scope, id);
    if (!where) return { kind: 'symbol', path: `builtins.${id}` };
    const bindings = where.bindings.get(id);
    if (!bindings) return this.attributeOf(fileOf(where), id) ?? { kind: 'symbol', path: `builtins.${id}` };
    return this.#named(where, id, bindings);
  }

  #named(scope: Scope, id: string, bindings: readonly Binding[]): Value {
    let names = this.#names.get(scope);
    if (!names) this.#names.set(scope, names = new Map<string, Value>());
    const known = names.get(id);
    if (known) return known;
    const cuts = this.#cuts;
    const value = this.#guarded(bindings, () => union(bindings.map(binding => this.bound(binding, scope)))) ?? unknown;
    if (cuts === this.#cuts || !this.#running.size) names.set(id, value);
    return value;
  }

  bound(binding: Binding, scope: Scope): Value {
    switch (binding.kind) {
      case 'import': return this.#imported(binding, fileOf(scope));
      case 'function': return { kind: 'function', node: binding.node, scope, owner: scope.kind === 'class' ? classOf(scope) : null };
      case 'class': return { kind: 'class', node: binding.node, scope };
      case 'parameter': return this.#parameter(binding, scope);
      case 'assign': {
        if (!binding.value) return binding.annotation ? this.annotated(binding.annotation, scope) : unknown;
        const value = this.evaluate(binding.value, scope);
        if (!binding.path) return unknown;
        if (binding.annotation && binding.through === 'value') return this.#declared(value, binding.annotation, scope);
        const unpacked = binding.path.reduce<Value>((current, index) => this.#item(current, index), binding.through === 'value' ? value : { kind: 'derived', from: value, by: binding.through });
        return unpacked;
      }
      case 'exception': {
        const { type } = binding;
        if (!type) return { kind: 'instance', of: { kind: 'symbol', path: 'builtins.BaseException' } };
        return union((type.kind === 'Tuple' ? type.elements : [type]).map(one => ({ kind: 'instance', of: this.evaluate(one, scope) })));
      }
      case 'opaque': return unknown;
    }
  }

  /** What is assigned says more than the annotation, but for results of calls that we cannot look into. */
  #declared(value: Value, annotation: Expression, scope: Scope): Value {
    if (value.kind !== 'unknown' && value.kind !== 'call') return value;
    const declared = this.annotated(annotation, scope);
    if (declared.kind === 'unknown' || (value.kind === 'call' && value.callee.kind === 'class')) return value;
    return value.kind === 'call' && declared.kind === 'instance' && same(declared.of, value.callee) ? value : declared;
  }

  /** An instance of what an annotation names; unknown for anything but a plain class. */
  annotated(annotation: Expression, scope: Scope): Value {
    const named = this.unquoted(annotation);
    if (named.kind !== 'Name' && named.kind !== 'Attribute') return unknown;
    const value = this.evaluate(named, scope);
    return value.kind === 'class' || value.kind === 'symbol' ? { kind: 'instance', of: value } : unknown;
  }

  /** What an annotation in quotes says; any other as it is. */
  unquoted(annotation: Expression): Expression {
    if (annotation.kind !== 'Str') return annotation;
    let inner = this.#unquoted.get(annotation);
    if (!inner) {
      const [statement, ...more] = this.modules.parse(annotation.value).body;
      inner = statement?.kind === 'Expr' && !more.length ? statement.value : annotation;
      this.#unquoted.set(annotation, inner);
    }
    return inner;
  }

  #parameter(binding: Extract<Binding, { kind: 'parameter' }>, scope: Scope): Value {
    const { node } = binding;
    if (scope.kind === 'function' && scope.parent?.kind === 'class') {
      const method = scope.node as FunctionDef;
      const decorated = (name: string): boolean => method.decorators.some(({ expression }) => expression.kind === 'Name' && expression.id === name);
      if (method.parameters[0] === node && !decorated('staticmethod')) return decorated('classmethod') ? classOf(scope.parent) : { kind: 'instance', of: classOf(scope.parent) };
    }
    return { kind: 'parameter', node, scope };
  }

  #imported(binding: Extract<Binding, { kind: 'import' }>, file: SourceFile): Value {
    const { module, level, name } = binding;
    const from = level ? this.modules.relative(level, module, file) : this.modules.absolute(module, file);
    if (name === null) return from ? { kind: 'module', file: from } : { kind: 'symbol', path: canonical(module) };
    if (from) {
      const value = this.attributeOf(from, name);
      if (value) return value;
      const submodule = from.isPackage ? this.modules.relative(1, name, from) : null;
      return submodule ? { kind: 'module', file: submodule } : unknown;
    }
    const submodule = level ? this.modules.relative(level, module ? `${module}.${name}` : name, file) : this.modules.absolute(`${module}.${name}`, file);
    if (submodule) return { kind: 'module', file: submodule };
    return level ? unknown : { kind: 'symbol', path: canonical(`${module}.${name}`) };
  }

  attribute(base: Value, name: string): Value {
    switch (base.kind) {
      case 'unknown': return unknown;
      case 'module': return this.attributeOf(base.file, name) ?? unknown;
      case 'symbol': {
        const submodule = this.modules.absolute(`${base.path}.${name}`, null);
        return submodule ? { kind: 'module', file: submodule } : { kind: 'symbol', path: canonical(`${base.path}.${name}`) };
      }
      case 'class': return this.member(base, name) ?? { kind: 'member', of: base, name };
      case 'union': return union(base.options.map(option => this.attribute(option, name)));
      case 'call': case 'instance': {
        const type = this.classOf(base);
        if (type?.kind === 'class') return this.#property(this.member(type, name)) ?? this.#selfAttribute(type, name) ?? { kind: 'member', of: base, name };
        return { kind: 'member', of: base, name };
      }
      default: return { kind: 'member', of: base, name };
    }
  }

  /** A property gives what its function returns. */
  #property(value: Value | null): Value | null {
    if (value?.kind !== 'function') return value;
    const isProperty = value.node.decorators.some(({ expression }) => (expression.kind === 'Name' && /^(?:cached_)?property$/.test(expression.id)) || (expression.kind === 'Attribute' && expression.attr === 'cached_property'));
    return isProperty ? this.returned(value) : value;
  }

  /** The class that a value is an instance of: a class of the project, or a symbol that is called like one. */
  classOf(value: Value): Value | null {
    if (value.kind === 'instance') return value.of.kind === 'class' || value.of.kind === 'symbol' ? value.of : null;
    if (value.kind !== 'call') return null;
    const { callee } = value;
    if (callee.kind === 'class') return callee;
    return callee.kind === 'symbol' ? callee : null;
  }

  /** A class's attribute, its own or of its bases in the project. */
  member(type: ClassValue, name: string): Value | null {
    for (const current of this.mro(type)) {
      if (current.kind !== 'class') continue;
      const scope = this.inner(current);
      const bindings = scope?.bindings.get(name);
      if (scope && bindings) return this.#named(scope, name, bindings);
    }
    return null;
  }

  /** The class and all its bases, depth first; symbols and `unknown` for bases that are not the project's. */
  mro(type: ClassValue): Value[] {
    const result: Value[] = [];
    const visit = (current: Value, depth: number): void => {
      if (depth > 20 || result.some(other => other.kind === 'class' && current.kind === 'class' && other.node === current.node)) return;
      result.push(current);
      if (current.kind !== 'class') return;
      for (const base of current.node.bases) for (const option of options(this.evaluate(base, current.scope))) visit(option, depth + 1);
    };
    visit(type, 0);
    return result;
  }

  /** Whether a class is, or derives from, a symbol for which `test` holds. */
  derives(type: Value, test: (path: string) => boolean): boolean {
    if (type.kind === 'symbol') return test(type.path);
    if (type.kind !== 'class') return false;
    return this.mro(type).some(base => base.kind === 'symbol' && test(base.path));
  }

  inner({ node, scope }: { readonly node: Scope['node']; readonly scope: Scope }): Scope | null {
    return fileOf(scope).analysis.inner.get(node) ?? null;
  }

  /** `self.name = value` in a method of the class. */
  #selfAttribute(type: ClassValue, name: string): Value | null {
    const values: Value[] = [];
    for (const current of this.mro(type)) {
      if (current.kind !== 'class') continue;
      for (const { target, value, scope } of fileOf(current.scope).analysis.stores) {
        if (target.kind !== 'Attribute' || target.attr !== name || target.value.kind !== 'Name') continue;
        if (scope.kind === 'function' && scope.parent?.node === current.node && (scope.node as FunctionDef).parameters[0]?.name === target.value.id) values.push(this.evaluate(value, scope));
      }
    }
    return values.length ? union(values) : null;
  }

  #call(node: Call, scope: Scope): Value {
    const callee = this.evaluate(node.func, scope);
    return union(options(callee).map(option => this.called(option, node, scope)));
  }

  /** What calling `callee` by `node` gives. */
  called(callee: Value, node: Call, scope: Scope): Value {
    if (callee.kind === 'unknown') return unknown;
    if (callee.kind === 'function' && !callee.node.async) {
      const returned = this.returned(callee);
      if (returned.kind === 'unknown' && callee.node.returns) {
        const declared = this.annotated(callee.node.returns, callee.scope);
        if (declared.kind !== 'unknown') return declared;
      }
      // A function that returns something known gives that; else its result stays nameable by its call.
      if (returned.kind !== 'unknown' && returned.kind !== 'parameter') return returned;
    }
    if (callee.kind === 'symbol' && passing.has(callee.path) && node.args[0]) return this.evaluate(node.args[0], scope);
    return { kind: 'call', callee, node, scope };
  }

  /** What a function of the project returns; a generator's result is not followed. */
  returned(callee: Extract<Value, { kind: 'function' }>): Value {
    const scope = this.inner(callee);
    if (!scope) return unknown;
    const values = returns(callee.node.body);
    if (!values.length) return unknown;
    return this.#guarded(callee.node, () => union(values.map(value => this.evaluate(value, scope)))) ?? unknown;
  }

  #subscript(base: Value, node: Extract<Expression, { kind: 'Subscript' }>, scope: Scope): Value {
    // `Celery[Task]`: a class with its parameters is that class.
    if (base.kind === 'class' || base.kind === 'symbol') return base;
    const [index] = node.indices;
    if (base.kind === 'expression' && base.node.kind === 'Dict' && index) {
      const key = this.evaluate(index, scope);
      if (key.kind !== 'expression' || (key.node.kind !== 'Str' && key.node.kind !== 'Num')) return unknown;
      const wanted = key.node;
      const item = base.node.items.findLast(({ key: candidate }) => candidate?.kind === wanted.kind && candidate.value === wanted.value);
      return item ? this.evaluate(item.value, base.scope) : unknown;
    }
    if (index?.kind === 'Num') return this.#item(base, index.value);
    return base.kind === 'unknown' ? unknown : { kind: 'member', of: base, name: index?.kind === 'Str' ? `[${index.value}]` : index?.kind === 'Slice' ? '[:]' : '[]' };
  }

  #item(value: Value, index: number): Value {
    if (value.kind === 'expression' && (value.node.kind === 'Tuple' || value.node.kind === 'List')) {
      const { elements } = value.node;
      const element = elements.some(({ kind }) => kind === 'Starred') ? undefined : elements.at(index);
      return element ? this.evaluate(element, value.scope) : unknown;
    }
    return value.kind === 'unknown' ? unknown : { kind: 'member', of: value, name: `[${index}]` };
  }
}

/** Functions that give back their first argument. */
const passing = new Set(['typing.cast', 'django.utils.functional.lazy']);

function classOf(scope: Scope): ClassValue {
  return { kind: 'class', node: scope.node as ClassValue['node'], scope: scope.parent! };
}

/** The expressions that a body returns, not those of functions inside it. */
export function returns(body: readonly Statement[]): Expression[] {
  const result: Expression[] = [];
  const visit = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      switch (statement.kind) {
        case 'Return': if (statement.value) result.push(statement.value); break;
        case 'If': case 'For': case 'While': visit(statement.body); visit(statement.otherwise); break;
        case 'With': visit(statement.body); break;
        case 'Try':
          visit(statement.body);
          statement.handlers.forEach(handler => visit(handler.body));
          visit(statement.otherwise);
          visit(statement.final);
          break;
        case 'Match': statement.cases.forEach(item => visit(item.body)); break;
        default: break;
      }
    }
  };
  visit(body);
  return result;
}
