import { nextRuns } from '../../celery/nextRuns';
import type { Schedule } from '../../celery/schedule';
import { scheduleWords } from '../../celery/words';
import { zoneOf } from '../../celery/zone';
import { LOCAL } from '../../shared/identity';
import type { SourceApp, SourceSample, SourceSchedule, SourceTask } from '../../shared/source';
import type { App, Task } from '../celery/model';
import { isSampleFile, samplesOf } from '../celery/sampleFile';
import type { Entry } from '../celery/schedules';
import { timezoneOf } from '../celery/timezone';
import { literalText } from '../samples/literal';
import { docstring, sampleCall } from '../samples/sampleCall';
import type { Field } from '../semantics/dicts';
import { options } from '../semantics/values';
import type { Expression } from '../syntax/nodes';
import type { Scope } from '../semantics/scopes';
import { fileOf, type SourceFile } from './sourceFile';
import type { Linked } from './linked';

/** What the source says of a task, whatever it is called. */
type Definition = Omit<SourceTask, 'identity' | 'sample'>;

interface ReadSchedule {
  /** All but the next runs. */
  readonly fixed: SourceSchedule;
  readonly schedule: Schedule | null;
}

/** What is told to the host of one state of the project, each part made when it is first asked for. */
export class Snapshot {
  readonly #tasks = new Map<Task, SourceTask | null>();
  readonly #schedules = new Map<Entry, ReadSchedule | null>();

  constructor(private readonly linked: Linked) {}

  get apps(): SourceApp[] {
    return this.linked.registry.apps.map(app => this.#app(app));
  }

  get tasks(): SourceTask[] {
    return this.#sorted().flatMap(task => this.#taskOf(task) ?? []);
  }

  /** All tasks, those too whose name is not known: null. */
  get definitions(): (Definition & { readonly name: string | null; readonly app: string | null })[] {
    return this.#sorted().map(task => ({ name: task.name, app: task.app?.id ?? null, ...this.#definition(task) }));
  }

  get samples(): SourceSample[] {
    return this.linked.files.flatMap(file => this.#samplesOf(file));
  }

  get queues(): string[] {
    return this.linked.queues.names;
  }

  get usesCelery(): boolean {
    return this.linked.files.some(({ analysis }) => analysis.imports.some(({ module }) => module === 'celery' || module.startsWith('celery.')));
  }

  /** The schedules, with the next runs after `now`, epoch ms. */
  schedules(now: number): SourceSchedule[] {
    return this.#schedulesOf(null, now);
  }

  document(file: SourceFile, now: number): { tasks: SourceTask[]; schedules: SourceSchedule[]; samples: SourceSample[] } {
    return {
      tasks: this.linked.registry.tasks.filter(task => task.file === file).flatMap(task => this.#taskOf(task) ?? []),
      schedules: this.#schedulesOf(file, now),
      samples: this.#samplesOf(file),
    };
  }

  #sorted(): Task[] {
    return [...this.linked.registry.tasks].sort((a, b) => a.file.path === b.file.path ? a.node.start - b.node.start : a.file.path < b.file.path ? -1 : 1);
  }

  #taskOf(task: Task): SourceTask | null {
    let told = this.#tasks.get(task);
    if (told === undefined) this.#tasks.set(task, told = this.#task(task));
    return told;
  }

  #samplesOf(file: SourceFile): SourceSample[] {
    if (!isSampleFile(file.path)) return [];
    return samplesOf(file, this.linked.evaluator, this.linked.registry).map(({ at, variable, task }) => ({ location: file.location(at), text: file.text(at), variable, task }));
  }

