import path from 'node:path';
import { Edit, Language, Parser, type Tree } from 'web-tree-sitter';
import { buildModule, hasError, type Concrete } from './build';
import type { Module, Span } from './nodes';
import { Pieces, type Piece } from './pieces';
import { stepsOver, type Steps } from './steps';

/** One replaced piece of text: UTF-16 offsets before the edit, and what came in. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Nodes of the grammar that carry nothing below them that we need. */
const leaves = new Set(['identifier', 'integer', 'float', 'true', 'false', 'none', 'comment', 'string_start', 'string_content', 'string_end', 'ellipsis', 'import_prefix', 'wildcard_import', 'pass_statement', 'break_statement', 'continue_statement', 'type_conversion', 'line_continuation', 'positional_separator', 'keyword_separator']);
/** Tokens that tell us something where they are the operator of their parent: `*` also marks starred arguments. */
const operators = new Set(['and', 'or', 'not', '+', '-', '*', '/', '%', '//', '**', '|', '&', '^', '<<', '>>', '@', '~', '<', '<=', '==', '!=', '>=', '>', '<>', 'in', 'not in', 'is', 'is not', '+=', '-=', '*=', '/=', '%=', '//=', '**=', '|=', '&=', '^=', '<<=', '>>=', '@=']);
const words = new Set(['async', 'from']);
const skipped = new Set(['line_continuation', 'escape_sequence', 'escape_interpolation']);

/** The type of ERROR nodes, by the grammar's runtime. */
const errorId = 65535;

/** Shared by all leaves, of which there are more than of anything else. */
const childless: Concrete[] = [];

const enum Walk { Skip, Leaf, Operator, Descend }

/** Lines at the left margin that begin a statement whatever stands open above: where parsing may start again after a mistake. */
const margin = /^(?:@|def\s|async\s+def\s|class\s|import\s|from\s+[\w.]+\s+import\b|[A-Za-z_]\w*(?:\.\w+)*(?::[^=\n]*)? = )/gm;

/** Parses Python. One per process: the grammar is loaded once, from two files. */
export class PythonParser {
  readonly #parser = new Parser();
  readonly #walk: readonly Walk[];
  readonly #types: readonly string[];
  readonly #fields: readonly (string | null)[];

