import type { SampleCall } from '../../shared/source';
import type { CallSite, CallSites } from '../celery/calls';
import type { Task } from '../celery/model';
import { isSampleFile } from '../celery/sampleFile';
import type { Schedules } from '../celery/schedules';
import { fileOf } from '../project/sourceFile';
import { isTestModule } from '../project/testModules';
import type { Evaluator } from '../semantics/evaluator';
import type { Scope } from '../semantics/scopes';
import { options } from '../semantics/values';
import type { ClassDef, Expression, Module, ParameterNode, Statement } from '../syntax/nodes';
import { guessByName } from './guess';
import { literalText } from './literal';

export interface SampleContext {
  readonly evaluator: Evaluator;
  readonly calls: CallSites;
  readonly schedules: Schedules;
  /** Parses a text that stands in a docstring. */
  readonly parse: (text: string) => Module;
}

/** Arguments as Python text. */
interface Given {
  readonly args: readonly string[];
  readonly kwargs: readonly (readonly [name: string, text: string])[];
}

/** How much each source of arguments counts. A kept sample is the user's own word. */
const weights = { sample: 1000, docstring: 100, call: 10, schedule: 8, test: 4, direct: 3 };

/**
 * The call that a Run lens offers: the literal arguments most often written for this task in the project (kept samples and its docstring
 * before other calls), else the required arguments, each as a person would write it.
 */
export function sampleCall(task: Task, context: SampleContext): SampleCall {
  const parameters = task.parameters ?? (task.bound || task.kind === 'class' ? task.declared.slice(1) : task.declared);
  const name = task.variable ?? task.node.name;
  const whole = new Map<string, number>();
  const single = new Map<string, Map<string, number>>();
  const add = (given: Given, weight: number): void => {
    const bound = bind(given, parameters);
    if (!bound) return;
    for (const [parameter, text] of bound) {
      const texts = single.get(parameter) ?? single.set(parameter, new Map()).get(parameter)!;
      texts.set(text, (texts.get(text) ?? 0) + weight);
    }
    if (parameters.some(parameter => isRequired(parameter) && !bound.has(parameter.name))) return;
    const text = `${name}(${[...given.args, ...given.kwargs.map(([keyword, value]) => `${keyword}=${value}`)].join(', ')})`;
    // The later of equals wins: reinsert it at the end.
    const total = (whole.get(text) ?? 0) + weight;
    whole.delete(text);
    whole.set(text, total);
  };
  gather(task, parameters, context, add);
  const best = heaviest(whole);
  if (best !== null) return { text: best, guessed: [] };

  const guessed: string[] = [];
  const parts: string[] = [];
  let number = 2;
  for (const parameter of parameters) {
    if (!isRequired(parameter)) continue;
    let text = heaviest(single.get(parameter.name) ?? new Map());
    if (text === null) {
      guessed.push(parameter.name);
      text = guessFor(parameter, task, context.evaluator, number);
      if (text === String(number)) number++;
    }
    parts.push(parameter.kind === 'keyword-only' ? `${parameter.name}=${text}` : text);
  }
  return { text: `${name}(${parts.join(', ')})`, guessed };
}

function isRequired({ default: value, kind }: ParameterNode): boolean {
  return !value && kind !== 'var-positional' && kind !== 'var-keyword';
}

/** Of equally heavy texts the last. */
function heaviest(texts: ReadonlyMap<string, number>): string | null {
  let best: string | null = null;
  let most = 0;
  for (const [text, weight] of texts) {
    if (weight < most) continue;
    best = text;
    most = weight;
  }
  return best;
}

