import type { Linked } from '../../project/linked';
import type { ParameterNode } from '../../syntax/nodes';
import { walk } from '../../syntax/walk';
import type { LintContext } from '../context';
import { plainTasks, type PlainTask } from '../definitions';
import { importPlace, indentationAt } from '../edits';
import type { Fix, FixEdit, Rule } from '../rule';
import { given } from '../settingValues';
import { mentions } from '../usage';

export const asyncTask: Rule = {
  code: 'CEL305',
  name: 'async-task',
  severity: 'error',
  summary: 'A task that is an async function: the worker does not await the coroutine, so its body never runs and its result cannot be encoded.',
  *check(context) {
    for (const task of plainTasks(context)) {
      if (!task.node.async || task.parameters === null || !context.linked.behaviours.of(task).plainCall || isAdapted(task, context.linked)) continue;
      yield {
        at: task.node.nameSpan,
        message: `The worker does not await ${task.node.name}: its body never runs, and the coroutine that it returns cannot be encoded as a result`,
        fixes: runInLoop(task, context),
      };
    }
  },
};

const adapters = /\b(?:aio_celery|celery_aio_pool|celery_pool_asyncio)\b|CELERY_CUSTOM_WORKER_POOL/;
const pools = new Set(['prefork', 'processes', 'solo', 'threads', 'gevent', 'eventlet']);

/** Whether something runs coroutines: a package for it, or a pool that is not Celery's. */
function isAdapted({ app }: PlainTask, linked: Linked): boolean {
  return mentions(linked, adapters) || given(linked, 'worker_pool', app).some(({ value, scope }) => !pools.has(linked.folder.string(value, scope) ?? ''));
}

/** `def fetch(url): return asyncio.run(_fetch(url))` above `async def _fetch(url)`. */
function runInLoop({ node, scope }: PlainTask, context: LintContext): Fix[] {
  const { file } = context;
  const { text } = file.module;
  const name = `_${node.name}`;
  const asyncio = importAsyncio(context);
  if (scope.kind !== 'module' || scope.bindings.has(name) || scope.stars.length || asyncio === null || isGenerator(node)) return [];
  const head = /^async(\s+)def\b/.exec(text.slice(node.defStart, node.nameSpan.start));
  const first = node.body[0];
  if (!head || !first) return [];
  const signature = text.slice(node.defStart, first.start).slice(head[0].length - 'def'.length).replace(/\s*(?:#[^\n]*)?$/, '');
  if (!signature.endsWith(':') || signature.includes('#')) return [];
  const indent = indentationAt(file, node.defStart);
  const outer = `${signature}\n${indent}    return asyncio.run(${name}(${node.parameters.map(passed).join(', ')}))\n\n\n${indent}`;
  return [{
    title: 'Run it with asyncio.run', safe: false,
    edits: [...asyncio, { span: { start: node.defStart, end: node.defStart }, text: outer }, { span: node.nameSpan, text: name }],
  }];
}

function passed({ name, kind }: ParameterNode): string {
  switch (kind) {
    case 'var-positional': return `*${name}`;
    case 'var-keyword': return `**${name}`;
    case 'keyword-only': return `${name}=${name}`;
    default: return name;
  }
}

/** The edits that make `asyncio` mean the module; null where it means something else. */
function importAsyncio({ analysis, file }: LintContext): FixEdit[] | null {
  const bindings = analysis.scope.bindings.get('asyncio');
  if (bindings) return bindings.every(binding => binding.kind === 'import' && binding.module === 'asyncio' && binding.name === null) ? [] : null;
  const at = importPlace(file);
  return [{ span: { start: at, end: at }, text: 'import asyncio\n' }];
}

function isGenerator({ body }: PlainTask['node']): boolean {
  let found = false;
  for (const statement of body) {
    walk(statement, part => {
      if ('kind' in part && (part.kind === 'FunctionDef' || part.kind === 'Lambda')) return false;
      if ('kind' in part && part.kind === 'Yield') found = true;
      return true;
    });
  }
  return found;
}
