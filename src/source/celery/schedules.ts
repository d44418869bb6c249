import { CRONTAB_FIELDS, readCrontab, readCrontabLine, type CrontabField, type CrontabReading, type FieldValue } from '../../celery/crontab';
import { intervalSchedule, solarSchedule, type Schedule } from '../../celery/schedule';
import type { Version } from '../../celery/versions';
import { fileOf, type SourceFile } from '../project/sourceFile';
import type { Folder } from '../semantics/constants';
import { gatherFields, type Field } from '../semantics/dicts';
import { owner, type Scope } from '../semantics/scopes';
import { options, type Value } from '../semantics/values';
import type { Call, Expression, Name, Span } from '../syntax/nodes';
import type { Recognizer } from './decorators';
import type { App, Task } from './model';
import type { Setting, Settings } from './settings';
import type { Registry } from './tasks';

/** One entry of a Beat schedule, as written. */
export interface Entry {
  /** Its name in the schedule; null where it is not constant. */
  readonly key: string | null;
  readonly file: SourceFile;
  /** Where it starts: its key, or the call that adds it. */
  readonly at: Span;
  /** The whole entry. */
  readonly span: Span;
  /** Name of the task that it sends; null where it is not constant. */
  readonly task: string | null;
  /** The expression that names or is the task. */
  readonly taskAt: Span | null;
  readonly schedule: Field | null;
  /** `task`, `schedule`, `args`, `kwargs`, `options`, `relative` and whatever else stands there. */
  readonly fields: ReadonlyMap<string, Field>;
  /** The signature that `add_periodic_task` was given. */
  readonly signature: Call | null;
  readonly scope: Scope;
  readonly app: App | null;
  /** True where part of it comes from somewhere that we cannot read. */
  readonly open: boolean;
  readonly source: 'setting' | 'call';
}

/** Finds the entries of Beat's schedules. */
export class Schedules {
  readonly entries: Entry[] = [];
  readonly #seen = new Set<Expression>();

  constructor(private readonly recognizer: Recognizer, private readonly registry: Registry, private readonly folder: Folder, private readonly settings: Settings) {}

  collect(files: readonly SourceFile[]): void {
    for (const setting of this.settings.all) if (setting.key === 'beat_schedule') this.#setting(setting);
    for (const file of files) {
      for (const { node, scope } of file.analysis.calls) {
        if (node.func.kind === 'Attribute' && node.func.attr === 'add_periodic_task') this.#periodic(node, scope);
      }
    }
    this.entries.sort((a, b) => a.file === b.file ? a.span.start - b.span.start : a.file.path < b.file.path ? -1 : 1);
  }