function gather(task: Task, parameters: readonly ParameterNode[], context: SampleContext, add: (given: Given, weight: number) => void): void {
  const { evaluator } = context;
  let kept = 0;
  for (const site of context.calls.of(task)) {
    // Of several kept samples the first is the one to offer.
    const weight = isSampleFile(site.file.path) ? weights.sample - kept++ : weightOf(site);
    if (!site.args || !site.kwargs) continue;
    const args = site.args.map(node => literalText(node, site.scope, evaluator));
    const kwargs = site.kwargs.map(({ name, value }) => [name, literalText(value, site.scope, evaluator)] as const);
    // A direct call of a bound task passes `self` by hand.
    if (site.via === 'direct' && task.bound) continue;
    if (args.every(text => text !== null) && kwargs.every(([, text]) => text !== null)) add({ args, kwargs: kwargs as [string, string][] }, weight);
    else {
      // What is literal of it still says what such an argument looks like.
      for (const [index, text] of args.entries()) {
        const parameter = parameters[index];
        if (text !== null && parameter && parameter.kind !== 'var-positional' && parameter.kind !== 'keyword-only') add({ args: [], kwargs: [[parameter.name, text]] }, weight);
      }
      for (const [name, text] of kwargs) if (text !== null) add({ args: [], kwargs: [[name, text]] }, weight);
    }
  }
  for (const entry of context.schedules.entries) {
    if (entry.task === null || entry.task !== task.name || entry.source !== 'setting') continue;
    const args = entry.fields.get('args');
    const kwargs = entry.fields.get('kwargs');
    const positional = args ? context.calls.sequence(args.value, args.scope) : [];
    const named = kwargs ? context.calls.mapping(kwargs.value, kwargs.scope) : [];
    if (!positional || !named || !(positional.length || named.length)) continue;
    const texts = positional.map(node => literalText(node, entry.scope, evaluator));
    const pairs = named.map(({ name, value }) => [name, literalText(value, entry.scope, evaluator)] as const);
    if (texts.every(text => text !== null) && pairs.every(([, text]) => text !== null)) add({ args: texts, kwargs: pairs as [string, string][] }, weights.schedule);
  }
  for (const given of docstringCalls(task, context)) add(given, weights.docstring);
}

function weightOf({ file, via }: CallSite): number {
  if (via === 'direct') return weights.direct;
  return isTestModule(file.name) ? weights.test : weights.call;
}

/** The parameters that get a value by Python's rules; null where the arguments do not fit. */
function bind({ args, kwargs }: Given, parameters: readonly ParameterNode[]): Map<string, string> | null {
  const positional = parameters.filter(({ kind }) => kind === 'positional' || kind === 'positional-only');
  const bound = new Map<string, string>();
  if (args.length > positional.length && !parameters.some(({ kind }) => kind === 'var-positional')) return null;
  args.forEach((text, index) => { if (positional[index]) bound.set(positional[index].name, text); });
  for (const [name, text] of kwargs) {
    const parameter = parameters.find(candidate => candidate.name === name && (candidate.kind === 'positional' || candidate.kind === 'keyword-only'));
    if (bound.has(name) || (!parameter && !parameters.some(({ kind }) => kind === 'var-keyword'))) return null;
    if (parameter) bound.set(name, text);
  }
  return bound;
}

/** Calls of the task that its docstring shows: `` `refund(404)` ``, `>>> add.delay(2, 3)`. */
function docstringCalls(task: Task, { evaluator, parse }: SampleContext): Given[] {
  const text = docstring(task.node.body);
  const found: Given[] = [];
  if (!text?.includes(`${task.node.name}(`) && !text?.includes(`${task.node.name}.`)) return found;
  const pattern = new RegExp(`\\b${task.node.name}(?:\\.(?:delay|s|si))?\\(`, 'g');
  for (const match of text.matchAll(pattern)) {
    const end = closing(text, match.index + match[0].length - 1);
    if (end === null) continue;
    const module = parse(text.slice(match.index, end));
    const [statement] = module.body;
    if (module.broken.length || module.body.length !== 1 || statement?.kind !== 'Expr' || statement.value.kind !== 'Call') continue;
    const call = statement.value;
    const texts = call.args.map(node => docLiteral(node, module, task.scope, evaluator));
    const pairs = call.keywords.map(({ name, value }) => [name, docLiteral(value, module, task.scope, evaluator)] as const);
    if (texts.every(literal => literal !== null) && pairs.every(([name, literal]) => name !== null && literal !== null)) found.push({ args: texts, kwargs: pairs as [string, string][] });
  }
  return found;
}

/** Literals of a docstring's text: it is not the file's own text, so only what needs no names counts. */
function docLiteral(node: Expression, module: Module, scope: Scope, evaluator: Evaluator): string | null {
  if (node.kind === 'Str') return module.text.slice(node.start, node.end);
  if (node.kind === 'List' || node.kind === 'Tuple' || node.kind === 'Dict' || node.kind === 'Call') {
    const text = module.text.slice(node.start, node.end);
    return text.includes('\n') || literalText(node, scope, evaluator) === null ? null : text;
  }
  return literalText(node, scope, evaluator);
}

