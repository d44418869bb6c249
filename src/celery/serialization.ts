import { isAtLeast, type Version } from './versions';

/** What the source tells of a value's type, as far as it matters to a serializer. */
export type PythonType =
  | { readonly name: AtomName }
  /** `elements`: the types that elements are known to have; empty for an empty one. */
  | { readonly name: SequenceName; readonly elements: readonly PythonType[] }
  | { readonly name: MappingName; readonly keys: readonly PythonType[]; readonly values: readonly PythonType[] }
  | { readonly name: 'unknown' };

export type SequenceName = 'list' | 'tuple' | 'namedtuple' | 'set' | 'frozenset' | 'deque';
export type MappingName = 'dict' | 'OrderedDict' | 'defaultdict' | 'Counter';

/** How a type is called in a sentence. */
const ATOMS = {
  None: 'None',
  bool: 'a bool',
  int: 'an int',
  /** Beyond 64 bits. */
  'large int': 'a large int',
  float: 'a float',
  str: 'a str',
  /** An instance of a class that derives from str. */
  'str subclass': 'a kind of str',
  SafeString: 'a safe string',
  'lazy string': 'a lazy string',
  bytes: 'bytes',
  bytearray: 'a bytearray',
  memoryview: 'a memoryview',
  datetime: 'a datetime',
  date: 'a date',
  time: 'a time',
  timedelta: 'a timedelta',
  tzinfo: 'a time zone',
  Decimal: 'a Decimal',
  UUID: 'a UUID',
  complex: 'a complex number',
  Fraction: 'a Fraction',
  Path: 'a Path',
  pattern: 'a compiled pattern',
  file: 'an open file',
  'uploaded file': 'an uploaded file',
  BytesIO: 'a stream',
  range: 'a range',
  generator: 'a generator',
  /** What map, filter, zip, reversed, iter, enumerate give. */
  iterator: 'an iterator',
  'dict view': 'a view of a dict',
  Enum: 'a member of an Enum',
  'str Enum': 'a member of a str Enum',
  /** IntEnum, IntFlag, `class X(int, Enum)`. */
  IntEnum: 'a member of an int Enum',
  dataclass: 'a dataclass',
  'pydantic model': 'a pydantic model',
  /** An instance of an ordinary class whose bases are all known and none of which is a type of this list. */
  object: 'an object',
  'object with __json__': 'an object that encodes itself',
  exception: 'an exception',
  function: 'a function',
  /** Whatever can be called: a signature can, and is a dict. */
  callable: 'a function',
  lambda: 'a lambda',
  class: 'a class',
  module: 'a module',
  task: 'a task',
  AsyncResult: 'an AsyncResult',
  Signature: 'a signature',
  app: 'a Celery app',
  model: 'a Django model instance',
  queryset: 'a queryset',
  /** A queryset of dicts, tuples or single values. */
  rows: 'a queryset of values',
  manager: 'a manager',
  request: 'a request',
  'numpy.float64': 'a numpy float64',
  'numpy.float32': 'a numpy float32',
  'numpy.int64': 'a numpy int64',
  'numpy.bool': 'a numpy bool',
  'numpy.ndarray': 'a numpy array',
  'pandas.Timestamp': 'a pandas Timestamp',
  'pandas.DataFrame': 'a DataFrame',
  'pandas.Series': 'a Series',
} as const;
export type AtomName = keyof typeof ATOMS;

const CONTAINERS: Readonly<Record<SequenceName | MappingName, string>> = {
  list: 'a list', tuple: 'a tuple', namedtuple: 'a namedtuple', set: 'a set', frozenset: 'a frozenset', deque: 'a deque',
  dict: 'a dict', OrderedDict: 'an OrderedDict', defaultdict: 'a defaultdict', Counter: 'a Counter',
};

/** `a set`, `a Django model instance`. */
export function describeType({ name }: PythonType): string {
  if (name === 'unknown') return 'a value of an unknown type';
  return name in CONTAINERS ? CONTAINERS[name as keyof typeof CONTAINERS] : ATOMS[name as AtomName];
}

export type Serializer = 'json' | 'yaml' | 'msgpack' | 'pickle';

