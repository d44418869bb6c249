import { nearest, tolerance } from '../../../celery/nearMiss';
import { callOptionsOf } from '../../../celery/options';
import type { Entry } from '../../celery/schedules';
import type { Setting } from '../../celery/settings';
import { fileOf } from '../../project/sourceFile';
import type { Field } from '../../semantics/dicts';
import { options, type Value } from '../../semantics/values';
import type { Dict, DictItem, Expression } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { quoted, sequenceFixes } from '../edits';
import type { Finding, Fix, Rule } from '../rule';
import { usesOtherScheduler } from '../schedulers';

/** What `celery.beat.ScheduleEntry` takes; `name` and `app` are overwritten. */
const entryKeys = new Set(['task', 'schedule', 'args', 'kwargs', 'options', 'relative', 'name', 'app', 'last_run_at', 'total_run_count']);
/** Fields of django-celery-beat's PeriodicTask, which its scheduler takes beside those. */
const modelFields = new Set(['queue', 'exchange', 'routing_key', 'headers', 'priority', 'expires', 'expire_seconds', 'one_off', 'start_time', 'enabled', 'description', 'interval', 'crontab', 'solar', 'clocked']);

/** What is surely no schedule, by what it is written as. */
const schedule: Partial<Record<Expression['kind'], string>> = { Str: 'a text', JoinedStr: 'a text', Dict: 'a dict', List: 'a list', Tuple: 'a tuple', Set: 'a set' };
const classes = new Set(['celery.schedules.crontab', 'celery.schedules.schedule', 'celery.schedules.solar', 'datetime.timedelta']);

export const beatEntryShape: Rule = {
  code: 'CEL605',
  name: 'beat-entry-shape',
  severity: 'error',
  summary: 'A Beat entry that Beat cannot read: it stops at the start, or sends the wrong arguments.',
  *check(context) {
    for (const setting of context.settings) if (setting.key === 'beat_schedule' && !setting.adds) yield* checkContainer(setting, context);
    for (const entry of context.entries) {
      if (entry.source === 'call') {
        if (entry.schedule && entry.schedule.scope === entry.scope) yield* checkSchedule(entry.schedule, context);
        continue;
      }
      yield* checkKeys(entry, context);
      if (entry.schedule) yield* checkSchedule(entry.schedule, context);
      yield* checkArguments(entry, context);
    }
  },
};

/** A schedule is a dict, and so is each of its entries. */
function* checkContainer({ value, scope }: Setting, context: LintContext): Generator<Finding> {
  const node = only(value, scope, context);
  if ((node?.kind === 'List' || node?.kind === 'Tuple') && node.elements.length) yield { at: value, message: 'beat_schedule is a dict of entries by name, not a sequence: Beat stops at it' };
  if (node?.kind !== 'Dict' || node !== value) return;
  for (const item of node.items) {
    const entry = item.key && only(item.value, scope, context);
    if (entry?.kind === 'Str' || entry?.kind === 'Num' || entry?.kind === 'Tuple' || entry?.kind === 'List') yield { at: item.value, message: 'An entry of beat_schedule is a dict with task and schedule: Beat stops at it with an error' };
  }
}

function* checkKeys(entry: Entry, context: LintContext): Generator<Finding> {
  const { fields, open, at } = entry;
  if (!open) {
    if (!fields.has('task')) yield { at, message: 'The entry has no task: Beat would send a message without a name' };
    if (!fields.has('schedule')) yield { at, message: 'The entry has no schedule: Beat stops at it with AttributeError' };
  }
  for (const [name, field] of fields) {
    if (entryKeys.has(name)) continue;
    const others = usesOtherScheduler(context.linked);
    if (others && modelFields.has(name)) continue;
    if (field.at.start < entry.span.start || field.at.end > entry.span.end || !isHere(field, context)) continue;
    const isOption = callOptionsOf(context.linked.versions.celery).has(name);
    const meant = nearest(name, entryKeys, Math.max(1, tolerance(name))).find(key => !fields.has(key));
    // A scheduler of another package may know more keys than we do.
    if (others && !isOption && !meant) continue;
    yield {
      at: field.at,
      message: isOption ? `${name} belongs in the entry's options: Beat stops at it with TypeError` : `A Beat entry has no key ${name}: Beat stops at it with TypeError${meant ? `; ${meant} is meant?` : ''}`,
      fixes: isOption ? moveToOptions(name, entry, context) : meant ? renameKey(field, meant, context) : [],
    };
  }
}