function closing(text: string, open: number): number | null {
  let depth = 0;
  for (let index = open; index < text.length && index < open + 400; index++) {
    if (text[index] === '(') depth++;
    else if (text[index] === ')' && --depth === 0) return index + 1;
  }
  return null;
}

export function docstring(body: readonly Statement[]): string | null {
  const [first] = body;
  return first?.kind === 'Expr' && first.value.kind === 'Str' ? first.value.value : null;
}

/** Python text for a parameter, by its annotation, the docstring and its name. `number` is what a plain number gets. */
export function guessFor(parameter: ParameterNode, task: Task, evaluator: Evaluator, number: number): string {
  const typed = parameter.annotation && byAnnotation(parameter.annotation, { name: parameter.name, scope: task.scope, evaluator, number, depth: 0 });
  if (typed) return typed;
  const documented = documentedType(docstring(task.node.body), parameter.name);
  const path = documented && { str: 'builtins.str', string: 'builtins.str', int: 'builtins.int', integer: 'builtins.int', float: 'builtins.float', bool: 'builtins.bool', boolean: 'builtins.bool', list: 'builtins.list', dict: 'builtins.dict' }[documented];
  return path ? scalars[path]!(parameter.name, number) : guessByName(parameter.name, number);
}

/** The type that a docstring gives a parameter, in the styles of Sphinx, Google and NumPy. */
function documentedType(text: string | null, name: string): string | null {
  if (!text) return null;
  const escaped = name.replace(/\W/g, '\\$&');
  const match = new RegExp(`:param\\s+(\\w+)\\s+${escaped}:|:type\\s+${escaped}:\\s*(\\w+)|^\\s*${escaped}\\s*\\((\\w+)|^\\s*${escaped}\\s*:\\s*(\\w+)\\s*$`, 'm').exec(text);
  return match ? (match[1] ?? match[2] ?? match[3] ?? match[4] ?? '').toLowerCase() : null;
}