const SERIALIZERS: Readonly<Record<string, Serializer>> = {
  'json': 'json', 'application/json': 'json',
  'yaml': 'yaml', 'application/x-yaml': 'yaml',
  'msgpack': 'msgpack', 'application/x-msgpack': 'msgpack',
  'pickle': 'pickle', 'application/x-python-serialize': 'pickle',
};

/** The serializer of a name or content type; null for one that the project registers itself. */
export function serializerNamed(name: string): Serializer | null {
  return SERIALIZERS[name] ?? null;
}

/** Names and content types that mean the same to `accept_content`; a custom one only itself. */
export function sameSerializer(a: string, b: string): boolean {
  return a === b || (serializerNamed(a) !== null && serializerNamed(a) === serializerNamed(b));
}

export type Verdict =
  | { readonly outcome: 'same' }
  /** Arrives as another type; `arrives` null where only something inside it does. */
  | { readonly outcome: 'changes'; readonly arrives: string | null; readonly culprit: PythonType }
  /** Cannot be encoded: EncodeError at the caller. `culprit` is the very object given in, or one of its parts. */
  | { readonly outcome: 'refused'; readonly culprit: PythonType; readonly asKey: boolean }
  /** Is sent, and the worker cannot read the message. */
  | { readonly outcome: 'undecodable'; readonly culprit: PythonType; readonly asKey: boolean }
  | { readonly outcome: 'unknown' };

const SAME: Verdict = { outcome: 'same' };
const UNKNOWN: Verdict = { outcome: 'unknown' };

/**
 * What becomes of an argument of this type on its way to the task (`kombu.serialization`, `kombu.utils.json`). It depends on kombu, not on
 * Celery. Types that the project registers with kombu's `register_type` are the caller's to except.
 */
export function serialize(type: PythonType, serializer: Serializer, kombu: Version): Verdict {
  if (type.name === 'unknown') return UNKNOWN;
  if ('elements' in type) return worst([sequence(type, serializer), ...type.elements.map(element => inside(serialize(element, serializer, kombu)))]);
  if ('keys' in type) {
    const keys = type.keys.map(key => mappingKey(key, serializer, kombu));
    return worst([mapping(type, serializer), ...keys, ...type.values.map(value => inside(serialize(value, serializer, kombu)))]);
  }
  return atom(type, serializer, kombu);
}

const PLAIN: ReadonlySet<string> = new Set(['None', 'bool', 'int', 'float', 'str']);
/** Subclasses of plain types: C encoders write them as what they derive from. */
const DERIVED: Readonly<Record<string, string>> = { 'str subclass': 'str', 'SafeString': 'str', 'str Enum': 'str', 'IntEnum': 'int', 'numpy.float64': 'float', 'Signature': 'dict' };
const TYPED_SINCE_53: ReadonlySet<string> = new Set(['bytes', 'datetime', 'date', 'time', 'Decimal', 'UUID', 'pandas.Timestamp']);
const UNPICKLABLE: ReadonlySet<string> = new Set(['memoryview', 'file', 'generator', 'dict view', 'lambda', 'module']);
/** Depend on where a class or function is defined, on what an object holds, on how large a file is, or on Python's version. */
const PERHAPS_PICKLABLE: ReadonlySet<string> = new Set(['object', 'exception', 'function', 'class', 'request', 'uploaded file', 'iterator']);

function atom(type: { readonly name: AtomName }, serializer: Serializer, kombu: Version): Verdict {
  const { name } = type;
  const refused: Verdict = { outcome: 'refused', culprit: type, asKey: false };
  const changes = (arrives: string): Verdict => ({ outcome: 'changes', arrives, culprit: type });
  if (PLAIN.has(name)) return SAME;
  if (name === 'callable') return UNKNOWN;
  const derived = DERIVED[name];
  switch (serializer) {
    case 'json':
      if (name === 'large int') return SAME;
      if (derived) return changes(derived);
      if (name === 'lazy string') return changes('str');
      if (name === 'object with __json__') return changes('what its __json__() returns');
      if (TYPED_SINCE_53.has(name)) {
        if (!isAtLeast(kombu, 5, 3)) return name === 'bytes' ? refused : changes('str');
        return name === 'pandas.Timestamp' ? changes('datetime') : SAME;
      }
      return refused;
    case 'yaml':
      return name === 'large int' || name === 'bytes' || name === 'datetime' || name === 'date' ? SAME : refused;
    case 'msgpack':
      if (derived) return changes(derived);
      if (name === 'bytearray' || name === 'memoryview') return changes('bytes');
      return name === 'bytes' ? SAME : refused;
    case 'pickle':
      if (UNPICKLABLE.has(name)) return refused;
      return PERHAPS_PICKLABLE.has(name) ? UNKNOWN : SAME;
  }
}