  #schedulesOf(file: SourceFile | null, now: number): SourceSchedule[] {
    const entries = this.linked.schedules.entries.filter(entry => file === null || entry.file === file);
    return entries.flatMap(entry => this.#scheduleOf(entry) ?? []).map(({ fixed, schedule }) => {
      const zone = fixed.timezone === null ? null : zoneOf(fixed.timezone);
      return schedule?.kind === 'crontab' && zone ? { ...fixed, next: nextRuns(schedule.crontab, now, zone, 5) } : fixed;
    });
  }

  #scheduleOf(entry: Entry): ReadSchedule | null {
    let told = this.#schedules.get(entry);
    if (told === undefined) this.#schedules.set(entry, told = this.#schedule(entry));
    return told;
  }

  #app(app: App): SourceApp {
    const { settings, project } = this.linked;
    return {
      app: app.id, main: app.main,
      location: app.file.location(app.call),
      root: project.names.of(app.file.path).root,
      broker: this.#url(settings.of('broker_url', app).at(-1)),
      backend: this.#url(settings.of('result_backend', app).at(-1)),
    };
  }

  /** A constant URL, or the default of one that is read from the environment. */
  #url(setting: { readonly value: Expression; readonly scope: Scope } | undefined): string | null {
    if (!setting) return null;
    const { evaluator, folder } = this.linked;
    for (const option of options(evaluator.evaluate(setting.value, setting.scope))) {
      const text = folder.fold(option, 0);
      if (typeof text === 'string') return text;
      if (option.kind !== 'call') continue;
      const fallback = option.node.keywords.find(({ name }) => name === 'default')?.value ?? option.node.args[1];
      const value = fallback && folder.string(fallback, option.scope);
      if (typeof value === 'string' && value.includes('://')) return value;
    }
    return null;
  }

  #task(task: Task): SourceTask | null {
    if (task.name === null) return null;
    const { evaluator, calls, schedules, project } = this.linked;
    return {
      identity: { environment: LOCAL, app: task.app?.id ?? null, name: task.name },
      ...this.#definition(task),
      sample: sampleCall(task, { evaluator, calls, schedules, parse: text => project.parse(text) }),
    };
  }

  #definition(task: Task): Definition {
    const { file, node } = task;
    return {
      module: file.name,
      qualname: task.variable ?? node.name,
      location: file.location(node),
      nameRange: file.range(node.nameSpan),
      parameters: task.parameters && task.parameters.map(({ name, kind, annotation, default: value }) => ({
        name, kind, annotation: annotation && file.text(annotation), default: value && file.text(value),
      })),
      bound: task.bound,
      kind: task.kind,
      summary: docstring(node.body)?.trim().split('\n', 1)[0]!.trim() || null,
      options: Object.fromEntries([...task.options].reverse().map(({ name, value, scope }) => [name, fileOf(scope).text(value)])),
    };
  }

  #schedule(entry: Entry): ReadSchedule | null {
    const { schedules, registry, versions } = this.linked;
    if (!entry.schedule || entry.task === null) return null;
    const schedule = schedules.read(entry.schedule, entry, versions.celery);
    const task = registry.byName(entry.task);
    const call = this.#call(entry, task);
    return {
      schedule,
      fixed: {
        key: entry.key ?? call ?? entry.task,
        task: { environment: LOCAL, app: (entry.app ?? task?.app)?.id ?? null, name: entry.task },
        location: entry.file.location(entry.span),
        words: schedule && scheduleWords(schedule),
        text: fileOf(entry.schedule.scope).text(entry.schedule.value).replace(/\s*\n\s*/g, ' '),
        next: [],
        timezone: timezoneOf(entry.app ?? task?.app ?? null, this.linked.settings),
        call,
        options: this.#options(entry),
      },
    };
  }

  /** The entry's call as Python text; null where its arguments are not constant. */
  #call(entry: Entry, task: Task | null): string | null {
    const { calls, evaluator } = this.linked;
    const name = task ? task.variable ?? task.node.name : entry.task!.split('.').at(-1)!;
    const write = (args: readonly Expression[] | null, kwargs: readonly { readonly name: string; readonly value: Expression }[] | null, scope: Scope): string | null => {
      if (!args || !kwargs) return null;
      const texts = [...args.map(node => literalText(node, scope, evaluator)), ...kwargs.map(({ name: keyword, value }) => {
        const text = literalText(value, scope, evaluator);
        return text === null ? null : `${keyword}=${text}`;
      })];
      return texts.every(text => text !== null) ? `${name}(${texts.join(', ')})` : null;
    };
    if (entry.signature) {
      const site = calls.all.find(({ node }) => node === entry.signature);
      return site ? write(site.args, site.kwargs, site.scope) : null;
    }
    if (entry.open) return null;
    const field = (key: string): Field | undefined => entry.fields.get(key);
    const args = field('args');
    const kwargs = field('kwargs');
    return write(args ? calls.sequence(args.value, args.scope) : [], kwargs ? calls.mapping(kwargs.value, kwargs.scope) : [], (args ?? kwargs)?.scope ?? entry.scope);
  }

  #options(entry: Entry): string {
    const { calls, evaluator } = this.linked;
    const field = entry.fields.get('options');
    const pairs: { name: string; value: Expression; scope: Scope }[] = [];
    for (const { name, value } of field ? calls.mapping(field.value, field.scope) ?? [] : []) pairs.push({ name, value, scope: field!.scope });
    if (entry.source === 'call') for (const [name, { value, scope }] of entry.fields) if (!['schedule', 'sig', 'args', 'kwargs', 'name'].includes(name)) pairs.push({ name, value, scope });
    return pairs.flatMap(({ name, value, scope }) => {
      const text = literalText(value, scope, evaluator);
      return text === null ? [] : [`${name}=${text}`];
    }).join(', ');
  }
}