const scalars: Record<string, (name: string, number: number) => string> = {
  'builtins.int': (name, number) => matching(name, number, /^-?\d+$/) ?? String(number),
  'builtins.float': (name, number) => matching(name, number, /^-?\d+(\.\d+)?$/) ?? '9.9',
  'builtins.str': (name, number) => matching(name, number, /^"/) ?? (/(^|_)(id|pk)$/.test(name) ? '"1"' : `"${name.replaceAll('_', ' ')}"`),
  'builtins.bool': () => 'False',
  'builtins.bytes': () => 'b""',
  'builtins.list': (name, number) => matching(name, number, /^\[/) ?? '[]',
  'builtins.dict': () => '{}',
  'builtins.tuple': () => '()',
  'builtins.set': () => 'set()',
  'datetime.datetime': () => 'datetime(2025, 1, 31, 12, 0)',
  'datetime.date': () => 'date(2025, 1, 31)',
  'datetime.time': () => 'time(12, 0)',
  'datetime.timedelta': () => 'timedelta(minutes=10)',
  'decimal.Decimal': () => 'Decimal("9.90")',
  'uuid.UUID': () => 'UUID("00000000-0000-4000-8000-000000000001")',
  'pathlib.Path': () => 'Path("example.txt")',
};
const lists = new Set(['builtins.list', 'typing.List', 'typing.Sequence', 'typing.Iterable', 'typing.Collection', 'collections.abc.Sequence', 'collections.abc.Iterable', 'collections.abc.Collection']);
const dicts = new Set(['builtins.dict', 'typing.Dict', 'typing.Mapping', 'collections.abc.Mapping', 'typing.MutableMapping', 'collections.abc.MutableMapping']);
const plainStrings = new Set(['pydantic.HttpUrl', 'pydantic.AnyUrl', 'pydantic.EmailStr', 'typing.AnyStr', 'typing.LiteralString']);

function matching(name: string, number: number, pattern: RegExp): string | null {
  const text = guessByName(name, number);
  return pattern.test(text) ? text : null;
}

interface Annotated {
  readonly name: string;
  readonly scope: Scope;
  readonly evaluator: Evaluator;
  readonly number: number;
  readonly depth: number;
}

/** A value of the annotated type; null where the annotation says nothing that we can write. */
function byAnnotation(annotation: Expression, context: Annotated): string | null {
  const { name, scope, evaluator, number, depth } = context;
  if (depth > 5) return null;
  const inner = (node: Expression, of = name): string | null => byAnnotation(node, { ...context, name: of, depth: depth + 1 });
  switch (annotation.kind) {
    case 'Name': case 'Attribute': {
      for (const value of options(evaluator.evaluate(annotation, scope))) {
        if (value.kind === 'symbol') {
          const make = scalars[value.path];
          if (make) return make(name, number);
          if (lists.has(value.path)) return scalars['builtins.list']!(name, number);
          if (dicts.has(value.path)) return '{}';
          if (plainStrings.has(value.path)) return scalars['builtins.str']!(name, number);
        }
        if (value.kind === 'class') return ofClass(value.node, value.scope, context);
        if (value.kind === 'expression' && value.node.kind === 'Subscript') return byAnnotation(value.node, { ...context, scope: value.scope, depth: depth + 1 });
      }
      return null;
    }
    // A forward reference.
    case 'Str': return /^[A-Za-z_]\w*$/.test(annotation.value) ? inner({ kind: 'Name', start: annotation.start, end: annotation.end, id: annotation.value }) : null;
    case 'Constant': return annotation.value === null ? 'None' : null;
    case 'BinOp': return annotation.operator === '|' ? notNone(inner(annotation.left)) ?? inner(annotation.right) : null;
    case 'Subscript': {
      const value = evaluator.evaluate(annotation.value, scope);
      const [only] = annotation.indices;
      const indices = annotation.indices.length === 1 && only!.kind === 'Tuple' ? only.elements : annotation.indices;
      const [first, second] = indices;
      if (value.kind !== 'symbol' || !first) return null;
      const path = value.path.replace(/^typing_extensions\./, 'typing.');
      if (path === 'typing.Optional' || path === 'typing.Annotated') return inner(first);
      if (path === 'typing.Union') return indices.map(node => notNone(inner(node))).find(text => text !== null) ?? null;
      if (path === 'typing.Literal') return fileOf(scope).text(first);
      if (lists.has(path)) {
        const element = inner(first, singular(name));
        return element && element !== 'None' ? `[${element}]` : '[]';
      }
      if (path === 'builtins.tuple' || path === 'typing.Tuple') {
        const elements = indices.filter(({ kind }) => kind !== 'Ellipsis').map(node => inner(node, singular(name)));
        if (!elements.every(text => text !== null)) return '()';
        return elements.length === 1 ? `(${elements[0]},)` : `(${elements.join(', ')})`;
      }
      if (dicts.has(path)) {
        const key = inner(first, 'key');
        const item = second && inner(second, 'value');
        return key && item ? `{${key}: ${item}}` : '{}';
      }
      return null;
    }
    default: return null;
  }
}

/** A member of an enum; the fields of a pydantic model or TypedDict as the dict in which they travel. */
function ofClass(node: ClassDef, scope: Scope, context: Annotated): string | null {
  const { evaluator, depth } = context;
  const type = { kind: 'class', node, scope } as const;
  if (evaluator.derives(type, path => path.startsWith('enum.') || path.startsWith('django.db.models.') && path.endsWith('Choices'))) {
    for (const statement of node.body) {
      if (statement.kind === 'Assign' && statement.targets[0]?.kind === 'Name' && !statement.targets[0].id.startsWith('_')) return `${node.name}.${statement.targets[0].id}`;
    }
    return null;
  }
  if (!evaluator.derives(type, path => path === 'pydantic.BaseModel' || path === 'typing.TypedDict' || path === 'typing_extensions.TypedDict')) return null;
  const inner = evaluator.inner(type) ?? scope;
  const items: string[] = [];
  for (const statement of node.body) {
    if (statement.kind !== 'AnnAssign' || statement.value || statement.target.kind !== 'Name') continue;
    const { id } = statement.target;
    const text = byAnnotation(statement.annotation, { ...context, name: id, scope: inner, depth: depth + 1 }) ?? guessByName(id, context.number);
    items.push(`"${id}": ${text}`);
  }
  return `{${items.join(', ')}}`;
}

function notNone(text: string | null): string | null {
  return text === 'None' ? null : text;
}

function singular(name: string): string {
  return name.endsWith('ies') ? `${name.slice(0, -3)}y` : name.endsWith('s') && !name.endsWith('ss') ? name.slice(0, -1) : name;
}