function sequence(type: PythonType & { readonly name: SequenceName }, serializer: Serializer): Verdict {
  const { name } = type;
  if (name === 'list' || serializer === 'pickle' || (name === 'set' && serializer === 'yaml')) return SAME;
  if (name === 'tuple' || (name === 'namedtuple' && serializer !== 'yaml')) return { outcome: 'changes', arrives: 'list', culprit: type };
  return { outcome: 'refused', culprit: type, asKey: false };
}

function mapping(type: PythonType & { readonly name: MappingName }, serializer: Serializer): Verdict {
  const { name } = type;
  if (name === 'dict') return SAME;
  if (serializer === 'yaml') return { outcome: 'refused', culprit: type, asKey: false };
  if (serializer === 'pickle') return name === 'defaultdict' ? UNKNOWN : SAME; // its factory is often a lambda
  return { outcome: 'changes', arrives: 'dict', culprit: type };
}

function mappingKey(key: PythonType, serializer: Serializer, kombu: Version): Verdict {
  const { name } = key;
  const changes: Verdict = { outcome: 'changes', arrives: null, culprit: key };
  if (name === 'unknown') return UNKNOWN;
  if (name === 'str') return SAME;
  const isText = DERIVED[name] === 'str';
  if (serializer === 'json') {
    const isNumber = PLAIN.has(name) || name === 'large int' || DERIVED[name] === 'int' || DERIVED[name] === 'float';
    return isText || isNumber ? changes : { outcome: 'refused', culprit: key, asKey: true };
  }
  const fate = serialize(key, serializer, kombu);
  if (fate.outcome === 'refused') return { ...fate, asKey: true };
  if (serializer === 'msgpack') return name === 'bytes' || fate.outcome === 'unknown' ? fate : isText ? changes : { outcome: 'undecodable', culprit: key, asKey: true };
  if (serializer === 'yaml' && 'elements' in key) return { outcome: 'undecodable', culprit: key, asKey: true };
  return inside(fate);
}

/** For the whole, a part that changes its type is a change of contents. */
function inside(verdict: Verdict): Verdict {
  return verdict.outcome === 'changes' ? { ...verdict, arrives: null } : verdict;
}

const ORDER: readonly Verdict['outcome'][] = ['refused', 'undecodable', 'unknown', 'changes', 'same'];

function worst(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce((a, b) => ORDER.indexOf(b.outcome) < ORDER.indexOf(a.outcome) ? b : a);
}

/** How an expression of a refused type is turned into one that is taken; `safe` where the task's body need not change. */
export interface Remedy {
  readonly title: string;
  /** Text before and after the expression: `list(`, `)`. */
  readonly before: string;
  readonly after: string;
  readonly safe: boolean;
}

export function remedyFor({ name }: PythonType): Remedy | null {
  const call = (callee: string, safe: boolean): Remedy => ({ title: `Wrap it in ${callee}()`, before: `${callee}(`, after: ')', safe });
  const suffix = (after: string): Remedy => ({ title: `Pass ${after}`, before: '', after, safe: false });
  switch (name) {
    case 'set': case 'frozenset': return call('list', false);
    case 'deque': case 'range': case 'generator': case 'iterator': case 'dict view': case 'rows': return call('list', true);
    case 'queryset': return { title: 'Pass the keys', before: 'list(', after: ".values_list('pk', flat=True))", safe: false };
    case 'Path': case 'exception': return call('str', false);
    case 'timedelta': return suffix('.total_seconds()');
    case 'model': return suffix('.pk');
    case 'pydantic model': return suffix(".model_dump(mode='json')");
    case 'Enum': return suffix('.value');
    case 'numpy.ndarray': return suffix('.tolist()');
    case 'numpy.float32': case 'numpy.int64': case 'numpy.bool': return suffix('.item()');
    default: return null;
  }
}
