import { MarkupKind, type Hover } from 'vscode-languageserver/node';
import type { CallSite } from '../source/celery/calls';
import type { Entry } from '../source/celery/schedules';
import { timezoneOf } from '../source/celery/timezone';
import { fileOf } from '../source/project/sourceFile';
import type { Field } from '../source/semantics/dicts';
import type { Span } from '../source/syntax/nodes';
import { scheduleCard, taskCard } from './cards';
import { nameRange } from './names';
import type { Place } from './place';

/** Says of a task's name, its definition, a call and a schedule what only Celery knows. Ordinary symbols belong to others. */
export function hover(place: Place, now = Date.now()): Hover | null {
  return nameHover(place) ?? definitionHover(place) ?? callHover(place) ?? scheduleHover(place, now);
}

function nameHover(place: Place): Hover | null {
  const { linked, file, offset } = place;
  const found = linked.taskNames.at(file, offset);
  if (!found) return null;
  const { use } = found;
  const tasks = linked.taskNames.meant(use);
  const range = nameRange(found, file);
  if (use.name.includes('*')) {
    const names = [...new Set(tasks.map(({ name }) => `\`${name}\``))];
    return markdown(names.length ? `Matches ${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''}` : 'Matches no task', range);
  }
  const task = tasks.at(-1);
  const entry = linked.schedules.entries.find(({ taskAt }) => taskAt === use.node);
  const site = linked.calls.all.find(({ name }) => name?.node === use.node);
  return task ? markdown(taskCard(task, linked, entry ?? site ?? null), range) : null;
}

function definitionHover({ linked, file, offset }: Place): Hover | null {
  const task = linked.registry.tasks.find(({ file: { path }, node }) => path === file.path && holds(node.nameSpan, offset));
  return task ? markdown(taskCard(task, linked), file.range(task.node.nameSpan)) : null;
}

function callHover({ linked, file, offset }: Place): Hover | null {
  for (const site of linked.calls.all) {
    const at = site.file.path === file.path ? methodOf(site) : null;
    if (site.task && at && holds(at, offset)) return markdown(taskCard(site.task, linked, site), file.range(at));
  }
  return null;
}

/** The `delay` of `add.delay()`. */
function methodOf({ node: { func, args }, via }: CallSite): Span | null {
  const called = via === 'partial' ? args[0] : func;
  return called?.kind === 'Attribute' && via !== 'direct' ? called.attrSpan : null;
}

function scheduleHover({ linked, file, offset }: Place, now: number): Hover | null {
  const { schedules, versions, registry, settings } = linked;
  const shown = (field: Field, entry: Entry | null): Hover | null => {
    const schedule = schedules.read(field, entry, versions.celery);
    const app = entry?.app ?? (entry?.task ? registry.byName(entry.task)?.app : null) ?? (registry.apps.length === 1 ? registry.apps[0]! : null);
    return schedule && markdown(scheduleCard(schedule, timezoneOf(app, settings), now), file.range(field.value));
  };
  for (const entry of schedules.entries) {
    const field = entry.schedule;
    // A name that stands for a schedule is a symbol like others.
    if (!field || fileOf(field.scope).path !== file.path || !holds(field.value, offset) || field.value.kind === 'Name' || field.value.kind === 'Attribute') continue;
    return shown(field, entry);
  }
  for (const { node, scope } of file.analysis.calls) {
    if (!holds(node, offset)) continue;
    const field = { value: node, scope, at: node };
    if (schedules.crontab(field, versions.celery)?.crontab) return shown(field, null);
  }
  return null;
}

function holds({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

function markdown(value: string, range: Hover['range'] & object): Hover {
  return { contents: { kind: MarkupKind.Markdown, value }, range };
}