  private constructor(language: Language, private readonly walk: (tree: Tree) => Steps) {
    this.#parser.setLanguage(language);
    this.#types = language.types;
    this.#fields = language.fields;
    this.#walk = language.types.map((type, id) => {
      if (skipped.has(type)) return Walk.Skip;
      if (!language.nodeTypeIsNamed(id)) return operators.has(type) ? Walk.Operator : words.has(type) ? Walk.Leaf : Walk.Skip;
      return leaves.has(type) ? Walk.Leaf : Walk.Descend;
    });
  }

  /** @param directory holds `web-tree-sitter.wasm` and `tree-sitter-python.wasm`. */
  static async load(directory: string): Promise<PythonParser> {
    const binding = { locateFile: () => path.join(directory, 'web-tree-sitter.wasm') };
    await Parser.init(binding);
    return new PythonParser(await Language.load(path.join(directory, 'tree-sitter-python.wasm')), stepsOver(binding));
  }

  /** Parses a whole text. Never throws for what the text holds. */
  parse(text: string): Module {
    const tree = this.#parse(text);
    try {
      return this.#module(text, tree, null);
    } finally {
      tree.delete();
    }
  }

  /** For a text that is being edited: keeps the tree, so that the next {@link Document.edit} parses only what changed. */
  open(text: string): ParsedDocument {
    const pieces = new Pieces();
    return new ParsedDocument(text, (next, old) => this.#parse(next, old), (next, tree) => this.#module(next, tree, pieces));
  }

  #parse(text: string, old: Tree | null = null): Tree {
    const tree = this.#parser.parse(text, old);
    if (!tree) throw new Error('The parser was cancelled.');
    return tree;
  }

  #module(text: string, tree: Tree, known: Pieces | null): Module {
    const errors = tree.rootNode.hasError;
    known?.begin();
    const pieces = this.#pieces(text, tree, errors, known);
    return buildModule(text, errors ? this.#recover(text, pieces, known) : pieces, errors);
  }

  /** The top level, each node of the grammar a piece. */
  #pieces(text: string, tree: Tree, errors: boolean, known: Pieces | null): Piece[] {
    return this.#walkOver(tree, steps => this.#children(steps, errors, (id, role) => {
      const read = (): Piece => {
        const node = this.#concrete(steps, id, role, 0, errors);
        return { start: node.start, nodes: [node], whole: !errors || !hasError(node), parts: null };
      };
      return known ? known.get(text, { start: steps.start(), end: steps.end() }, false, read) : read();
    }));
  }

  /**
   * An unclosed bracket makes the grammar swallow the statements after it. So the stretch of top-level nodes with mistakes is cut at lines
   * that begin a statement for sure, and each piece is parsed alone: one broken statement costs only itself.
   */
  #recover(text: string, pieces: readonly Piece[], known: Pieces | null): Piece[] {
    const result: Piece[] = [];
    for (let index = 0; index < pieces.length;) {
      const piece = pieces[index]!;
      if (piece.whole) {
        result.push(piece);
        index++;
        continue;
      }
      let after = index + 1;
      while (after < pieces.length && !pieces[after]!.whole) after++;
      const spans = cut(text, piece.start, pieces[after]?.start ?? text.length);
      if (spans.length === 1) result.push(...pieces.slice(index, after));
      else for (const span of spans) result.push(known ? known.get(text, span, true, () => this.#alone(text, span)) : this.#alone(text, span));
      index = after;
    }
    return result;
  }

  #alone(text: string, { start, end }: Span): Piece {
    const tree = this.#parse(text.slice(start, end));
    try {
      const errors = tree.rootNode.hasError;
      const nodes = this.#walkOver(tree, steps => this.#children(steps, errors, (id, role) => this.#concrete(steps, id, role, start, errors)));
      return { start, nodes, whole: !errors, parts: null };
    } finally {
      tree.delete();
    }
  }

  #walkOver<Result>(tree: Tree, read: (steps: Steps) => Result): Result {
    const steps = this.walk(tree);
    try {
      return read(steps);
    } finally {
      steps.done();
    }
  }

  /** Copies what we need of the tree out of the parser's memory, in one pass: each step over that border costs. */
  #concrete(steps: Steps, id: number, field: number, base: number, errors: boolean): Concrete {
    const descends = id === errorId || this.#walk[id] === Walk.Descend;
    const start = steps.start() + base;
    const end = steps.end() + base;
    const missing = errors && steps.missing();
    const children = descends ? this.#children(steps, errors, (child, role) => this.#concrete(steps, child, role, base, errors)) : childless;
    return { type: id === errorId ? 'ERROR' : this.#types[id] ?? 'ERROR', field: field ? this.#fields[field] ?? null : null, start, end, children, missing };
  }

  /** Goes over those nodes below the one at hand that we need. */
  #children<Result>(steps: Steps, errors: boolean, read: (id: number, field: number) => Result): Result[] {
    const result: Result[] = [];
    if (!steps.down()) return result;
    do {
      const id = steps.type();
      const walk = id === errorId ? Walk.Descend : this.#walk[id];
      if (walk === Walk.Skip && !(errors && steps.missing())) continue;
      const role = steps.field();
      if (walk === Walk.Operator && !role) continue;
      result.push(read(id, role));
    } while (steps.next());
    steps.up();
    return result;
  }
}

/** A text with its tree. Dispose of it: the tree lives in the parser's memory. */
export class ParsedDocument {
  #text: string;
  #tree: Tree;
  #module: Module | null = null;

  constructor(text: string, private readonly parse: (text: string, old: Tree | null) => Tree, private readonly build: (text: string, tree: Tree) => Module) {
    this.#text = text;
    this.#tree = parse(text, null);
  }

  get text(): string {
    return this.#text;
  }

  get module(): Module {
    return this.#module ??= this.build(this.#text, this.#tree);
  }

  /** Applies edits one after the other, each in the coordinates that the one before left. */
  edit(edits: readonly TextEdit[]): void {
    let text = this.#text;
    for (const edit of edits) {
      const end = edit.start + edit.text.length;
      const next = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
      this.#tree.edit(new Edit({
        startIndex: edit.start, oldEndIndex: edit.end, newEndIndex: end,
        startPosition: point(text, edit.start), oldEndPosition: point(text, edit.end), newEndPosition: point(next, end),
      }));
      text = next;
    }
    const tree = this.parse(text, this.#tree);
    this.#tree.delete();
    this.#tree = tree;
    this.#text = text;
    this.#module = null;
  }

  dispose(): void {
    this.#tree.delete();
  }
}

function point(text: string, offset: number): { row: number; column: number } {
  let row = 0;
  let start = 0;
  for (let next = text.indexOf('\n'); next !== -1 && next < offset; next = text.indexOf('\n', next + 1)) {
    row++;
    start = next + 1;
  }
  return { row, column: offset - start };
}

function cut(text: string, start: number, end: number): Span[] {
  const starts = [start];
  margin.lastIndex = start + 1;
  for (let match = margin.exec(text); match && match.index < end; match = margin.exec(text)) starts.push(match.index);
  // A decorator belongs to what it decorates, so a piece never ends after decorators alone.
  const pieces: Span[] = [];
  for (let index = 0; index < starts.length; index++) {
    const from = starts[index]!;
    while (index + 1 < starts.length && text[starts[index]!] === '@') index++;
    pieces.push({ start: from, end: starts[index + 1] ?? end });
  }
  return pieces;
}
