import type { Folder } from '../semantics/constants';
import { options, type ClassValue, type Value } from '../semantics/values';
import type { Recognizer } from './decorators';
import type { App, Task } from './model';
import type { Registry } from './tasks';

/** What a task's base class changes about calling it. */
export interface Behaviour {
  /** False where a base class, a setting or a decorator above the task's may change which arguments a call takes: then nothing is said about arity. */
  readonly plainCall: boolean;
  /** False where a base class may send differently: no word on transactions or serialization. */
  readonly plainSend: boolean;
  /** The class, where one of the project is used. */
  readonly base: ClassValue | null;
  /** True where one of the base classes is not known: it may define any attribute. */
  readonly isOpen: boolean;
}

const plain: Behaviour = { plainCall: true, plainSend: true, base: null, isOpen: false };
const unknownBase: Behaviour = { plainCall: false, plainSend: false, base: null, isOpen: true };
/** Bases of other packages that leave calls as they are. */
const harmless = new Set(['celery.Task', 'celery.contrib.django.task.DjangoTask', 'builtins.object', 'abc.ABC', 'typing.Generic']);
const callChanging = ['apply_async', 'delay', '__call__', '__header__', '__new__', 'apply', 's', 'si', 'signature', '__prepare__'];
const sendChanging = ['apply_async', 'delay', 'delay_on_commit', 'apply_async_on_commit', '__call__', '__new__'];

/** Knows the base classes of tasks: `base=`, `Celery(task_cls=…)`, `app.Task = …`. */
export class Behaviours {
  readonly #known = new Map<Task, Behaviour>();
  #loose: boolean | null = null;

  constructor(private readonly recognizer: Recognizer, private readonly registry: Registry, private readonly folder: Folder) {}

  of(task: Task): Behaviour {
    let behaviour = this.#known.get(task);
    if (!behaviour) this.#known.set(task, behaviour = this.#compute(task));
    return behaviour;
  }

  /** Whether a base class of the task defines the attribute, or may do so. */
  mayInherit(task: Task, attribute: string): boolean {
    const { base, isOpen } = this.of(task);
    return isOpen || (base !== null && this.recognizer.evaluator.member(base, attribute) !== null);
  }

  #compute(task: Task): Behaviour {
    if (this.#isReplaced(task)) return { ...this.#base(task), plainCall: false, plainSend: false };
    const typing = task.options.find(({ name }) => name === 'typing');
    if (typing && this.folder.constant(typing.value, typing.scope) !== true) return { ...this.#base(task), plainCall: false };
    if (this.#isLoose()) return { ...this.#base(task), plainCall: false };
    return this.#base(task);
  }

  /** Whether a decorator above the task's may put something else in its place. */
  #isReplaced({ decorator, node, scope }: Task): boolean {
    const above = decorator ? node.decorators.slice(0, node.decorators.indexOf(decorator)) : [];
    return above.some(({ expression }) => {
      const value = this.recognizer.evaluator.evaluate(expression, scope);
      return value.kind !== 'symbol' || !/^builtins\.(?:static|class)method$/.test(value.path);
    });
  }

  #base(task: Task): Behaviour {
    if (task.base) return this.#ofValue(task.base);
    const bases = (task.app ? [task.app] : this.registry.apps).flatMap(app => this.#appBases(app));
    const behaviours = bases.map(base => this.#ofValue(base));
    return behaviours.find(({ plainCall }) => !plainCall) ?? behaviours.find(({ plainSend }) => !plainSend) ?? behaviours[0] ?? plain;
  }

  /** `Celery(…, task_cls=Base)`, a subclass of Celery with `task_cls = Base`, `app.Task = Base`. */
  #appBases({ call, scope, file }: App): Value[] {
    const { evaluator } = this.recognizer;
    const values: Value[] = [];
    const given = call.keywords.find(({ name }) => name === 'task_cls')?.value;
    if (given) values.push(...options(evaluator.evaluate(given, scope)));
    for (const type of options(evaluator.evaluate(call.func, scope))) {
      if (type.kind !== 'class') continue;
      const own = evaluator.member(type, 'task_cls') ?? evaluator.member(type, 'Task');
      if (own) values.push(...options(own));
    }
    for (const { target, value, scope: at } of file.analysis.stores) {
      if (target.kind === 'Attribute' && target.attr === 'Task' && this.recognizer.isApp(evaluator.evaluate(target.value, at))) values.push(...options(evaluator.evaluate(value, at)));
    }
    return values;
  }

  #ofValue(value: Value): Behaviour {
    // A dotted path to the class, as `task_cls="pkg.mod:Class"`.
    if (value.kind === 'expression') return value.node.kind === 'Constant' && value.node.value === null ? plain : unknownBase;
    if (value.kind === 'symbol') return harmless.has(value.path) ? plain : unknownBase;
    if (value.kind === 'member' && value.name === 'Task' && options(value.of).some(option => this.recognizer.isApp(option))) return plain;
    if (value.kind !== 'class') return unknownBase;
    const { evaluator } = this.recognizer;
    let plainCall = true;
    let plainSend = true;
    for (const current of evaluator.mro(value)) {
      if (current.kind === 'class') {
        const names = evaluator.inner(current)?.bindings;
        if (callChanging.some(name => names?.has(name)) || names?.has('typing') || current.node.keywords.length || current.node.decorators.length) plainCall = false;
        if (sendChanging.some(name => names?.has(name))) plainSend = false;
      } else if (!(current.kind === 'symbol' && harmless.has(current.path)) && !(current.kind === 'member' && current.name === 'Task')) return { ...unknownBase, base: value };
    }
    return { plainCall, plainSend, base: value, isOpen: false };
  }

  /** `Celery(strict_typing=False)` turns the check off for all its tasks. */
  #isLoose(): boolean {
    return this.#loose ??= this.registry.apps.some(({ call, scope }) => {
      const strict = call.keywords.find(({ name }) => name === 'strict_typing')?.value;
      return strict !== undefined && this.folder.constant(strict, scope) !== true;
    });
  }
}
