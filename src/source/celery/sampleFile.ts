import path from 'node:path';
import type { SourceFile } from '../project/sourceFile';
import type { Evaluator } from '../semantics/evaluator';
import type { Scope } from '../semantics/scopes';
import type { Expression, Span } from '../syntax/nodes';
import type { Registry } from './tasks';

/** A module-level signature of the samples file. */
export interface Sample {
  readonly file: SourceFile;
  readonly at: Span;
  readonly variable: string | null;
  /** Registered name of the first task in it. */
  readonly task: string | null;
}

export function isSampleFile(file: string): boolean {
  return path.basename(file) === 'celery_samples.py' && path.basename(path.dirname(file)) === '.vscode';
}

/** The signatures of `.vscode/celery_samples.py`, each on its own line or bound to a name. */
export function samplesOf(file: SourceFile, evaluator: Evaluator, registry: Registry): Sample[] {
  const { scope } = file.analysis;
  const samples: Sample[] = [];
  for (const statement of file.module.body) {
    const value = statement.kind === 'Assign' || statement.kind === 'AnnAssign' || statement.kind === 'Expr' ? statement.value : null;
    if (!value || file.isBroken(statement)) continue;
    const target = statement.kind === 'Assign' ? statement.targets[0] : statement.kind === 'AnnAssign' ? statement.target : undefined;
    if (!isSignature(value, scope, evaluator)) continue;
    samples.push({ file, at: value, variable: target?.kind === 'Name' ? target.id : null, task: firstTask(value, scope, evaluator, registry) });
  }
  return samples;
}

const makers = new Set(['s', 'si', 'signature', 'subtask', 'chunks', 'map', 'starmap']);
const refiners = new Set(['set', 'clone', 'on_error', 'link', 'link_error', 'then', 'skew', 'group', 'stamp']);
const canvas = new Set(['celery.chain', 'celery.group', 'celery.chord', 'celery.signature', 'celery.Signature', 'celery.chunks', 'celery.xmap', 'celery.xstarmap']);

/** Whether an expression makes a signature: `task.s(…)`, a canvas, one piped into another, one refined by `.set(…)`. */
export function isSignature(node: Expression, scope: Scope, evaluator: Evaluator): boolean {
  if (node.kind === 'BinOp') return node.operator === '|' && (isSignature(node.left, scope, evaluator) || isSignature(node.right, scope, evaluator));
  if (node.kind === 'Name') {
    const value = evaluator.evaluate(node, scope);
    return value.kind === 'call' && value.node !== (node as Expression) && isSignature(value.node, value.scope, evaluator);
  }
  if (node.kind !== 'Call') return false;
  if (node.func.kind === 'Attribute') {
    if (makers.has(node.func.attr)) return true;
    if (refiners.has(node.func.attr)) return isSignature(node.func.value, scope, evaluator);
  }
  const callee = evaluator.evaluate(node.func, scope);
  return callee.kind === 'symbol' && canvas.has(callee.path);
}

function firstTask(node: Expression, scope: Scope, evaluator: Evaluator, registry: Registry): string | null {
  const inside = (...nodes: readonly Expression[]): string | null => {
    for (const inner of nodes) {
      const found = firstTask(inner, scope, evaluator, registry);
      if (found !== null) return found;
    }
    return null;
  };
  switch (node.kind) {
    case 'Name': case 'Attribute': {
      const task = registry.taskOf(evaluator.evaluate(node, scope));
      if (task) return task.name;
      return node.kind === 'Attribute' ? inside(node.value) : null;
    }
    case 'Str': return registry.byName(node.value)?.name ?? null;
    case 'Call': return inside(node.func, ...node.args, ...node.keywords.map(({ value }) => value));
    case 'BinOp': return inside(node.left, node.right);
    case 'List': case 'Tuple': case 'Set': return inside(...node.elements);
    case 'Comprehension': return inside(node.element);
    case 'Starred': return inside(node.value);
    default: return null;
  }
}