function* checkSchedule(field: Field, context: LintContext): Generator<Finding> {
  if (!isHere(field, context)) return;
  const values = options(context.evaluate(field.value, field.scope));
  const uncalled = values.find(value => value.kind === 'symbol' && classes.has(value.path));
  const kind = values.map(noSchedule).find(Boolean);
  // A function that gives None for want of better gives a schedule wherever it has one.
  const isKnown = values.every(value => value.kind === 'expression' || (value.kind === 'call' && value.callee.kind === 'symbol' && classes.has(value.callee.path)));
  if (uncalled) {
    yield { at: field.value, message: `${context.text(field.value)} is the class itself, which Beat cannot take for a schedule: it has to be called` };
  } else if (kind && isKnown) {
    const { value: node } = field;
    const number = node.kind === 'Str' && /^\s*\d+(\.\d+)?\s*$/.test(node.value) ? node.value.trim() : null;
    yield {
      at: node,
      message: `A schedule is a number of seconds, a timedelta, a crontab or a solar event, not ${kind}: Beat stops at it with AttributeError`,
      fixes: number === null ? [] : [{ title: `Use the number ${number}`, safe: true, edits: [{ span: node, text: number }] }],
    };
  }
}

/** What a value is that is surely no schedule; null where it may be one. */
function noSchedule(value: Value): string | null {
  if (value.kind !== 'expression') return null;
  const { node } = value;
  return schedule[node.kind] ?? (node.kind === 'Constant' && node.value === null ? 'None' : null);
}

function* checkArguments({ fields }: Entry, context: LintContext): Generator<Finding> {
  const args = fields.get('args');
  if (args && isHere(args, context)) {
    const node = only(args.value, args.scope, context);
    const kind = node?.kind === 'Num' ? 'a number' : node?.kind === 'Str' ? 'a text' : node?.kind === 'Dict' ? 'a dict' : node?.kind === 'Set' ? 'a set' : node?.kind === 'Constant' && node.value !== null ? 'a constant' : null;
    if (node && kind) {
      const outcome = node.kind === 'Str' ? 'each letter of it becomes an argument' : node.kind === 'Set' ? 'the order of the arguments is left to chance' : node.kind === 'Dict' ? 'its keys become the arguments' : 'Beat cannot send it';
      yield { at: args.value, message: `args must be a tuple or a list, not ${kind}: ${outcome}`, fixes: node === args.value ? sequenceFixes(node, context) : [] };
    }
  }
  const kwargs = fields.get('kwargs');
  const given = kwargs && isHere(kwargs, context) ? only(kwargs.value, kwargs.scope, context) : null;
  if (kwargs && given && (given.kind === 'List' || given.kind === 'Tuple' || given.kind === 'Set' || given.kind === 'Str' || given.kind === 'Num')) {
    const kind = { List: 'a list', Tuple: 'a tuple', Set: 'a set', Str: 'a text', Num: 'a number' }[given.kind];
    yield { at: kwargs.value, message: `kwargs must be a dict, not ${kind}: Beat cannot send it` };
  }
}

/** The expression that a value is written out as; null where it may be several. */
function only(node: Expression, scope: Field['scope'], context: LintContext): Expression | null {
  const values = options(context.evaluate(node, scope));
  const [value] = values;
  return values.length === 1 && value?.kind === 'expression' ? value.node : null;
}

/** Parts of an entry may come from another file. */
function isHere({ scope }: Field, { file }: LintContext): boolean {
  return fileOf(scope) === file;
}

function renameKey({ at }: Field, meant: string, context: LintContext): Fix[] {
  const written = context.text(at);
  return [{ title: `Rename to ${meant}`, safe: true, edits: [{ span: at, text: /^['"]/.test(written) ? quoted(meant, written) : meant }] }];
}

/** Moves a pair of the entry's dict into its options. */
function moveToOptions(name: string, { fields, span }: Entry, context: LintContext): Fix[] {
  const field = fields.get(name)!;
  const owner = findDict(context, field);
  if (!owner) return [];
  const { dict, item } = owner;
  const pair = context.text(item);
  const title = `Move ${name} into options`;
  const remove = pairWithComma(context, dict, item);
  const given = fields.get('options');
  if (!given) return [{ title, safe: true, edits: [{ span: item, text: `${quoted('options', pair)}: {${pair}}` }] }];
  if (given.value.kind !== 'Dict' || given.value.start < span.start || given.value.end > span.end) return [];
  const at = given.value.start + 1;
  return [{ title, safe: true, edits: [{ span: remove, text: '' }, { span: { start: at, end: at }, text: given.value.items.length ? `${pair}, ` : pair }] }];
}

function findDict({ parents }: LintContext, { value }: Field): { readonly dict: Dict; readonly item: DictItem } | null {
  const item = parents.of(value);
  if (!item || !('key' in item)) return null;
  const dict = parents.of(item);
  return dict && 'kind' in dict && dict.kind === 'Dict' ? { dict, item } : null;
}

function pairWithComma({ file }: LintContext, dict: Dict, { start, end }: DictItem): { start: number; end: number } {
  const { text } = file.module;
  const after = /^\s*,[ \t]*/.exec(text.slice(end, dict.end));
  if (after) return { start, end: end + after[0].length };
  const before = /,\s*$/.exec(text.slice(dict.start, start));
  return { start: start - (before?.[0].length ?? 0), end };
}
