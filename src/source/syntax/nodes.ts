/**
 * Our own small syntax tree of a Python module, named as in Python's `ast`. Offsets are UTF-16, end exclusive.
 * Nodes have no parents, so that keeping one keeps only what is below it.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Node<Kind extends string> extends Span {
  readonly kind: Kind;
}

export interface Name extends Node<'Name'> { readonly id: string }
export interface Str extends Node<'Str'> { readonly value: string }
export interface Bytes extends Node<'Bytes'> { readonly value: string }
/** An f-string, or a concatenation that holds one. `parts` are constant texts and expressions in order. */
export interface JoinedStr extends Node<'JoinedStr'> { readonly parts: readonly (string | Expression)[] }
/** `value` is NaN for complex numbers. Integers beyond 2^53 are rounded; `text` is exact. */
export interface Num extends Node<'Num'> { readonly value: number; readonly type: 'int' | 'float' | 'complex'; readonly text: string }
export interface Constant extends Node<'Constant'> { readonly value: true | false | null }
export interface Ellipsis extends Node<'Ellipsis'> {}
export interface Attribute extends Node<'Attribute'> { readonly value: Expression; readonly attr: string; readonly attrSpan: Span }
export interface Keyword extends Span { /** Null for `**value`. */ readonly name: string | null; readonly nameSpan: Span | null; readonly value: Expression }
/** `open` is the offset of the opening parenthesis of the arguments. */
export interface Call extends Node<'Call'> { readonly func: Expression; readonly args: readonly Expression[]; readonly keywords: readonly Keyword[]; readonly open: number }
export interface Subscript extends Node<'Subscript'> { readonly value: Expression; readonly indices: readonly Expression[] }
export interface Slice extends Node<'Slice'> { readonly parts: readonly Expression[] }
export interface Starred extends Node<'Starred'> { readonly value: Expression }
export interface List extends Node<'List'> { readonly elements: readonly Expression[] }
export interface Tuple extends Node<'Tuple'> { readonly elements: readonly Expression[]; readonly parenthesized: boolean }
export interface SetDisplay extends Node<'Set'> { readonly elements: readonly Expression[] }
/** `key` null: `**value`. */
export interface DictItem extends Span { readonly key: Expression | null; readonly value: Expression }
export interface Dict extends Node<'Dict'> { readonly items: readonly DictItem[] }
export interface ComprehensionFor { readonly target: Expression; readonly iterable: Expression }
export interface Comprehension extends Node<'Comprehension'> {
  readonly type: 'list' | 'set' | 'dict' | 'generator';
  readonly element: Expression;
  /** The value of a dict comprehension, whose key is `element`. */
  readonly value: Expression | null;
  readonly loops: readonly ComprehensionFor[];
  readonly conditions: readonly Expression[];
}
export interface Lambda extends Node<'Lambda'> { readonly parameters: readonly ParameterNode[]; readonly body: Expression }
export interface IfExp extends Node<'IfExp'> { readonly test: Expression; readonly body: Expression; readonly otherwise: Expression }
export interface BinOp extends Node<'BinOp'> { readonly left: Expression; readonly operator: string; readonly right: Expression }
export interface BoolOp extends Node<'BoolOp'> { readonly left: Expression; readonly operator: 'and' | 'or'; readonly right: Expression }
export interface UnaryOp extends Node<'UnaryOp'> { readonly operator: string; readonly operand: Expression }
export interface Compare extends Node<'Compare'> { readonly operands: readonly Expression[]; readonly operators: readonly string[] }
export interface Await extends Node<'Await'> { readonly value: Expression }
export interface Yield extends Node<'Yield'> { readonly value: Expression | null }
export interface NamedExpr extends Node<'NamedExpr'> { readonly target: Name; readonly value: Expression }
/** What could not be parsed. */
export interface Invalid extends Node<'Invalid'> {}

export type Expression =
  | Name | Str | Bytes | JoinedStr | Num | Constant | Ellipsis | Attribute | Call | Subscript | Slice | Starred | List | Tuple | SetDisplay | Dict
  | Comprehension | Lambda | IfExp | BinOp | BoolOp | UnaryOp | Compare | Await | Yield | NamedExpr | Invalid;

export interface ParameterNode extends Span {
  readonly name: string;
  readonly nameSpan: Span;
  readonly kind: 'positional-only' | 'positional' | 'var-positional' | 'keyword-only' | 'var-keyword';
  readonly annotation: Expression | null;
  readonly default: Expression | null;
}

