import type { PythonType } from '../../celery/serialization';

type TypeName = PythonType['name'];

const numbers: ReadonlySet<TypeName> = new Set(['int', 'float']);
const sets: ReadonlySet<TypeName> = new Set(['set', 'frozenset']);

/** The type of `left operator right`, as far as it matters; undefined for one that is not known. */
export function operated(left: TypeName, operator: string, right: TypeName): TypeName | undefined {
  if (operator === '/' && left === 'Path') return 'Path';
  if (operator === '%' && left === 'str') return 'str';
  if (numbers.has(left) && numbers.has(right) && ['+', '-', '*', '/', '//', '%'].includes(operator)) return left === 'float' || right === 'float' || operator === '/' ? 'float' : 'int';
  switch (operator) {
    case '+':
      if (left === right && ['str', 'bytes', 'list', 'tuple', 'timedelta', 'Decimal'].includes(left)) return left;
      return [left, right].includes('timedelta') ? [left, right].find(type => type === 'datetime' || type === 'date') : undefined;
    case '-':
      if (left === right && (left === 'datetime' || left === 'date' || left === 'timedelta')) return 'timedelta';
      if (left === right && left === 'Decimal') return left;
      if (right === 'timedelta' && (left === 'datetime' || left === 'date')) return left;
      return sets.has(left) && sets.has(right) ? left : undefined;
    case '*': return (left === 'timedelta' && numbers.has(right)) || (right === 'timedelta' && numbers.has(left)) ? 'timedelta' : undefined;
    case '/': return left === 'timedelta' && numbers.has(right) ? 'timedelta' : left === 'timedelta' && right === 'timedelta' ? 'float' : undefined;
    case '|': case '&': case '^': return sets.has(left) && sets.has(right) ? left : undefined;
    default: return undefined;
  }
}

const methods: Readonly<Partial<Record<TypeName, Readonly<Record<string, TypeName>>>>> = {
  str: { lower: 'str', upper: 'str', strip: 'str', format: 'str', replace: 'str', join: 'str', encode: 'bytes', split: 'list' },
  datetime: { replace: 'datetime', astimezone: 'datetime', isoformat: 'str', strftime: 'str', timestamp: 'float', date: 'date', time: 'time' },
  date: { replace: 'date', isoformat: 'str', strftime: 'str' },
  timedelta: { total_seconds: 'float' },
  Path: { joinpath: 'Path', resolve: 'Path', absolute: 'Path', with_suffix: 'Path', with_name: 'Path', open: 'file', read_text: 'str', read_bytes: 'bytes', as_posix: 'str' },
  set: { union: 'set', intersection: 'set', difference: 'set', symmetric_difference: 'set', copy: 'set' },
};
const attributes: Readonly<Partial<Record<TypeName, Readonly<Record<string, TypeName>>>>> = {
  Path: { parent: 'Path', name: 'str', stem: 'str', suffix: 'str' },
  timedelta: { days: 'int', seconds: 'int' },
};

/** What a method of a value of that type gives. */
export function givenBy(type: TypeName, method: string): TypeName | undefined {
  return methods[type]?.[method];
}

/** What an attribute of a value of that type is. */
export function attributeOf(type: TypeName, name: string): TypeName | undefined {
  return attributes[type]?.[name];
}
