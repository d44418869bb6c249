import type {
  Comment, ComprehensionFor, Decorator, DictItem, ExceptHandler, Expression, ImportAlias, Keyword, MatchCase, Module, Name, ParameterNode, Span, Statement, WithItem,
} from './nodes';
import { maxDepth } from './cells';
import type { Piece } from './pieces';
import type { Reading } from './reading';
import { unescapeString } from './strings';

/** A node of the grammar, copied out of the parser. `field` is its role in its parent. */
export interface Concrete {
  readonly type: string;
  readonly field: string | null;
  readonly start: number;
  readonly end: number;
  readonly children: readonly Concrete[];
  readonly missing: boolean;
}

/** What a piece of the top level comes to. */
export interface Parts {
  readonly body: readonly Statement[];
  readonly comments: readonly Comment[];
  readonly broken: readonly Span[];
  readonly parenthesized: ReadonlyMap<Expression, Span>;
}

/** Builds our tree from what the grammar made of a text. */
export function buildModule(text: string, { pieces, errors }: Reading, nodesOf: (piece: Piece) => readonly Concrete[]): Module {
  const body: Statement[] = [];
  const comments: Comment[] = [];
  const broken: Span[] = [];
  const parenthesized = new Map<Expression, Span>();
  for (const piece of pieces) {
    const parts = piece.parts ??= new Builder(text, errors).build(nodesOf(piece));
    body.push(...parts.body);
    comments.push(...parts.comments);
    broken.push(...parts.broken);
    for (const [expression, span] of parts.parenthesized) parenthesized.set(expression, span);
  }
  return { text, body, comments, broken: merge(broken), parenthesized };
}

