import type { Decorator, DictItem, ExceptHandler, Expression, Keyword, MatchCase, Module, ParameterNode, Statement, WithItem } from './nodes';

/** Everything that has a place in the tree. */
export type AnyNode = Module | Statement | Expression | Decorator | Keyword | ParameterNode | DictItem | ExceptHandler | WithItem | MatchCase;

type Visit = (node: AnyNode) => void;

/** Visits the nodes right below one, in the order of the source. Rules walk whole files at each keystroke, so this makes nothing. */
export function eachChild(node: AnyNode, visit: Visit): void {
  if (!('kind' in node)) {
    if ('comments' in node) each(node.body, visit);
    else if ('expression' in node) visit(node.expression);
    else if ('context' in node) both(node.context, node.target, visit);
    else if ('names' in node) {
      one(node.guard, visit);
      each(node.body, visit);
    } else if ('body' in node) {
      one(node.type, visit);
      each(node.body, visit);
    } else if ('key' in node) both(node.key, node.value, visit);
    else visit(node.value);
    return;
  }
  switch (node.kind) {
    case 'positional-only': case 'positional': case 'var-positional': case 'keyword-only': case 'var-keyword': return both(node.annotation, node.default, visit);
    case 'FunctionDef':
      each(node.decorators, visit);
      each(node.parameters, visit);
      one(node.returns, visit);
      return each(node.body, visit);
    case 'ClassDef':
      each(node.decorators, visit);
      each(node.bases, visit);
      each(node.keywords, visit);
      return each(node.body, visit);
    case 'Assign':
      each(node.targets, visit);
      return visit(node.value);
    case 'AnnAssign':
      both(node.target, node.annotation, visit);
      return one(node.value, visit);
    case 'AugAssign': return both(node.target, node.value, visit);
    case 'Expr': return visit(node.value);
    case 'Return': case 'Yield': return one(node.value, visit);
    case 'Raise': return both(node.exception, node.cause, visit);
    case 'Delete': return each(node.targets, visit);
    case 'Assert': return each(node.values, visit);
    case 'If': case 'While':
      visit(node.test);
      each(node.body, visit);
      return each(node.otherwise, visit);
    case 'For':
      both(node.target, node.iterable, visit);
      each(node.body, visit);
      return each(node.otherwise, visit);
    case 'With':
      each(node.items, visit);
      return each(node.body, visit);
    case 'Try':
      each(node.body, visit);
      each(node.handlers, visit);
      each(node.otherwise, visit);
      return each(node.final, visit);
    case 'Match':
      each(node.subject, visit);
      return each(node.cases, visit);
    case 'TypeAlias': case 'Attribute': case 'Starred': case 'Await': return visit(node.value);
    case 'Call':
      visit(node.func);
      return inOrder(node.args, node.keywords, visit);
    case 'Subscript':
      visit(node.value);
      return each(node.indices, visit);
    case 'Slice': return each(node.parts, visit);
    case 'List': case 'Tuple': case 'Set': return each(node.elements, visit);
    case 'Dict': return each(node.items, visit);
    case 'JoinedStr':
      for (const part of node.parts) if (typeof part !== 'string') visit(part);
      return;
    case 'Comprehension':
      both(node.element, node.value, visit);
      for (const { target, iterable } of node.loops) both(target, iterable, visit);
      return each(node.conditions, visit);
    case 'Lambda':
      each(node.parameters, visit);
      return visit(node.body);
    case 'IfExp':
      both(node.body, node.test, visit);
      return visit(node.otherwise);
    case 'BinOp': case 'BoolOp': return both(node.left, node.right, visit);
    case 'UnaryOp': return visit(node.operand);
    case 'Compare': return each(node.operands, visit);
    case 'NamedExpr': return both(node.target, node.value, visit);
    case 'Simple': case 'Declare': case 'Import': case 'ImportFrom': case 'Name': case 'Str': case 'Bytes': case 'Num': case 'Constant': case 'Ellipsis': case 'Invalid':
  }
}

function one(node: AnyNode | null, visit: Visit): void {
  if (node) visit(node);
}

function both(first: AnyNode | null, second: AnyNode | null, visit: Visit): void {
  if (first) visit(first);
  if (second) visit(second);
}

function each(nodes: readonly AnyNode[], visit: Visit): void {
  for (const node of nodes) visit(node);
}

/** Positional and keyword arguments may be mixed: `f(a=1, *b)`. */
function inOrder(args: readonly Expression[], keywords: readonly Keyword[], visit: Visit): void {
  let next = 0;
  for (const argument of args) {
    while (next < keywords.length && keywords[next]!.start < argument.start) visit(keywords[next++]!);
    visit(argument);
  }
  while (next < keywords.length) visit(keywords[next++]!);
}

/** Visits a node and all below it, outer ones first. Where `enter` returns false, what is below is left out. */
export function walk(node: AnyNode, enter: (node: AnyNode) => boolean | void): void {
  const visit = (current: AnyNode): void => {
    if (enter(current) !== false) eachChild(current, visit);
  };
  visit(node);
}

/** The way up, for one module: the tree itself has none. */
export class Parents {
  readonly #parents = new Map<AnyNode, AnyNode>();

  constructor(module: Module) {
    let parent: AnyNode = module;
    const visit = (node: AnyNode): void => {
      this.#parents.set(node, parent);
      const outer = parent;
      parent = node;
      eachChild(node, visit);
      parent = outer;
    };
    eachChild(module, visit);
  }

  of(node: AnyNode): AnyNode | null {
    return this.#parents.get(node) ?? null;
  }

  /** From the node's parent outwards to the module. */
  *above(node: AnyNode): Generator<AnyNode> {
    for (let current = this.of(node); current; current = this.of(current)) yield current;
  }

  /** The statement that a node belongs to; itself where it is one. */
  statement(node: AnyNode): Statement | null {
    for (let current: AnyNode | null = node; current; current = this.of(current)) if (isStatement(current)) return current;
    return null;
  }
}

const statements = new Set(['FunctionDef', 'ClassDef', 'Assign', 'AnnAssign', 'AugAssign', 'Expr', 'Return', 'Raise', 'Delete', 'Assert', 'Simple', 'Declare', 'Import', 'ImportFrom', 'If', 'For', 'While', 'Try', 'With', 'Match', 'TypeAlias']);

export function isStatement(node: AnyNode): node is Statement {
  return 'kind' in node && statements.has(node.kind);
}