export interface Decorator extends Span { readonly expression: Expression }

export interface FunctionDef extends Node<'FunctionDef'> {
  readonly name: string;
  readonly nameSpan: Span;
  readonly decorators: readonly Decorator[];
  readonly parameters: readonly ParameterNode[];
  readonly returns: Expression | null;
  readonly body: readonly Statement[];
  readonly async: boolean;
  /** Offset of `def` or `async`, after the decorators. */
  readonly defStart: number;
}
export interface ClassDef extends Node<'ClassDef'> {
  readonly name: string;
  readonly nameSpan: Span;
  readonly decorators: readonly Decorator[];
  readonly bases: readonly Expression[];
  readonly keywords: readonly Keyword[];
  readonly body: readonly Statement[];
  readonly defStart: number;
}
export interface Assign extends Node<'Assign'> { readonly targets: readonly Expression[]; readonly value: Expression }
export interface AnnAssign extends Node<'AnnAssign'> { readonly target: Expression; readonly annotation: Expression; readonly value: Expression | null }
export interface AugAssign extends Node<'AugAssign'> { readonly target: Expression; readonly operator: string; readonly value: Expression }
export interface ExpressionStatement extends Node<'Expr'> { readonly value: Expression }
export interface Return extends Node<'Return'> { readonly value: Expression | null }
export interface Raise extends Node<'Raise'> { readonly exception: Expression | null; readonly cause: Expression | null }
export interface Delete extends Node<'Delete'> { readonly targets: readonly Expression[] }
export interface Assert extends Node<'Assert'> { readonly values: readonly Expression[] }
export interface Simple extends Node<'Simple'> { readonly keyword: 'pass' | 'break' | 'continue' | 'other' }
export interface Declare extends Node<'Declare'> { readonly scope: 'global' | 'nonlocal'; readonly names: readonly string[] }
export interface ImportAlias extends Span { readonly name: string; readonly nameSpan: Span; readonly alias: string | null; readonly aliasSpan: Span | null }
export interface Import extends Node<'Import'> { readonly names: readonly ImportAlias[] }
/** `level` counts the leading dots; `names` null: `*`. */
export interface ImportFrom extends Node<'ImportFrom'> { readonly module: string; readonly level: number; readonly moduleSpan: Span; readonly names: readonly ImportAlias[] | null }
export interface If extends Node<'If'> { readonly test: Expression; readonly body: readonly Statement[]; readonly otherwise: readonly Statement[] }
export interface For extends Node<'For'> { readonly target: Expression; readonly iterable: Expression; readonly body: readonly Statement[]; readonly otherwise: readonly Statement[] }
export interface While extends Node<'While'> { readonly test: Expression; readonly body: readonly Statement[]; readonly otherwise: readonly Statement[] }
export interface ExceptHandler extends Span { readonly type: Expression | null; readonly name: string | null; readonly body: readonly Statement[] }
export interface Try extends Node<'Try'> { readonly body: readonly Statement[]; readonly handlers: readonly ExceptHandler[]; readonly otherwise: readonly Statement[]; readonly final: readonly Statement[] }
export interface WithItem extends Span { readonly context: Expression; readonly target: Expression | null }
export interface With extends Node<'With'> { readonly items: readonly WithItem[]; readonly body: readonly Statement[] }
export interface MatchCase extends Span { /** Names that the pattern binds. */ readonly names: readonly string[]; readonly guard: Expression | null; readonly body: readonly Statement[] }
export interface Match extends Node<'Match'> { readonly subject: readonly Expression[]; readonly cases: readonly MatchCase[] }
export interface TypeAlias extends Node<'TypeAlias'> { readonly name: string | null; readonly value: Expression }

export type Statement =
  | FunctionDef | ClassDef | Assign | AnnAssign | AugAssign | ExpressionStatement | Return | Raise | Delete | Assert | Simple | Declare | Import | ImportFrom
  | If | For | While | Try | With | Match | TypeAlias;

export interface Comment extends Span { readonly text: string }

/** A parsed file. */
export interface Module {
  readonly text: string;
  readonly body: readonly Statement[];
  /** Comments that may speak to us (`# noqa`, `# celery: …`, `# type: …`). */
  readonly comments: readonly Comment[];
  /** Ranges in which nothing can be trusted, in order. */
  readonly broken: readonly Span[];
  /** Outer ranges, with the parentheses, of expressions that stand in redundant ones. */
  readonly parenthesized: ReadonlyMap<Expression, Span>;
}
