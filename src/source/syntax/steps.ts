import type { Tree, TreeCursor } from 'web-tree-sitter';

/** A walk over a tree of the grammar, standing at one node. */
export interface Steps {
  type(): number;
  start(): number;
  end(): number;
  /** 0: none. */
  field(): number;
  missing(): boolean;
  down(): boolean;
  next(): boolean;
  up(): void;
  done(): void;
}

/** What the binding's own module object offers once it is started: the functions that its cursor calls. */
interface Binding {
  readonly HEAP32?: Int32Array;
  readonly _ts_init?: () => number;
  readonly _ts_tree_cursor_current_node_type_id_wasm?: (tree: number) => number;
  readonly _ts_tree_cursor_start_index_wasm?: (tree: number) => number;
  readonly _ts_tree_cursor_end_index_wasm?: (tree: number) => number;
  readonly _ts_tree_cursor_current_field_id_wasm?: (tree: number) => number;
  readonly _ts_tree_cursor_current_node_is_missing_wasm?: (tree: number) => number;
  readonly _ts_tree_cursor_goto_first_child_wasm?: (tree: number) => number;
  readonly _ts_tree_cursor_goto_next_sibling_wasm?: (tree: number) => number;
  readonly _ts_tree_cursor_goto_parent_wasm?: (tree: number) => number;
}

/**
 * The binding's cursor copies its state into the parser's memory before each call and back after it. While one cursor walks alone that state
 * stays where it is, so we call the same functions without the copies: 2.5 times faster. Where the binding does not offer them
 * (`binding` is the object given to `Parser.init`, which it fills), the ordinary cursor walks.
 */
export function stepsOver(binding: object): (tree: Tree) => Steps {
  const {
    _ts_init: init, _ts_tree_cursor_current_node_type_id_wasm: type, _ts_tree_cursor_start_index_wasm: start, _ts_tree_cursor_end_index_wasm: end,
    _ts_tree_cursor_current_field_id_wasm: field, _ts_tree_cursor_current_node_is_missing_wasm: missing, _ts_tree_cursor_goto_first_child_wasm: down,
    _ts_tree_cursor_goto_next_sibling_wasm: next, _ts_tree_cursor_goto_parent_wasm: up,
  } = binding as Binding;
  if (!init || !type || !start || !end || !field || !missing || !down || !next || !up || !(binding as Binding).HEAP32) return ordinarySteps;
  const state = init() >> 2;
  return tree => {
    const handle = (tree as unknown as readonly number[])[0];
    if (typeof handle !== 'number') return ordinarySteps(tree);
    const cursor = tree.walk();
    return {
      type: () => type(handle),
      start: () => start(handle),
      end: () => end(handle),
      field: () => field(handle),
      missing: () => missing(handle) === 1,
      down: () => down(handle) === 1,
      next: () => next(handle) === 1,
      up: () => void up(handle),
      done: () => {
        const heap = (binding as Binding).HEAP32!;
        for (let index = 0; index < 4; index++) (cursor as unknown as number[])[index] = heap[state + index]!;
        cursor.delete();
      },
    };
  };
}

export function ordinarySteps(tree: Tree): Steps {
  const cursor: TreeCursor = tree.walk();
  return {
    type: () => cursor.nodeTypeId,
    start: () => cursor.startIndex,
    end: () => cursor.endIndex,
    field: () => cursor.currentFieldId,
    missing: () => cursor.nodeIsMissing,
    down: () => cursor.gotoFirstChild(),
    next: () => cursor.gotoNextSibling(),
    up: () => void cursor.gotoParent(),
    done: () => cursor.delete(),
  };
}
