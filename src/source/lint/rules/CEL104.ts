import { nearest, tolerance } from '../../../celery/nearMiss';
import { callOptionsOf, isCallOption } from '../../../celery/options';
import type { CallSite, Via } from '../../celery/calls';
import { lastIdentifier } from '../../celery/plausible';
import type { Call, Keyword } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { isMessage } from '../dispatch';
import { isKnown } from '../knownTasks';
import { onSignatures } from '../optionCalls';
import { list } from '../phrases';
import type { Finding, Fix, Rule } from '../rule';

export const unknownApplyOption: Rule = {
  code: 'CEL104',
  name: 'unknown-apply-option',
  severity: 'warning',
  summary: 'A keyword of apply_async that is no option: it travels with the message and nobody reads it, the task least of all.',
  *check(context) {
    for (const site of context.calls) {
      if (!sending.has(site.via) || !isMessage(site, context)) continue;
      const unknown = unknownOptions(site, context);
      const misplaced = unknown.filter(({ name }) => isParameter(name!, site, context));
      for (const keyword of unknown) {
        if (misplaced.includes(keyword)) yield argumentAmongOptions(keyword, misplaced, site, context);
        else yield* misspelt(keyword, site.node, site.via, context);
      }
    }
    for (const { node, options } of onSignatures(context)) {
      if (options.some(({ name }) => name === 'stamped_headers')) continue;
      for (const keyword of options) if (!ofSignatures.has(keyword.name!) && !isCallOption(keyword.name!, 'apply_async', context.linked.versions.celery)) yield* misspelt(keyword, node, lastIdentifier(node.func), context);
    }
  },
};

const sending = new Set<Via>(['apply_async', 'apply_async_on_commit', 'send_task']);
/** What signatures themselves take. */
const ofSignatures = new Set(['immutable', 'options', 'route_name']);

function unknownOptions(site: CallSite, context: LintContext): readonly Keyword[] {
  const { options, via } = site;
  // Stamps have whatever names that option lists.
  if (options.some(({ name }) => name === 'stamped_headers')) return [];
  const isOption = (name: string): boolean => isCallOption(name, via === 'send_task' ? 'send_task' : 'apply_async', context.linked.versions.celery);
  // AMQP has a property user_id, which is the broker's user: a task's parameter of that name means another.
  return options.filter(({ name }) => name !== null && (!isOption(name) || (name === 'user_id' && isParameter(name, site, context))));
}

function isParameter(name: string, { task }: CallSite, context: LintContext): boolean {
  return task !== null && isKnown(task, context) && task.parameters.some(parameter => parameter.name === name && (parameter.kind === 'positional' || parameter.kind === 'keyword-only'));
}

function argumentAmongOptions({ name, nameSpan }: Keyword, misplaced: readonly Keyword[], site: CallSite, context: LintContext): Finding {
  const task = site.task!;
  const parameter = task.parameters!.find(candidate => candidate.name === name)!;
  const outcome = parameter.default ? `the task runs with ${name}=${task.file.text(parameter.default)}` : 'TypeError, for it is missing';
  return {
    at: nameSpan!,
    message: `${name} is a parameter of ${task.node.name}, and is given as an option of ${site.via}: it is lost unless it is in kwargs, and ${outcome}`,
    related: [{ file: task.file, at: task.node.nameSpan, message: `${task.node.name} is defined here` }],
    fixes: move(site, misplaced, context),
  };
}

/** Puts what belongs to the task into `kwargs`; nothing where those are not written out. */
function move({ node, via }: CallSite, misplaced: readonly Keyword[], { file }: LintContext): Fix[] {
  const position = via === 'send_task' ? 2 : 1;
  const given = node.args[position] ?? node.keywords.find(({ name }) => name === 'kwargs')?.value;
  if (given && given.kind !== 'Dict') return [];
  if (node.args.some(({ kind }) => kind === 'Starred') || node.keywords.some(({ name }) => name === null)) return [];
  const pairs = misplaced.map(({ name, value }) => `"${name!}": ${file.text(value)}`);
  const kwargs = `{${[...given?.kind === 'Dict' ? given.items.map(item => file.text(item)) : [], ...pairs].join(', ')}}`;
  const args = node.args.map((argument, index) => index === position ? kwargs : file.text(argument));
  const keywords = node.keywords.flatMap(keyword => misplaced.includes(keyword)
    ? !given && keyword === misplaced[0] ? [`kwargs=${kwargs}`] : []
    : [keyword.value === given ? `kwargs=${kwargs}` : file.text(keyword)]);
  return [{
    title: `Move ${list(misplaced.map(({ name }) => name!))} into kwargs`, safe: true,
    edits: [{ span: { start: node.open + 1, end: node.end - 1 }, text: [...args, ...keywords].join(', ') }],
  }];
}

function* misspelt({ name, nameSpan }: Keyword, node: Call, via: string, { linked }: LintContext): Generator<Finding> {
  const meant = nearest(name!, callOptionsOf(linked.versions.celery).keys(), tolerance(name!)).find(option => !node.keywords.some(other => other.name === option));
  if (meant === undefined) return;
  yield {
    at: nameSpan!, message: `${via} has no option ${name}, so it goes with the message and nobody reads it; ${meant} is meant?`,
    fixes: [{ title: `Rename to ${meant}`, safe: true, edits: [{ span: nameSpan!, text: meant }] }],
  };
}
