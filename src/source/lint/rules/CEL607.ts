import { fileOf } from '../../project/sourceFile';
import type { Scope } from '../../semantics/scopes';
import { options } from '../../semantics/values';
import type { Call, Expression, Name } from '../../syntax/nodes';
import { walk } from '../../syntax/walk';
import type { LintContext } from '../context';
import { named } from '../edits';
import type { Finding, Fix, Rule } from '../rule';

const changing = new Set([
  'datetime.datetime.now', 'datetime.datetime.utcnow', 'datetime.datetime.today', 'datetime.date.today', 'time.time', 'time.time_ns',
  'time.strftime', 'time.localtime', 'time.gmtime', 'os.getpid', 'secrets.token_hex', 'secrets.token_urlsafe', 'uuid.uuid1', 'uuid.uuid4', 'random.random', 'random.randint', 'random.choice', 'random.randrange',
  'django.utils.timezone.now', 'django.utils.timezone.localdate', 'django.utils.timezone.localtime',
]);

export const beatArgFrozen: Rule = {
  code: 'CEL607',
  name: 'beat-arg-frozen',
  severity: 'warning',
  summary: 'A call such as datetime.now() among the arguments of a Beat entry or as a default of a task: it is made once, at import, and never again.',
  *check(context) {
    for (const { fields, signature, scope } of context.entries) {
      for (const name of ['args', 'kwargs']) {
        const field = fields.get(name);
        if (field && fileOf(field.scope) === context.file) yield* frozen(field.value, field.scope, context, 'entry');
      }
      if (signature) for (const argument of [...signature.args, ...signature.keywords.map(({ value }) => value)]) yield* frozen(argument, scope, context, 'signature');
    }
    for (const task of context.tasks) {
      for (const parameter of task.parameters ?? []) if (parameter.default) yield* frozen(parameter.default, task.scope, context, 'default');
    }
  },
};

type Place = 'entry' | 'signature' | 'default';

const outcomes: Readonly<Record<Place, string>> = {
  entry: 'once, when this module is imported: every run gets the same value',
  signature: 'once, when the entry is added: every run gets the same value',
  default: 'once, when this module is imported: every call of the task gets the same default',
};

function* frozen(value: Expression, scope: Scope, context: LintContext, place: Place): Generator<Finding> {
  const calls: Call[] = [];
  const names: Name[] = [];
  walk(value, node => {
    if (!('kind' in node)) return true;
    // What stands in a lambda is called later.
    if (node.kind === 'Lambda') return false;
    if (node.kind === 'Call') calls.push(node);
    if (node.kind === 'Name') names.push(node);
    return true;
  });
  for (const call of calls) {
    if (!context.isSymbol(call.func, scope, ...changing)) continue;
    yield { at: call, message: `${context.text(call)} is called ${outcomes[place]}`, fixes: place === 'entry' ? lazy(call, scope, context) : [] };
  }
  for (const name of names) {
    const made = options(context.evaluate(name, scope));
    if (made.every(option => option.kind === 'call' && option.callee.kind === 'symbol' && changing.has(option.callee.path))) yield { at: name, message: `${name.id} is what was called ${outcomes[place]}` };
  }
}

/** `BeatLazyFunc(datetime.now)`: Beat calls it at each run (Celery 4.4 and later). Only an argument as a whole can be lazy. */
function lazy(call: Call, scope: Scope, context: LintContext): Fix[] {
  const parent = context.parents.of(call);
  const isArgument = parent !== null && (('kind' in parent && (parent.kind === 'Tuple' || parent.kind === 'List')) || ('key' in parent && parent.value === call));
  const wrapper = isArgument && call.keywords.every(({ name }) => name !== null) ? named(context, scope, 'celery.beat', 'BeatLazyFunc') : null;
  if (!wrapper) return [];
  const rest = [...call.args, ...call.keywords].map(node => `, ${context.text(node)}`).join('');
  return [{ title: 'Let Beat call it at each run', safe: false, edits: [...wrapper.edits, { span: call, text: `${wrapper.text}(${context.text(call.func)}${rest})` }] }];
}
