import type { SampleCall } from '../../shared/source';
import type { Task } from '../celery/model';
import { fileOf } from '../project/sourceFile';
import type { Evaluator } from '../semantics/evaluator';
import type { Scope } from '../semantics/scopes';
import type { Expression, ParameterNode, Statement } from '../syntax/nodes';
import { guessByName, type Guess } from './guess';

/** The call that a Run lens offers: required arguments only, each as a person would write it. */
export function sampleCall(task: Task, evaluator: Evaluator): SampleCall {
  const parameters = task.parameters ?? (task.bound || task.kind === 'class' ? task.declared.slice(1) : task.declared);
  const guessed: string[] = [];
  const parts: string[] = [];
  for (const parameter of parameters) {
    if (parameter.default || parameter.kind === 'var-positional' || parameter.kind === 'var-keyword') continue;
    const guess = guessFor(parameter, task.scope, evaluator);
    if (!guess.known) guessed.push(parameter.name);
    parts.push(parameter.kind === 'keyword-only' ? `${parameter.name}=${guess.text}` : guess.text);
  }
  return { text: `${task.node.name}(${parts.join(', ')})`, guessed };
}

function guessFor(parameter: ParameterNode, scope: Scope, evaluator: Evaluator): Guess {
  const typed = parameter.annotation && byAnnotation(parameter.annotation, parameter.name, scope, evaluator, 0);
  return typed ?? { text: guessByName(parameter.name), known: false };
}

const scalars: Record<string, (name: string) => string> = {
  'builtins.int': name => matching(name, /^-?\d+$/) ?? '1',
  'builtins.float': name => matching(name, /^-?\d+(\.\d+)?$/) ?? '1.5',
  'builtins.str': name => matching(name, /^"/) ?? `"${name.replaceAll('_', ' ')}"`,
  'builtins.bool': () => 'False',
  'builtins.bytes': () => 'b""',
  'builtins.list': () => '[]',
  'builtins.dict': () => '{}',
  'builtins.tuple': () => '()',
  'builtins.set': () => 'set()',
  'datetime.datetime': () => 'datetime(2025, 1, 1, 12, 0)',
  'datetime.date': () => 'date(2025, 1, 1)',
  'datetime.time': () => 'time(12, 0)',
  'datetime.timedelta': () => 'timedelta(minutes=1)',
  'decimal.Decimal': () => 'Decimal("9.90")',
  'uuid.UUID': () => 'UUID("00000000-0000-4000-8000-000000000001")',
  'pathlib.Path': () => 'Path("example.txt")',
};
const lists = new Set(['builtins.list', 'typing.List', 'typing.Sequence', 'typing.Iterable', 'typing.Collection', 'collections.abc.Sequence', 'collections.abc.Iterable', 'collections.abc.Collection']);
const dicts = new Set(['builtins.dict', 'typing.Dict', 'typing.Mapping', 'collections.abc.Mapping', 'typing.MutableMapping']);

function matching(name: string, pattern: RegExp): string | null {
  const text = guessByName(name);
  return pattern.test(text) ? text : null;
}

/** A value of the annotated type; null where the annotation says nothing that we can write. */
function byAnnotation(annotation: Expression, name: string, scope: Scope, evaluator: Evaluator, depth: number): Guess | null {
  if (depth > 5) return null;
  const inner = (node: Expression, of = name): Guess | null => byAnnotation(node, of, scope, evaluator, depth + 1);
  switch (annotation.kind) {
    case 'Name': case 'Attribute': {
      const value = evaluator.evaluate(annotation, scope);
      if (value.kind === 'symbol') {
        const make = scalars[value.path];
        if (make) return { text: make(name), known: false };
        if (lists.has(value.path)) return { text: '[]', known: false };
        return dicts.has(value.path) ? { text: '{}', known: false } : null;
      }
      if (value.kind === 'class' && evaluator.derives(value, path => path.startsWith('enum.'))) return enumMember(value.node.body, value.node.name);
      return null;
    }
    case 'Constant': return annotation.value === null ? { text: 'None', known: true } : null;
    case 'BinOp': {
      if (annotation.operator !== '|') return null;
      return inner(annotation.left) ?? inner(annotation.right);
    }
    case 'Subscript': {
      const value = evaluator.evaluate(annotation.value, scope);
      const indices = annotation.indices.length === 1 && annotation.indices[0]!.kind === 'Tuple' ? annotation.indices[0].elements : annotation.indices;
      const [first, second] = indices;
      if (value.kind !== 'symbol' || !first) return null;
      const { path } = value;
      if (path === 'typing.Optional' || path === 'typing.Annotated' || path === 'typing.Union' || path === 'typing_extensions.Annotated') return inner(first);
      if (path === 'typing.Literal' || path === 'typing_extensions.Literal') return { text: fileOf(scope).text(first), known: false };
      if (lists.has(path)) {
        const element = inner(first, singular(name));
        return { text: element && element.text !== 'None' ? `[${element.text}]` : '[]', known: false };
      }
      if (path === 'builtins.tuple' || path === 'typing.Tuple') {
        const elements = indices.filter(({ kind }) => kind !== 'Ellipsis').map(node => inner(node, singular(name))?.text);
        if (!elements.every(text => text !== undefined)) return { text: '()', known: false };
        return { text: elements.length === 1 ? `(${elements[0]},)` : `(${elements.join(', ')})`, known: false };
      }
      if (dicts.has(path)) {
        const key = inner(first, 'key');
        const item = second && inner(second, 'value');
        return { text: key && item ? `{${key.text}: ${item.text}}` : '{}', known: false };
      }
      return null;
    }
    default: return null;
  }
}

function enumMember(body: readonly Statement[], name: string): Guess | null {
  for (const statement of body) {
    if (statement.kind === 'Assign' && statement.targets[0]?.kind === 'Name' && !statement.targets[0].id.startsWith('_')) return { text: `${name}.${statement.targets[0].id}`, known: false };
  }
  return null;
}

function singular(name: string): string {
  return name.endsWith('ies') ? `${name.slice(0, -3)}y` : name.endsWith('s') && !name.endsWith('ss') ? name.slice(0, -1) : name;
}
