import type { Decorator, DictItem, ExceptHandler, Expression, Keyword, MatchCase, Module, ParameterNode, Statement, WithItem } from './nodes';

/** Everything that has a place in the tree. */
export type AnyNode = Module | Statement | Expression | Decorator | Keyword | ParameterNode | DictItem | ExceptHandler | WithItem | MatchCase;

/** The nodes right below one, in the order of the source. */
export function children(node: AnyNode): AnyNode[] {
  if (!('kind' in node)) {
    if ('comments' in node) return [...node.body];
    if ('expression' in node) return [node.expression];
    if ('context' in node) return some(node.context, node.target);
    if ('names' in node) return some(node.guard, ...node.body);
    if ('body' in node) return some(node.type, ...node.body);
    if ('key' in node) return some(node.key, node.value);
    return [node.value];
  }
  switch (node.kind) {
    case 'positional-only': case 'positional': case 'var-positional': case 'keyword-only': case 'var-keyword': return some(node.annotation, node.default);
    case 'FunctionDef': return some(...node.decorators, ...node.parameters, node.returns, ...node.body);
    case 'ClassDef': return [...node.decorators, ...node.bases, ...node.keywords, ...node.body];
    case 'Assign': return [...node.targets, node.value];
    case 'AnnAssign': return some(node.target, node.annotation, node.value);
    case 'AugAssign': return [node.target, node.value];
    case 'Expr': return [node.value];
    case 'Return': case 'Yield': return some(node.value);
    case 'Raise': return some(node.exception, node.cause);
    case 'Delete': return [...node.targets];
    case 'Assert': return [...node.values];
    case 'Simple': case 'Declare': case 'Import': case 'ImportFrom': return [];
    case 'If': case 'While': return [node.test, ...node.body, ...node.otherwise];
    case 'For': return [node.target, node.iterable, ...node.body, ...node.otherwise];
    case 'With': return [...node.items, ...node.body];
    case 'Try': return [...node.body, ...node.handlers, ...node.otherwise, ...node.final];
    case 'Match': return [...node.subject, ...node.cases];
    case 'TypeAlias': return [node.value];
    case 'Attribute': case 'Starred': case 'Await': return [node.value];
    case 'Call': return [node.func, ...[...node.args, ...node.keywords].sort((a, b) => a.start - b.start)];
    case 'Subscript': return [node.value, ...node.indices];
    case 'Slice': return [...node.parts];
    case 'List': case 'Tuple': case 'Set': return [...node.elements];
    case 'Dict': return [...node.items];
    case 'JoinedStr': return node.parts.filter(part => typeof part !== 'string');
    case 'Comprehension': return some(node.element, node.value, ...node.loops.flatMap(({ target, iterable }) => [target, iterable]), ...node.conditions);
    case 'Lambda': return [...node.parameters, node.body];
    case 'IfExp': return [node.body, node.test, node.otherwise];
    case 'BinOp': case 'BoolOp': return [node.left, node.right];
    case 'UnaryOp': return [node.operand];
    case 'Compare': return [...node.operands];
    case 'NamedExpr': return [node.target, node.value];
    case 'Name': case 'Str': case 'Bytes': case 'Num': case 'Constant': case 'Ellipsis': case 'Invalid': return [];
  }
}

function some(...nodes: readonly (AnyNode | null)[]): AnyNode[] {
  return nodes.filter(node => node !== null);
}

/** Visits a node and all below it, outer ones first. Where `enter` returns false, what is below is left out. */
export function walk(node: AnyNode, enter: (node: AnyNode) => boolean | void): void {
  if (enter(node) === false) return;
  for (const child of children(node)) walk(child, enter);
}

/** The way up, for one module: the tree itself has none. */
export class Parents {
  readonly #parents = new Map<AnyNode, AnyNode>();

  constructor(module: Module) {
    const visit = (node: AnyNode): void => {
      for (const child of children(node)) {
        this.#parents.set(child, node);
        visit(child);
      }
    };
    visit(module);
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
