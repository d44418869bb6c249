import path from 'node:path';
import { Edit, Language, Parser, type Tree } from 'web-tree-sitter';
import { buildModule } from './build';
import { CellWriter, errorId, hasMistake, maxDepth, nodesOf } from './cells';
import { lineFeeds } from './lines';
import type { Module, Span } from './nodes';
import { Pieces, type Piece } from './pieces';
import type { Reading } from './reading';
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

const enum Walk { Skip, Leaf, Operator, Descend }

/** Lines at the left margin that begin a statement whatever stands open above: where parsing may start again after a mistake. */
const margin = /^(?:@|def\s|async\s+def\s|class\s|import\s|from\s+[\w.]+\s+import\b|[A-Za-z_]\w*(?:\.\w+)*(?::[^=\n]*)? = )/gm;

/** Parses Python. One per process: the grammar is loaded once, from two files. */
export class PythonParser {
  readonly #parser = new Parser();
  readonly #cells = new CellWriter();
  readonly #walk: readonly Walk[];
  readonly #types: readonly string[];
  readonly #fields: readonly (string | null)[];

  /** @param directory that it was loaded from */
  private constructor(readonly directory: string, language: Language, private readonly walk: (tree: Tree) => Steps) {
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
    return new PythonParser(directory, await Language.load(path.join(directory, 'tree-sitter-python.wasm')), stepsOver(binding));
  }

  /** Parses a whole text. Never throws for what the text holds. */
  parse(text: string): Module {
    return this.build(text, this.read(text));
  }

  /** The first half of {@link parse}, which may be done on another thread. */
  read(text: string): Reading {
    const tree = this.#parse(text);
    try {
      return this.#read(text, tree, null);
    } finally {
      tree.delete();
    }
  }

  /** The second half of {@link parse}. */
  build(text: string, reading: Reading): Module {
    return buildModule(text, reading, ({ cells, start }) => nodesOf(cells, start, this.#types, this.#fields));
  }

  /** For a text that is being edited: keeps the tree, so that the next {@link ParsedDocument.edit} parses only what changed. */
  open(text: string): ParsedDocument {
    const pieces = new Pieces();
    return new ParsedDocument(text, (next, old) => this.#parse(next, old), (next, tree) => this.build(next, this.#read(next, tree, pieces)));
  }

  #parse(text: string, old: Tree | null = null): Tree {
    const tree = this.#parser.parse(lineFeeds(text), old);
    if (!tree) throw new Error('The parser was cancelled.');
    return tree;
  }

  #read(text: string, tree: Tree, known: Pieces | null): Reading {
    known?.begin();
    const pieces = this.#pieces(text, tree, known);
    const errors = tree.rootNode.hasError || pieces.some(({ whole }) => !whole);
    return { pieces: errors ? this.#recover(text, pieces, known) : pieces, errors };
  }

  /** The top level, each node of the grammar a piece. */
  #pieces(text: string, tree: Tree, known: Pieces | null): Piece[] {
    const errors = tree.rootNode.hasError;
    const pieces: Piece[] = [];
    this.#walkOver(tree, steps => this.#children(steps, errors, (id, role) => {
      const start = steps.start();
      const read = (): Piece => {
        this.#copy(steps, id, role, -start, errors);
        return this.#piece(start);
      };
      pieces.push(known ? known.get(text, { start, end: steps.end() }, id, read) : read());
    }));
    return pieces;
  }

  /** Of what was copied since the last one. */
  #piece(start: number): Piece {
    const cells = this.#cells.take();
    return { start, cells, whole: !hasMistake(cells), parts: null };
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
      else for (const span of spans) result.push(known ? known.get(text, span, null, () => this.#alone(text, span)) : this.#alone(text, span));
      index = after;
    }
    return result;
  }

  #alone(text: string, { start, end }: Span): Piece {
    const tree = this.#parse(text.slice(start, end));
    try {
      const errors = tree.rootNode.hasError;
      this.#walkOver(tree, steps => this.#children(steps, errors, (id, role) => this.#copy(steps, id, role, 0, errors)));
      return this.#piece(start);
    } finally {
      tree.delete();
    }
  }

  #walkOver(tree: Tree, read: (steps: Steps) => void): void {
    const steps = this.walk(tree);
    try {
      read(steps);
    } finally {
      steps.done();
    }
  }

  /** Copies what we need of a node out of the parser's memory, in one pass: each step over that border costs. */
  #copy(steps: Steps, id: number, field: number, base: number, errors: boolean, depth = 0): void {
    const descends = id === errorId || this.#walk[id] === Walk.Descend;
    const tooDeep = descends && depth === maxDepth;
    const node = this.#cells.open(tooDeep ? errorId : id, errors && steps.missing(), field, steps.start() + base, steps.end() + base);
    if (descends && !tooDeep) this.#children(steps, errors, (child, role) => this.#copy(steps, child, role, base, errors, depth + 1));
    this.#cells.close(node);
  }

  /** Goes over those nodes below the one at hand that we need. */
  #children(steps: Steps, errors: boolean, read: (id: number, field: number) => void): void {
    if (!steps.down()) return;
    do {
      const id = steps.type();
      const walk = id === errorId ? Walk.Descend : this.#walk[id];
      if (walk === Walk.Skip && !(errors && steps.missing())) continue;
      const role = steps.field();
      if (walk === Walk.Operator && !role) continue;
      read(id, role);
    } while (steps.next());
    steps.up();
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

function point(written: string, offset: number): { row: number; column: number } {
  const text = lineFeeds(written);
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