  #setting({ value, scope, adds, app, at, file }: Setting): void {
    const { evaluator } = this.recognizer;
    const meant = evaluator.evaluate(value, scope);
    if (adds?.key) {
      for (const option of options(meant)) this.#entry(adds.key, scope, option, value, app, { file, at }, value);
      return;
    }
    for (const option of this.settings.follow(meant)) this.#map(option, app);
    if (value.kind === 'Name') this.#filled(value, scope, app);
  }

  /** `SCHEDULE["name"] = {…}` of the dict that the setting is given by that name. */
  #filled({ id }: Name, scope: Scope, app: App | null): void {
    for (const store of fileOf(scope).analysis.stores) {
      const { target } = store;
      if (target.kind !== 'Subscript' || target.value.kind !== 'Name' || target.value.id !== id || store.scope !== owner(scope, id) || !target.indices[0]) continue;
      for (const option of options(this.recognizer.evaluator.evaluate(store.value, store.scope))) this.#entry(target.indices[0], store.scope, option, store.value, app, { file: fileOf(scope), at: target.value }, store.value);
    }
  }

  #map(value: Value, app: App | null): void {
    if (value.kind === 'call' && value.callee.kind === 'symbol' && value.callee.path === 'builtins.dict') {
      for (const argument of value.node.args) for (const option of options(this.recognizer.evaluator.evaluate(argument, value.scope))) this.#map(option, app);
      for (const { name, nameSpan, value: item } of value.node.keywords) {
        if (nameSpan) for (const option of options(this.recognizer.evaluator.evaluate(item, value.scope))) this.#add(name, nameSpan, { start: nameSpan.start, end: item.end }, option, item, value.scope, app);
      }
      return;
    }
    if (value.kind === 'expression' && value.node.kind === 'BinOp' && value.node.operator === '|') {
      for (const side of [value.node.left, value.node.right]) for (const option of options(this.recognizer.evaluator.evaluate(side, value.scope))) this.#map(option, app);
      return;
    }
    if (value.kind !== 'expression' || value.node.kind !== 'Dict' || this.#seen.has(value.node)) return;
    this.#seen.add(value.node);
    for (const { key, value: item } of value.node.items) {
      const meant = this.recognizer.evaluator.evaluate(item, value.scope);
      if (!key) for (const option of options(meant)) this.#map(option, app);
      else for (const option of options(meant)) this.#entry(key, value.scope, option, item, app, { file: fileOf(value.scope), at: key }, item);
    }
  }

  #entry(key: Expression, scope: Scope, value: Value, written: Expression, app: App | null, place: { readonly file: SourceFile; readonly at: Span }, item: Span = key): void {
    this.#add(this.folder.string(key, scope), place.at === key || place.file === fileOf(scope) ? key : place.at, { start: key.start, end: Math.max(item.end, key.end) }, value, written, scope, app);
  }

  #add(key: string | null, at: Span, span: Span, value: Value, written: Expression, scope: Scope, app: App | null): void {
    const fields = new Map<string, Field>();
    // A dict that has a name of its own may be filled further under that name.
    const named = 'node' in value && value.node !== written;
    const open = !gatherFields(value, fields, { evaluator: this.recognizer.evaluator, folder: this.folder }) || named;
    if (!fields.size) return;
    const task = fields.get('task') ?? null;
    this.entries.push({
      key, file: fileOf(scope), at, span, scope, app, open, fields,
      task: task && this.taskName(task.value, task.scope), taskAt: task && task.value,
      schedule: fields.get('schedule') ?? null, signature: null, source: 'setting',
    });
  }

  /** The name that an entry's `task` means: a text, or `task.name`. */
  taskName(node: Expression, scope: Scope): string | null {
    const text = this.folder.string(node, scope);
    if (text !== null) return text;
    const { evaluator } = this.recognizer;
    if (node.kind === 'Attribute' && (node.attr === 'name' || node.attr === '__name__')) {
      const task = this.registry.taskOf(evaluator.evaluate(node.value, scope));
      if (task) return task.name;
    }
    return this.registry.taskOf(evaluator.evaluate(node, scope))?.name ?? null;
  }

  #periodic(node: Call, scope: Scope): void {
    const fields = new Map<string, Field>();
    const positional = ['schedule', 'sig', 'args', 'kwargs', 'name'];
    node.args.forEach((value, index) => { if (positional[index]) fields.set(positional[index], { value, scope, at: value }); });
    for (const { name, nameSpan, value } of node.keywords) if (name !== null && nameSpan) fields.set(name, { value, scope, at: nameSpan });
    const signature = fields.get('sig');
    const schedule = fields.get('schedule');
    if (!signature || !schedule) return;
    const name = fields.get('name');
    const { task, call } = this.#signature(signature.value, scope);
    const func = node.func as Extract<Expression, { kind: 'Attribute' }>;
    this.entries.push({
      key: name ? this.folder.string(name.value, scope) : null,
      file: fileOf(scope), at: func.attrSpan, span: node, scope, app: null, fields, schedule,
      task: typeof task === 'string' ? task : task?.name ?? null, taskAt: signature.value, signature: call,
      open: node.args.some(({ kind }) => kind === 'Starred') || node.keywords.some(({ name: given }) => given === null), source: 'call',
    });
  }

  /** The task of `task.s(…)`, `task.si(…)`, `task.signature(…)`, `signature("name", …)`, followed by `.set(…)`. */
  #signature(node: Expression, scope: Scope): { readonly task: Task | string | null; readonly call: Call | null } {
    if (node.kind !== 'Call') return { task: null, call: null };
    const { evaluator } = this.recognizer;
    if (node.func.kind === 'Attribute') {
      if (node.func.attr === 'set' || node.func.attr === 'clone') return this.#signature(node.func.value, scope);
      if (['s', 'si', 'signature', 'subtask'].includes(node.func.attr)) {
        const task = this.registry.taskOf(evaluator.evaluate(node.func.value, scope));
        if (task) return { task, call: node };
      }
    }
    const callee = evaluator.evaluate(node.func, scope);
    const isNamed = callee.kind === 'symbol' ? callee.path === 'celery.signature' : callee.kind === 'member' && callee.name === 'signature' && this.recognizer.isApp(callee.of);
    if (isNamed && node.args[0]) return { task: this.folder.string(node.args[0], scope), call: node };
    return { task: null, call: node };
  }

  /** What a schedule expression means; null where it is not constant or a class of its own. */
  read(field: Field, entry: Entry | null, version: Version): Schedule | null {
    const reading = this.crontab(field, version);
    if (reading) return reading.crontab && { kind: 'crontab', crontab: reading.crontab };
    const { evaluator } = this.recognizer;
    const relativeField = entry?.fields.get('relative');
    const relative = relativeField ? this.folder.constant(relativeField.value, relativeField.scope) === true : false;
    const value = evaluator.evaluate(field.value, field.scope);
    if (value.kind === 'union') return null;
    const constant = this.folder.fold(value, 0);
    if (typeof constant === 'number') return intervalSchedule(constant, relative);
    const seconds = this.folder.seconds(value);
    if (seconds !== undefined) return intervalSchedule(seconds, relative);
    if (value.kind !== 'call' || value.callee.kind !== 'symbol') return null;
    const argument = (name: string, index: number): Expression | undefined => value.node.args[index] ?? value.node.keywords.find(candidate => candidate.name === name)?.value;
    if (value.callee.path === 'celery.schedules.schedule') {
      const every = argument('run_every', 0);
      if (!every) return null;
      const inner = this.read({ value: every, scope: value.scope, at: every }, null, version);
      const own = argument('relative', 1);
      return inner?.kind === 'interval' ? intervalSchedule(inner.seconds, relative || (own ? this.folder.constant(own, value.scope) === true : false)) : null;
    }
    if (value.callee.path === 'celery.schedules.solar') {
      const [event, latitude, longitude] = (['event', 'lat', 'lon'] as const).map((name, index) => argument(name, index)).map(node => node && this.folder.constant(node, value.scope));
      if (typeof event !== 'string' || typeof latitude !== 'number' || typeof longitude !== 'number') return null;
      const solar = solarSchedule(event, latitude, longitude);
      return solar.kind === 'solar' ? solar : null;
    }
    return null;
  }

  /** What Celery makes of a `crontab(…)`; null where it is none, or not constant. */
  crontab({ value: node, scope }: { readonly value: Expression; readonly scope: Scope }, version: Version): CrontabReading | null {
    const value = this.recognizer.evaluator.evaluate(node, scope);
    if (value.kind !== 'call' || value.callee.kind !== 'symbol') return null;
    const call = value.node;
    if (value.callee.path === 'celery.schedules.crontab.from_string') {
      const line = call.args[0] && this.folder.string(call.args[0], value.scope);
      return typeof line === 'string' ? readCrontabLine(line, version) : null;
    }
    if (value.callee.path !== 'celery.schedules.crontab') return null;
    const fields: Partial<Record<CrontabField, FieldValue>> = {};
    for (const [index, argument] of call.args.entries()) {
      const field = CRONTAB_FIELDS[index];
      const given = argument.kind === 'Starred' ? undefined : this.fieldValue(argument, value.scope);
      if (!field || given === undefined) return null;
      fields[field] = given;
    }
    for (const { name, value: argument } of call.keywords) {
      if (name === 'nowfun' || name === 'app') continue;
      const given = this.fieldValue(argument, value.scope);
      if (!isField(name) || given === undefined) return null;
      fields[name] = given;
    }
    return readCrontab(fields, version);
  }

  /** A crontab field's value; undefined where it is not constant. */
  fieldValue(node: Expression, scope: Scope): FieldValue | undefined {
    const value = this.recognizer.evaluator.evaluate(node, scope);
    if (value.kind === 'union') return undefined;
    if (value.kind === 'expression' && (value.node.kind === 'List' || value.node.kind === 'Tuple' || value.node.kind === 'Set')) {
      const numbers = value.node.elements.map(element => this.folder.constant(element, value.scope));
      return numbers.every(number => typeof number === 'number') ? numbers : undefined;
    }
    const constant = this.folder.fold(value, 0);
    if (constant === undefined) return this.folder.seconds(value) === undefined ? undefined : { python: 'timedelta' };
    if (constant === null) return { python: 'None' };
    if (typeof constant === 'boolean') return Number(constant);
    if (typeof constant === 'number' && !Number.isInteger(constant)) return { python: 'float' };
    return constant;
  }
}

function isField(name: string | null): name is CrontabField {
  return (CRONTAB_FIELDS as readonly (string | null)[]).includes(name);
}
