import type { CallRemark } from '../../shared/source';
import type { Task } from '../celery/model';
import type { Project } from '../project/project';
import type { Call, Expression, ParameterNode, Span } from '../syntax/nodes';

/** Checks the text of *Run with…*, a call and options after it, against the task's signature. Offsets are those of `text`. */
export function checkCall(project: Project, name: string, text: string): CallRemark[] {
  const prefix = 'f(';
  const module = project.parse(`${prefix}${text}\n)`);
  const remark = ({ start, end }: Span, message: string, severity: CallRemark['severity'] = 'error'): CallRemark => ({
    start: clamp(start - prefix.length, text), end: Math.max(clamp(end - prefix.length, text), clamp(start - prefix.length, text)), severity, message,
  });
  const [statement] = module.body;
  const outer = module.body.length === 1 && statement?.kind === 'Expr' && statement.value.kind === 'Call' ? statement.value : null;
  const [call, second] = outer?.args ?? [];
  if (!text.trim()) return [remark({ start: prefix.length, end: prefix.length + text.length }, 'Write a call, as in add(2, 3)')];
  const [broken] = module.broken;
  if (broken) return [remark(broken.start >= prefix.length && broken.end <= prefix.length + text.length ? broken : { start: prefix.length, end: prefix.length + text.length }, 'This is not a Python expression yet')];
  if (!outer || !call) return [remark({ start: prefix.length, end: prefix.length + text.length }, 'Write a call, as in add(2, 3)')];
  if (call.kind !== 'Call') return [remark(call, 'Write a call, as in add(2, 3)')];
  if (second) return [remark(second, 'Options after the call are written as name=value')];
  const task = project.linked.registry.tasks.findLast(candidate => candidate.name === name);
  if (!task || task.parameters === null || !isCallOf(call.func, task)) return [];
  return fit(call, task.parameters).map(({ at, message }) => remark(at, message));
}

function isCallOf(func: Expression, task: Task): boolean {
  const last = func.kind === 'Name' ? func.id : func.kind === 'Attribute' ? func.attr : null;
  return last === task.node.name;
}

/** How the arguments of a call fail to fit parameters, by Python's own rules; empty where they fit or where `*` and `**` hide it. */
export function fit(call: Call, parameters: readonly ParameterNode[]): { at: Span; message: string }[] {
  const mistakes: { at: Span; message: string }[] = [];
  const positional = parameters.filter(({ kind }) => kind === 'positional' || kind === 'positional-only');
  const filled = new Set<string>();
  const stars = call.args.some(({ kind }) => kind === 'Starred');
  const doubleStars = call.keywords.some(({ name }) => name === null);
  const rest = parameters.some(({ kind }) => kind === 'var-positional');
  const anyKeyword = parameters.some(({ kind }) => kind === 'var-keyword');
  if (!stars) {
    call.args.forEach((argument, index) => {
      const parameter = positional[index];
      if (parameter) filled.add(parameter.name);
      else if (!rest) mistakes.push({ at: argument, message: `Too many arguments: ${count(positional.length, 'positional argument')} at most` });
    });
  }
  for (const { name, nameSpan } of call.keywords) {
    if (name === null || !nameSpan) continue;
    const parameter = parameters.find(candidate => candidate.name === name && (candidate.kind === 'positional' || candidate.kind === 'keyword-only'));
    if (!parameter) {
      if (!anyKeyword) mistakes.push({ at: nameSpan, message: `There is no parameter ${name}` });
    } else if (filled.has(name)) mistakes.push({ at: nameSpan, message: `${name} is given twice` });
    else filled.add(name);
  }
  const missing = parameters.filter(({ name, kind, default: value }) => !value && !filled.has(name) && ((kind === 'keyword-only' && !doubleStars) || ((kind === 'positional' || kind === 'positional-only') && !stars && !doubleStars)));
  if (missing.length) mistakes.push({ at: { start: call.open, end: call.end }, message: `Missing: ${missing.map(({ name }) => name).join(', ')}` });
  return mistakes;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function clamp(offset: number, text: string): number {
  return Math.max(0, Math.min(offset, text.length));
}