function merge(spans: Span[]): Span[] {
  const sorted = [...spans].sort((a, b) => a.start - b.start);
  const result: { start: number; end: number }[] = [];
  for (const { start, end } of sorted) {
    const last = result.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}

const listened = /noqa|celery|type:/;

class Builder {
  private readonly comments: Comment[] = [];
  private readonly broken: Span[] = [];
  private readonly parenthesized = new Map<Expression, Span>();

  constructor(private readonly text: string, private readonly errors: boolean) {}

  build(nodes: readonly Concrete[]): Parts {
    return { body: this.statements(nodes), comments: this.comments, broken: this.broken, parenthesized: this.parenthesized };
  }

  private statements(nodes: readonly Concrete[]): Statement[] {
    const result: Statement[] = [];
    for (const node of nodes) {
      const statement = this.statement(node);
      if (statement) result.push(statement);
    }
    return result;
  }

  private statement(node: Concrete): Statement | null {
    const { start, end, children } = node;
    switch (node.type) {
      case 'comment':
        this.comment(node);
        return null;
      case 'ERROR':
        this.error(node);
        return null;
      case 'decorated_definition': {
        const decorators = children.filter(child => child.type === 'decorator').map(child => ({ start: child.start, end: child.end, expression: this.first(child) }));
        const definition = field(node, 'definition');
        this.strays(node);
        if (!definition) return null;
        return this.definition(definition, start, decorators);
      }
      case 'function_definition':
      case 'class_definition':
        return this.definition(node, start, []);
      case 'expression_statement':
        return this.expressionStatement(node);
      case 'return_statement':
        return this.checked(node, { kind: 'Return', start, end, value: this.optional(meaningful(children)[0]) });
      case 'raise_statement': {
        const cause = field(node, 'cause');
        return this.checked(node, { kind: 'Raise', start, end, exception: this.optional(meaningful(children).find(child => child !== cause)), cause: this.optional(cause) });
      }
      case 'delete_statement':
        return this.checked(node, { kind: 'Delete', start, end, targets: meaningful(children).flatMap(child => child.type === 'expression_list' ? this.expressions(child.children) : [this.expression(child)]) });
      case 'assert_statement':
        return this.checked(node, { kind: 'Assert', start, end, values: this.expressions(children) });
      case 'global_statement':
      case 'nonlocal_statement':
        return this.checked(node, { kind: 'Declare', start, end, scope: node.type === 'global_statement' ? 'global' : 'nonlocal', names: children.filter(child => child.type === 'identifier').map(child => this.slice(child)) });
      case 'import_statement':
        return this.checked(node, { kind: 'Import', start, end, names: this.imported(node) });
      case 'future_import_statement':
        return this.checked(node, { kind: 'ImportFrom', start, end, module: '__future__', level: 0, moduleSpan: { start: start + 5, end: start + 15 }, names: this.imported(node) });
      case 'import_from_statement':
        return this.importFrom(node);
      case 'if_statement':
        return this.ifStatement(node);
      case 'for_statement':
        this.strays(node);
        return { kind: 'For', start, end, target: this.of(node, 'left'), iterable: this.of(node, 'right'), body: this.block(field(node, 'body')), otherwise: this.block(field(node, 'alternative')) };
      case 'while_statement':
        this.strays(node);
        return { kind: 'While', start, end, test: this.of(node, 'condition'), body: this.block(field(node, 'body')), otherwise: this.block(field(node, 'alternative')) };
      case 'try_statement':
        return this.tryStatement(node);
      case 'with_statement': {
        this.strays(node);
        const clause = children.find(child => child.type === 'with_clause');
        return { kind: 'With', start, end, items: clause ? this.withItems(clause) : [], body: this.block(field(node, 'body')) };
      }
      case 'match_statement': {
        this.strays(node);
        const cases = (field(node, 'body')?.children ?? []).filter(child => child.type === 'case_clause').map(child => this.matchCase(child));
        return { kind: 'Match', start, end, subject: children.filter(child => child.field === 'subject').map(child => this.expression(child)), cases };
      }
      case 'type_alias_statement': {
        const left = field(node, 'left');
        return this.checked(node, { kind: 'TypeAlias', start, end, name: left ? this.slice(left).split('[')[0]! : null, value: this.of(node, 'right') });
      }
      case 'pass_statement': return { kind: 'Simple', start, end, keyword: 'pass' };
      case 'break_statement': return { kind: 'Simple', start, end, keyword: 'break' };
      case 'continue_statement': return { kind: 'Simple', start, end, keyword: 'continue' };
      default:
        this.check(node);
        return { kind: 'Simple', start, end, keyword: 'other' };
    }
  }

  /** A simple statement with a mistake anywhere in it is broken as a whole. */
  private checked(node: Concrete, statement: Statement): Statement {
    this.check(node);
    return statement;
  }

  private check(node: Concrete): void {
    if (this.errors && hasError(node)) this.error(node);
  }

  private error(node: Concrete): void {
    this.broken.push({ start: node.start, end: Math.max(node.end, node.start + 1) });
    this.collectComments(node);
  }

  /** Mistakes and comments right in a compound statement: they break its head, not its body. */
  private strays(node: Concrete): void {
    for (const child of node.children) {
      if (child.type === 'comment') this.comment(child);
      else if (child.type === 'ERROR' || child.missing) this.error(child);
      else if (this.errors && child.type !== 'block' && !/_clause$|_definition$/.test(child.type) && hasError(child)) this.error(child);
    }
  }

  private definition(node: Concrete, start: number, decorators: Decorator[]): Statement {
    const name = field(node, 'name');
    const nameSpan = name ? { start: name.start, end: name.end } : { start: node.start, end: node.start };
    const body = field(node, 'body');
    this.strays(node);
    const common = { start, end: node.end, name: name ? this.slice(name) : '', nameSpan, decorators, defStart: node.start };
    if (node.type === 'class_definition') {
      const { args, keywords } = this.arguments(field(node, 'superclasses'));
      return { kind: 'ClassDef', ...common, bases: args, keywords, body: this.block(body) };
    }
    return {
      kind: 'FunctionDef', ...common,
      parameters: this.parameters(field(node, 'parameters')),
      returns: this.optional(field(node, 'return_type')),
      async: node.children[0]?.type === 'async',
      body: this.block(body),
    };
  }

  private expressionStatement(node: Concrete): Statement | null {
    const { start, end } = node;
    this.check(node);
    const children = meaningful(node.children);
    const only = children[0];
    if (!only) return null;
    if (children.length === 1 && only.type === 'assignment') return this.assignment(only, start, end);
    if (children.length === 1 && only.type === 'augmented_assignment') {
      const operator = field(only, 'operator');
      return { kind: 'AugAssign', start, end, target: this.of(only, 'left'), operator: operator ? this.slice(operator) : '', value: this.of(only, 'right') };
    }
    // `a, b` as a statement: the grammar has no node for the tuple here.
    const value: Expression = children.length === 1 && this.text[only.end] !== ',' ? this.expression(only) : { kind: 'Tuple', start, end, elements: children.map(child => this.expression(child)), parenthesized: false };
    return { kind: 'Expr', start, end, value };
  }

  private assignment(node: Concrete, start: number, end: number): Statement {
    const type = field(node, 'type');
    const right = field(node, 'right');
    if (type) return { kind: 'AnnAssign', start, end, target: this.of(node, 'left'), annotation: this.expression(type), value: this.optional(right) };
    const targets = [this.of(node, 'left')];
    let value = right;
    while (value?.type === 'assignment') {
      targets.push(this.of(value, 'left'));
      value = field(value, 'right');
    }
    return { kind: 'Assign', start, end, targets, value: value ? this.expression(value) : { kind: 'Invalid', start: end, end } };
  }

  private imported(node: Concrete): ImportAlias[] {
    return node.children.filter(child => child.field === 'name').map(child => {
      const name = child.type === 'aliased_import' ? field(child, 'name') : child;
      const alias = child.type === 'aliased_import' ? field(child, 'alias') : undefined;
      return { start: child.start, end: child.end, name: name ? this.dotted(name) : '', nameSpan: name ?? child, alias: alias ? this.slice(alias) : null, aliasSpan: alias ?? null };
    }).map(({ nameSpan, aliasSpan, ...rest }) => ({ ...rest, nameSpan: span(nameSpan), aliasSpan: aliasSpan && span(aliasSpan) }));
  }

  private importFrom(node: Concrete): Statement {
    const { start, end } = node;
    const from = field(node, 'module_name');
    let level = 0;
    let module = '';
    if (from?.type === 'relative_import') {
      for (const child of from.children) {
        if (child.type === 'import_prefix') level += this.slice(child).replace(/[^.]/g, '').length;
        else if (child.type === 'dotted_name') module = this.dotted(child);
      }
    } else if (from) module = this.dotted(from);
    const star = node.children.some(child => child.type === 'wildcard_import');
    return this.checked(node, { kind: 'ImportFrom', start, end, module, level, moduleSpan: from ? span(from) : { start, end: start }, names: star ? null : this.imported(node) });
  }

  private ifStatement(node: Concrete): Statement {
    this.strays(node);
    const alternatives = node.children.filter(child => child.type === 'elif_clause' || child.type === 'else_clause');
    for (const clause of alternatives.splice(maxDepth)) this.error(clause);
    let otherwise: readonly Statement[] = [];
    for (const clause of alternatives.reverse()) {
      this.strays(clause);
      otherwise = clause.type === 'else_clause' ? this.block(clause) : [this.branch(clause, node.end, otherwise)];
    }
    return this.branch(node, node.end, otherwise);
  }

  private branch(clause: Concrete, end: number, otherwise: readonly Statement[]): Statement {
    return { kind: 'If', start: clause.start, end, test: this.of(clause, 'condition'), body: this.block(field(clause, 'consequence')), otherwise };
  }

  private tryStatement(node: Concrete): Statement {
    const { start, end, children } = node;
    this.strays(node);
    const handlers: ExceptHandler[] = children.filter(child => child.type === 'except_clause' || child.type === 'except_group_clause').map(child => {
      this.strays(child);
      const values = child.children.filter(part => part.field === 'value');
      const head = values[0] ?? meaningful(child.children).find(part => part.type !== 'block');
      const alias = field(child, 'alias');
      const isPattern = head?.type === 'as_pattern';
      const inner = isPattern ? meaningful(head.children)[0] : head;
      const target = isPattern ? field(head, 'alias') : alias;
      // `except A, B:` without parentheses (PEP 758).
      const type: Expression | null = values.length > 1
        ? { kind: 'Tuple', start: values[0]!.start, end: values.at(-1)!.end, elements: values.map(value => this.expression(value)), parenthesized: false }
        : inner && inner.type !== 'block' ? this.expression(inner) : null;
      return { start: child.start, end: child.end, type, name: target ? this.slice(target) : null, body: this.block(child) };
    });
    const otherwise = children.find(child => child.type === 'else_clause');
    const final = children.find(child => child.type === 'finally_clause');
    return { kind: 'Try', start, end, body: this.block(field(node, 'body')), handlers, otherwise: this.block(otherwise), final: this.block(final) };
  }

  private withItems(clause: Concrete): WithItem[] {
    return clause.children.filter(child => child.type === 'with_item').flatMap(child => {
      const value = field(child, 'value');
      if (!value) return [];
      // `with (a as b):` is read by the grammar as one parenthesised or tuple value.
      const inner = value.type === 'tuple' || value.type === 'parenthesized_expression' ? meaningful(value.children) : [value];
      const items = inner.some(part => part.type === 'as_pattern') ? inner : [value];
      return items.map(item => {
        if (item.type !== 'as_pattern') return { start: item.start, end: item.end, context: this.expression(item), target: null };
        const target = field(item, 'alias');
        return { start: item.start, end: item.end, context: this.first(item), target: target ? this.first(target) : null };
      });
    });
  }

  private matchCase(node: Concrete): MatchCase {
    this.strays(node);
    const names: string[] = [];
    const collect = (part: Concrete): void => {
      if (part.type === 'dotted_name') {
        const text = this.dotted(part);
        if (!text.includes('.')) names.push(text);
        return;
      }
      if (part.type === 'class_pattern') return part.children.filter(child => child.type !== 'dotted_name').forEach(collect);
      if (part.type === 'keyword_pattern') return part.children.slice(1).forEach(collect);
      if (part.type === 'identifier') names.push(this.slice(part));
      part.children.forEach(collect);
    };
    const guard = field(node, 'guard');
    node.children.filter(child => child !== guard && child.type !== 'block').forEach(collect);
    return { start: node.start, end: node.end, names, guard: guard ? this.first(guard) : null, body: this.block(field(node, 'consequence')) };
  }

  /** The statements of a block, or of a clause that holds one. */
  private block(node: Concrete | undefined): Statement[] {
    if (!node) return [];
    if (node.type === 'block') return this.statements(node.children);
    const inner = field(node, 'body') ?? field(node, 'consequence') ?? node.children.find(child => child.type === 'block');
    for (const child of node.children) if (child.type === 'comment') this.comment(child);
    return inner ? this.statements(inner.children) : [];
  }

  private parameters(node: Concrete | undefined): ParameterNode[] {
    if (!node) return [];
    const result: ParameterNode[] = [];
    let kind: ParameterNode['kind'] = 'positional';
    const add = (part: Concrete, name: Concrete | undefined, own: ParameterNode['kind'], annotation?: Concrete, value?: Concrete): void => {
      if (name) result.push({ start: part.start, end: part.end, name: this.slice(name), nameSpan: span(name), kind: own, annotation: this.optional(annotation), default: this.optional(value) });
    };
    for (const part of node.children) {
      switch (part.type) {
        case 'identifier': add(part, part, kind); break;
        case 'default_parameter': add(part, field(part, 'name'), kind, undefined, field(part, 'value')); break;
        case 'typed_default_parameter': add(part, field(part, 'name'), kind, field(part, 'type'), field(part, 'value')); break;
        case 'typed_parameter': {
          const inner = meaningful(part.children)[0];
          const type = field(part, 'type');
          if (inner?.type === 'list_splat_pattern') {
            add(part, inner.children[0], 'var-positional', type);
            kind = 'keyword-only';
          } else if (inner?.type === 'dictionary_splat_pattern') add(part, inner.children[0], 'var-keyword', type);
          else add(part, inner, kind, type);
          break;
        }
        case 'list_splat_pattern':
          add(part, identifier(part), 'var-positional');
          kind = 'keyword-only';
          break;
        case 'dictionary_splat_pattern': add(part, identifier(part), 'var-keyword'); break;
        case 'keyword_separator': kind = 'keyword-only'; break;
        case 'positional_separator':
          for (let index = 0; index < result.length; index++) result[index] = { ...result[index]!, kind: 'positional-only' };
          break;
        case 'comment': this.comment(part); break;
        default: break;
      }
    }
    return result;
  }

  private arguments(node: Concrete | undefined): { args: Expression[]; keywords: Keyword[] } {
    const args: Expression[] = [];
    const keywords: Keyword[] = [];
    for (const child of node?.children ?? []) {
      if (child.type === 'comment') this.comment(child);
      else if (child.type === 'keyword_argument') {
        const name = field(child, 'name');
        keywords.push({ start: child.start, end: child.end, name: name ? this.slice(name) : '', nameSpan: name ? span(name) : null, value: this.of(child, 'value') });
      } else if (child.type === 'dictionary_splat') keywords.push({ start: child.start, end: child.end, name: null, nameSpan: null, value: this.first(child) });
      else if (child.type !== 'ERROR') args.push(this.expression(child));
    }
    return { args, keywords };
  }

  private expressions(nodes: readonly Concrete[]): Expression[] {
    const result: Expression[] = [];
    for (const node of nodes) {
      if (node.type === 'comment') this.comment(node);
      else if (node.type !== 'ERROR') result.push(this.expression(node));
    }
    return result;
  }

  private optional(node: Concrete | undefined): Expression | null {
    return node ? this.expression(node) : null;
  }

  private of(node: Concrete, name: string): Expression {
    const child = field(node, name);
    return child ? this.expression(child) : { kind: 'Invalid', start: node.start, end: node.end };
  }

  private first(node: Concrete): Expression {
    const child = meaningful(node.children)[0];
    for (const other of node.children) if (other.type === 'comment') this.comment(other);
    return child ? this.expression(child) : { kind: 'Invalid', start: node.start, end: node.end };
  }

  private expression(node: Concrete): Expression {
    const { start, end, children } = node;
    if (node.missing) return { kind: 'Invalid', start, end };
    switch (node.type) {
      case 'identifier': return { kind: 'Name', start, end, id: this.slice(node) };
      case 'true': return { kind: 'Constant', start, end, value: true };
      case 'false': return { kind: 'Constant', start, end, value: false };
      case 'none': return { kind: 'Constant', start, end, value: null };
      case 'ellipsis': return { kind: 'Ellipsis', start, end };
      case 'integer': case 'float': return this.number(node);
      case 'string': case 'concatenated_string': return this.string(node);
      case 'attribute': {
        const name = field(node, 'attribute');
        return { kind: 'Attribute', start, end, value: this.of(node, 'object'), attr: name && !name.missing ? this.slice(name) : '', attrSpan: span(name ?? node) };
      }
      case 'call': {
        const list = field(node, 'arguments');
        const func = this.of(node, 'function');
        if (list?.type === 'generator_expression') return { kind: 'Call', start, end, func, args: [this.expression(list)], keywords: [], open: list.start };
        return { kind: 'Call', start, end, func, ...this.arguments(list), open: list?.start ?? end };
      }
      case 'subscript':
        return { kind: 'Subscript', start, end, value: this.of(node, 'value'), indices: children.filter(child => child.field === 'subscript').map(child => this.expression(child)) };
      case 'slice': return { kind: 'Slice', start, end, parts: this.expressions(children) };
      case 'list': case 'list_pattern': return { kind: 'List', start, end, elements: this.expressions(children) };
      case 'set': return { kind: 'Set', start, end, elements: this.expressions(children) };
      case 'tuple': case 'tuple_pattern': return { kind: 'Tuple', start, end, elements: this.expressions(children), parenthesized: true };
      case 'expression_list': case 'pattern_list': return { kind: 'Tuple', start, end, elements: this.expressions(children), parenthesized: false };
      case 'dictionary': return { kind: 'Dict', start, end, items: this.dictItems(children) };
      case 'list_comprehension': case 'set_comprehension': case 'dictionary_comprehension': case 'generator_expression': return this.comprehension(node);
      case 'parenthesized_expression': {
        const inner = this.first(node);
        this.parenthesized.set(inner, { start, end });
        return inner;
      }
      case 'list_splat': case 'list_splat_pattern': case 'dictionary_splat': case 'dictionary_splat_pattern': case 'parenthesized_list_splat': case 'splat_type':
        return { kind: 'Starred', start, end, value: this.first(node) };
      case 'lambda': return { kind: 'Lambda', start, end, parameters: this.parameters(field(node, 'parameters')), body: this.of(node, 'body') };
      case 'conditional_expression': {
        const [body, test, otherwise] = this.expressions(children);
        const invalid: Expression = { kind: 'Invalid', start, end };
        return { kind: 'IfExp', start, end, body: body ?? invalid, test: test ?? invalid, otherwise: otherwise ?? invalid };
      }
      case 'boolean_operator': {
        const operator = field(node, 'operator');
        return { kind: 'BoolOp', start, end, left: this.of(node, 'left'), operator: operator?.type === 'or' ? 'or' : 'and', right: this.of(node, 'right') };
      }
      case 'binary_operator': {
        const operator = field(node, 'operator');
        return { kind: 'BinOp', start, end, left: this.of(node, 'left'), operator: operator?.type ?? '', right: this.of(node, 'right') };
      }
      case 'unary_operator': return { kind: 'UnaryOp', start, end, operator: field(node, 'operator')?.type ?? '', operand: this.of(node, 'argument') };
      case 'not_operator': return { kind: 'UnaryOp', start, end, operator: 'not', operand: this.of(node, 'argument') };
      case 'comparison_operator':
        return {
          kind: 'Compare', start, end,
          operands: children.filter(child => child.field !== 'operators' && child.type !== 'comment' && child.type !== 'ERROR').map(child => this.expression(child)),
          operators: children.filter(child => child.field === 'operators').map(child => child.type),
        };
      case 'await': return { kind: 'Await', start, end, value: this.first(node) };
      case 'yield': {
        const value = children.find(child => child.type !== 'from' && child.type !== 'comment' && child.type !== 'ERROR');
        return { kind: 'Yield', start, end, value: this.optional(value) };
      }
      case 'named_expression': {
        const target = this.of(node, 'name');
        const name: Name = target.kind === 'Name' ? target : { kind: 'Name', start, end: start, id: '' };
        return { kind: 'NamedExpr', start, end, target: name, value: this.of(node, 'value') };
      }
      case 'dotted_name': {
        let result: Expression | null = null;
        for (const child of children) {
          if (child.type !== 'identifier') continue;
          result = result
            ? { kind: 'Attribute', start: result.start, end: child.end, value: result, attr: this.slice(child), attrSpan: span(child) }
            : { kind: 'Name', start: child.start, end: child.end, id: this.slice(child) };
        }
        return result ?? { kind: 'Invalid', start, end };
      }
      // Annotations have nodes of their own in the grammar; they mean the expressions that they look like.
      case 'type': case 'constrained_type': return this.first(node);
      case 'generic_type': {
        const [base, parameters] = meaningful(children);
        const indices = parameters ? this.expressions(parameters.children) : [];
        return base ? { kind: 'Subscript', start, end, value: this.expression(base), indices } : { kind: 'Invalid', start, end };
      }
      case 'union_type': {
        const [left, right] = this.expressions(children);
        return left && right ? { kind: 'BinOp', start, end, left, operator: '|', right } : { kind: 'Invalid', start, end };
      }
      case 'member_type': {
        const [object, name] = meaningful(children);
        return object && name ? { kind: 'Attribute', start, end, value: this.expression(object), attr: this.slice(name), attrSpan: span(name) } : { kind: 'Invalid', start, end };
      }
      case 'as_pattern': case 'as_pattern_target': case 'format_expression': case 'interpolation': return this.first(node);
      default: return { kind: 'Invalid', start, end };
    }
  }

  private number(node: Concrete): Expression {
    const { start, end } = node;
    const text = this.slice(node);
    const digits = text.replaceAll('_', '').toLowerCase();
    if (digits.endsWith('j') && !digits.startsWith('0x')) return { kind: 'Num', start, end, value: Number.NaN, type: 'complex', text };
    if (node.type === 'float') return { kind: 'Num', start, end, value: Number(digits), type: 'float', text };
    const value = /^0\d/.test(digits) ? Number.parseInt(digits, 8) : Number(digits.replace(/l$/, ''));
    return { kind: 'Num', start, end, value, type: 'int', text };
  }

  private string(node: Concrete): Expression {
    const { start, end } = node;
    const parts: (string | Expression)[] = [];
    let bytes = false;
    let joined = false;
    const add = (text: string): void => {
      if (typeof parts.at(-1) === 'string') parts[parts.length - 1] = (parts.at(-1) as string) + text;
      else parts.push(text);
    };
    for (const piece of node.type === 'string' ? [node] : node.children) {
      if (piece.type === 'comment') this.comment(piece);
      if (piece.type !== 'string') continue;
      const opening = piece.children.find(child => child.type === 'string_start');
      const prefix = opening ? this.slice(opening).replace(/["']/g, '').toLowerCase() : '';
      const raw = prefix.includes('r');
      const formatted = prefix.includes('f') || prefix.includes('t');
      if (prefix.includes('b')) bytes = true;
      for (const child of piece.children) {
        if (child.type === 'string_content') {
          const content = unescapeString(this.slice(child), raw, bytes);
          add(formatted ? content.replaceAll('{{', '{').replaceAll('}}', '}') : content);
        } else if (child.type === 'interpolation') {
          joined = true;
          parts.push(this.of(child, 'expression'));
        }
      }
    }
    if (joined) return { kind: 'JoinedStr', start, end, parts };
    const value = (parts[0] as string | undefined) ?? '';
    return bytes ? { kind: 'Bytes', start, end, value } : { kind: 'Str', start, end, value };
  }

  private dictItems(nodes: readonly Concrete[]): DictItem[] {
    const items: DictItem[] = [];
    for (const child of nodes) {
      if (child.type === 'pair') {
        for (const part of child.children) if (part.type === 'comment') this.comment(part);
        items.push({ start: child.start, end: child.end, key: this.of(child, 'key'), value: this.of(child, 'value') });
      } else if (child.type === 'dictionary_splat') items.push({ start: child.start, end: child.end, key: null, value: this.first(child) });
      else if (child.type === 'comment') this.comment(child);
    }
    return items;
  }

  private comprehension(node: Concrete): Expression {
    const { start, end } = node;
    const body = field(node, 'body');
    const pair = body?.type === 'pair' ? body : undefined;
    const loops: ComprehensionFor[] = [];
    const conditions: Expression[] = [];
    for (const child of node.children) {
      if (child.type === 'for_in_clause') {
        const [iterable, ...more] = child.children.filter(part => part.field === 'right');
        loops.push({
          target: this.of(child, 'left'),
          iterable: iterable && more.length ? { kind: 'Tuple', start: iterable.start, end: child.end, elements: [iterable, ...more].map(part => this.expression(part)), parenthesized: false } : this.of(child, 'right'),
        });
      } else if (child.type === 'if_clause') conditions.push(this.first(child));
      else if (child.type === 'comment') this.comment(child);
    }
    const type = node.type === 'list_comprehension' ? 'list' : node.type === 'set_comprehension' ? 'set' : node.type === 'dictionary_comprehension' ? 'dict' : 'generator';
    return {
      kind: 'Comprehension', start, end, type,
      element: pair ? this.of(pair, 'key') : this.of(node, 'body'),
      value: pair ? this.of(pair, 'value') : null,
      loops, conditions,
    };
  }

  private comment(node: Concrete): void {
    const text = this.slice(node);
    if (listened.test(text)) this.comments.push({ start: node.start, end: node.end, text });
  }

  private collectComments(node: Concrete): void {
    for (const child of node.children) {
      if (child.type === 'comment') this.comment(child);
      else this.collectComments(child);
    }
  }

  private dotted(node: Concrete): string {
    return this.slice(node).replace(/\s+/g, '');
  }

  private slice(node: Span): string {
    return this.text.slice(node.start, node.end);
  }
}

function field(node: Concrete, name: string): Concrete | undefined {
  for (const child of node.children) if (child.field === name) return child;
  return undefined;
}

function meaningful(nodes: readonly Concrete[]): Concrete[] {
  return nodes.filter(node => node.type !== 'comment' && node.type !== 'ERROR');
}

function identifier(node: Concrete): Concrete | undefined {
  return node.children.find(child => child.type === 'identifier');
}

function span({ start, end }: Span): Span {
  return { start, end };
}

function hasError(node: Concrete): boolean {
  return node.type === 'ERROR' || node.missing || node.children.some(hasError);
}
