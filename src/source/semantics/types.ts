import type { MappingName, PythonType, SequenceName } from '../../celery/serialization';
import { fileOf } from '../project/sourceFile';
import type { Comprehension, Expression } from '../syntax/nodes';
import type { Evaluator } from './evaluator';
import type { Scope } from './scopes';
import { options, type ClassValue, type Value } from './values';

type TypeName = PythonType['name'];

const unknownType: PythonType = { name: 'unknown' };

/** What instances of classes outside of the project are, by the path that the class is known by. */
const instances: Readonly<Record<string, TypeName>> = {
  'builtins.str': 'str', 'builtins.int': 'int', 'builtins.float': 'float', 'builtins.bool': 'bool', 'builtins.bytes': 'bytes', 'builtins.bytearray': 'bytearray', 'builtins.memoryview': 'memoryview',
  'builtins.complex': 'complex', 'builtins.list': 'list', 'builtins.tuple': 'tuple', 'builtins.dict': 'dict', 'builtins.set': 'set', 'builtins.frozenset': 'frozenset', 'builtins.range': 'range',
  'builtins.map': 'iterator', 'builtins.filter': 'iterator', 'builtins.zip': 'iterator', 'builtins.enumerate': 'iterator', 'builtins.reversed': 'iterator', 'builtins.object': 'object',
  'collections.deque': 'deque', 'collections.OrderedDict': 'OrderedDict', 'collections.defaultdict': 'defaultdict', 'collections.Counter': 'Counter',
  'datetime.datetime': 'datetime', 'datetime.date': 'date', 'datetime.time': 'time', 'datetime.timedelta': 'timedelta', 'datetime.timezone': 'tzinfo', 'zoneinfo.ZoneInfo': 'tzinfo',
  'decimal.Decimal': 'Decimal', 'uuid.UUID': 'UUID', 'fractions.Fraction': 'Fraction', 'io.BytesIO': 'BytesIO', 'io.StringIO': 'BytesIO', 're.Pattern': 'pattern',
  'pathlib.Path': 'Path', 'pathlib.PurePath': 'Path', 'pathlib.PosixPath': 'Path', 'pathlib.PurePosixPath': 'Path',
  'celery.result.AsyncResult': 'AsyncResult', 'celery.Celery': 'app',
  'django.http.HttpRequest': 'request', 'django.http.request.HttpRequest': 'request', 'rest_framework.request.Request': 'request', 'django.core.handlers.wsgi.WSGIRequest': 'request',
  'django.db.models.QuerySet': 'queryset', 'django.db.models.query.QuerySet': 'queryset',
  'numpy.float64': 'numpy.float64', 'numpy.float32': 'numpy.float32', 'numpy.int64': 'numpy.int64', 'numpy.ndarray': 'numpy.ndarray',
  'pandas.DataFrame': 'pandas.DataFrame', 'pandas.Series': 'pandas.Series', 'pandas.Timestamp': 'pandas.Timestamp',
};

/** What functions outside of the project return. */
const returned: Readonly<Record<string, TypeName>> = {
  'builtins.open': 'file', 'builtins.iter': 'iterator', 'builtins.sorted': 'list', 'builtins.repr': 'str', 'builtins.len': 'int', 're.compile': 'pattern',
  'datetime.datetime.now': 'datetime', 'datetime.datetime.utcnow': 'datetime', 'datetime.datetime.today': 'datetime', 'datetime.datetime.fromisoformat': 'datetime', 'datetime.datetime.fromtimestamp': 'datetime', 'datetime.datetime.strptime': 'datetime', 'datetime.datetime.combine': 'datetime',
  'datetime.date.today': 'date', 'datetime.date.fromisoformat': 'date', 'django.utils.timezone.now': 'datetime',
  'uuid.uuid1': 'UUID', 'uuid.uuid3': 'UUID', 'uuid.uuid4': 'UUID', 'uuid.uuid5': 'UUID', 'pathlib.Path.cwd': 'Path', 'pathlib.Path.home': 'Path',
  'django.shortcuts.get_object_or_404': 'model', 'django.shortcuts.get_list_or_404': 'list',
  'numpy.array': 'numpy.ndarray', 'numpy.zeros': 'numpy.ndarray', 'numpy.ones': 'numpy.ndarray', 'numpy.arange': 'numpy.ndarray', 'numpy.asarray': 'numpy.ndarray',
};

const models = new Set(['django.db.models.Model', 'django.db.models.base.Model']);
const managers = new Set(['django.db.models.Manager', 'django.db.models.manager.Manager', 'django.db.models.manager.BaseManager']);
const pydantic = new Set(['pydantic.BaseModel', 'pydantic.main.BaseModel', 'pydantic_settings.BaseSettings', 'sqlmodel.SQLModel']);
const tasks = new Set(['celery.Task']);
/** By how many of them a base is one of an Enum's, the more telling first. */
const enums: readonly (readonly [TypeName, readonly string[]])[] = [
  ['str Enum', ['enum.StrEnum', 'django.db.models.TextChoices']],
  ['IntEnum', ['enum.IntEnum', 'enum.IntFlag', 'django.db.models.IntegerChoices']],
  ['Enum', ['enum.Enum', 'enum.Flag']],
];
const exceptions = /^builtins\.(?:(?:[A-Z]\w*)?(?:Error|Exception)|BaseExceptionGroup|ExceptionGroup)$/;

/** Methods of managers and querysets that give one object, rows of it, and a queryset. */
const giveOne = new Set(['get', 'first', 'last', 'create', 'earliest', 'latest', 'aget', 'acreate']);
const giveRows = new Set(['values', 'values_list', 'dates', 'datetimes']);
const giveQueryset = new Set(['all', 'filter', 'exclude', 'order_by', 'distinct', 'select_related', 'prefetch_related', 'annotate', 'only', 'defer', 'using', 'reverse', 'select_for_update', 'none', 'union', 'get_queryset']);
const givePair = new Set(['get_or_create', 'update_or_create']);
const sending = new Set(['delay', 'apply_async']);
const signing = new Set(['s', 'si', 'signature', 'subtask']);
const ofRequest: Readonly<Record<string, TypeName>> = { user: 'model', session: 'object', FILES: 'object', META: 'object' };

/** What a queryset yields: instances of its model, or rows. */
type Elements = 'model' | 'rows';

/** Tells types of values where they are known for sure. */
export class Types {
  /**
   * @param isTask whether a value is a task of Celery
   * @param classes the classes of all files that matter to Celery
   */
  constructor(private readonly evaluator: Evaluator, private readonly isTask: (value: Value) => boolean, private readonly classes: () => readonly ClassValue[]) {}

  /** The types that an expression may have; `unknown` among them where one is not known. */
  of(node: Expression, scope: Scope): readonly PythonType[] {
    const member = this.enumMember(node, scope);
    if (member) return [member];
    if (this.isStored(node, scope)) return [unknownType];
    return options(this.evaluator.evaluate(node, scope)).map(value => {
      const type = this.ofValue(value);
      // What has a name of its own may have been filled or emptied under it.
      return value.kind === 'expression' && value.node !== node ? withoutContents(type) : type;
    });
  }

  /** The one type that an expression has; `unknown` where it may have several. */
  single(node: Expression, scope: Scope): PythonType {
    const [type = unknownType, ...others] = this.of(node, scope);
    return others.length ? unknownType : type;
  }

  private ofValue(value: Value): PythonType {
    switch (value.kind) {
      case 'expression': return this.display(value.node, value.scope);
      case 'function': return this.isTask(value) ? { name: 'task' } : value.node.decorators.length || value.owner ? unknownType : { name: 'function' };
      case 'class': return value.node.decorators.length ? unknownType : { name: 'class' };
      case 'module': return { name: 'module' };
      case 'symbol': return instances[value.path] ? { name: 'class' } : unknownType;
      case 'call': return this.called(value);
      case 'instance': return value.of.kind === 'class' && !this.hasSubclasses(value.of) ? this.instance(value.of) : promised(this.instance(value.of));
      case 'parameter': return this.parameter(value);
      case 'derived': return this.derived(value);
      case 'member': return this.member(value);
      default: return unknownType;
    }
  }

  private display(node: Expression, scope: Scope): PythonType {
    switch (node.kind) {
      case 'Str': case 'JoinedStr': return { name: 'str' };
      case 'Bytes': return { name: 'bytes' };
      case 'Num': return { name: node.type };
      case 'Constant': return { name: node.value === null ? 'None' : 'bool' };
      case 'Lambda': return { name: 'lambda' };
      case 'List': case 'Tuple': case 'Set': return { name: node.kind === 'List' ? 'list' : node.kind === 'Tuple' ? 'tuple' : 'set', elements: node.elements.map(element => element.kind === 'Starred' ? unknownType : this.single(element, scope)) };
      case 'Dict': {
        if (node.items.some(({ key }) => !key)) return unknownType;
        return { name: 'dict', keys: node.items.map(({ key }) => this.single(key!, scope)), values: node.items.map(({ value }) => this.single(value, scope)) };
      }
      case 'Comprehension': return this.comprehension(node, scope);
      default: return unknownType;
    }
  }

  private comprehension(node: Comprehension, scope: Scope): PythonType {
    if (node.type === 'generator') return { name: 'generator' };
    const inner = fileOf(scope).analysis.inner.get(node) ?? scope;
    const element = this.single(node.element, inner);
    return node.type === 'dict' ? { name: 'dict', keys: [element], values: node.value ? [this.single(node.value, inner)] : [] } : { name: node.type, elements: [element] };
  }

  private parameter({ node, scope }: Extract<Value, { kind: 'parameter' }>): PythonType {
    const { annotation } = node;
    // What a default gives may be of another type, and `*args` collects.
    if (!annotation || node.default || node.kind === 'var-positional' || node.kind === 'var-keyword') return unknownType;
    return this.annotated(annotation, scope.parent ?? scope);
  }

  /** What an annotation promises: `set[int]` is a set. */
  annotated(annotation: Expression, scope: Scope): PythonType {
    const named = annotation.kind === 'Subscript' ? annotation.value : annotation;
    if (named.kind !== 'Name' && named.kind !== 'Attribute') return unknownType;
    const value = this.evaluator.evaluate(named, scope);
    return value.kind === 'class' || value.kind === 'symbol' ? promised(this.instance(value)) : unknownType;
  }

  private called(value: Extract<Value, { kind: 'call' }>): PythonType {
    const { callee } = value;
    if (this.isTask(value)) return { name: 'task' };
    if (callee.kind === 'symbol' && returned[callee.path]) return typed(returned[callee.path]);
    if (callee.kind === 'symbol' || callee.kind === 'class') return this.instance(callee);
    if (callee.kind !== 'member') return unknownType;
    if (this.isTask(callee.of)) return typed(sending.has(callee.name) ? 'AsyncResult' : signing.has(callee.name) ? 'Signature' : undefined);
    if (['keys', 'values', 'items'].includes(callee.name) && !value.node.args.length && ['dict', 'OrderedDict', 'defaultdict', 'Counter'].includes(this.ofValue(callee.of).name)) return { name: 'dict view' };
    if (giveOne.has(callee.name)) return typed(this.source(callee.of) === 'model' ? 'model' : undefined);
    return typed(this.source(value) ? 'queryset' : undefined);
  }

  private member(value: Extract<Value, { kind: 'member' }>): PythonType {
    const { of, name } = value;
    if (of.kind === 'call' && of.callee.kind === 'member' && name === '[0]' && givePair.has(of.callee.name)) return typed(this.source(of.callee.of) === 'model' ? 'model' : undefined);
    if (ofRequest[name] && this.ofValue(of).name === 'request') return typed(ofRequest[name]);
    return typed(this.manages(value) ? 'manager' : undefined);
  }

  private derived({ from, by }: Extract<Value, { kind: 'derived' }>): PythonType {
    if (by === 'enter') return typed(this.ofValue(from).name === 'file' ? 'file' : undefined);
    return typed(this.source(from) === 'model' ? 'model' : undefined);
  }

  /** What a queryset or manager yields; null where the value is none. */
  private source(value: Value): Elements | null {
    if (this.manages(value)) return 'model';
    if (value.kind !== 'call' || value.callee.kind !== 'member') return null;
    const { of, name } = value.callee;
    const before = giveQueryset.has(name) || giveRows.has(name) ? this.source(of) : null;
    return before && giveRows.has(name) ? 'rows' : before;
  }

  /** `Model.objects`, and managers of the project that leave the methods as they are. */
  private manages(value: Value): boolean {
    if (value.kind === 'member') return value.name === 'objects' && value.of.kind === 'class' && this.evaluator.derives(value.of, path => models.has(path));
    const type = value.kind === 'call' || value.kind === 'instance' ? this.evaluator.classOf(value) : null;
    return type !== null && this.evaluator.derives(type, path => managers.has(path));
  }

  /** `Color.RED` of an Enum: read as what is assigned there, it would be taken for that. */
  private enumMember(node: Expression, scope: Scope): PythonType | null {
    if (node.kind !== 'Attribute') return null;
    const type = this.evaluator.evaluate(node.value, scope);
    if (type.kind !== 'class') return null;
    const bound = this.evaluator.inner(type)?.bindings.get(node.attr);
    if (!bound?.every(({ kind }) => kind === 'assign')) return null;
    const kind = this.instance(type);
    return kind.name === 'Enum' || kind.name === 'str Enum' || kind.name === 'IntEnum' ? kind : null;
  }

  /** Whether a value is kept in an attribute of an object: any code may put another one there. */
  private isStored(node: Expression, scope: Scope): boolean {
    if (node.kind !== 'Attribute') return false;
    return options(this.evaluator.evaluate(node.value, scope)).some(({ kind }) => kind === 'class' || kind === 'instance' || kind === 'call')
      && options(this.evaluator.evaluate(node, scope)).some(({ kind }) => kind === 'expression' || kind === 'call');
  }

  private hasSubclasses(type: ClassValue): boolean {
    return this.classes().some(other => other.node !== type.node && this.evaluator.mro(other).some(base => base.kind === 'class' && base.node === type.node));
  }

  private instance(type: Value): PythonType {
    if (type.kind === 'symbol') return typed(models.has(type.path) ? 'model' : pydantic.has(type.path) ? 'pydantic model' : exceptions.test(type.path) ? 'exception' : instances[type.path]);
    return type.kind === 'class' ? this.ofClass(type) : unknownType;
  }

  private ofClass(type: ClassValue): PythonType {
    const bases = this.evaluator.mro(type);
    const own = bases.filter(base => base.kind === 'class');
    // Such a class decides by itself how it is encoded, or may.
    if (own.some(base => ['__json__', '__new__', '__getattr__', '__class__'].some(name => this.evaluator.inner(base)?.bindings.has(name)))) return unknownType;
    const paths = new Set(bases.flatMap(base => base.kind === 'symbol' ? [base.path] : []));
    const derives = (known: ReadonlySet<string>): boolean => [...paths].some(path => known.has(path));
    if (derives(models)) return { name: 'model' };
    if (derives(pydantic)) return { name: 'pydantic model' };
    if (derives(tasks)) return { name: 'task' };
    for (const [name, known] of enums) {
      if (!known.some(path => paths.has(path))) continue;
      return typed(name !== 'Enum' ? name : paths.has('builtins.str') ? 'str Enum' : paths.has('builtins.int') ? 'IntEnum' : name);
    }
    if ([...paths].some(path => exceptions.test(path))) return { name: 'exception' };
    if (bases.length !== own.length + Number(paths.has('builtins.object')) || own.some(({ node }) => node.keywords.length)) return unknownType;
    if (!own.some(({ node }) => node.decorators.length)) return { name: 'object' };
    return typed(own.every(({ node, scope }) => node.decorators.every(({ expression }) => this.isDataclass(expression, scope))) ? 'dataclass' : undefined);
  }

  private isDataclass(decorator: Expression, scope: Scope): boolean {
    const value = this.evaluator.evaluate(decorator.kind === 'Call' ? decorator.func : decorator, scope);
    return value.kind === 'symbol' && value.path === 'dataclasses.dataclass';
  }
}

const sequences = new Set<string>(['list', 'tuple', 'namedtuple', 'set', 'frozenset', 'deque']);
const mappings = new Set<string>(['dict', 'OrderedDict', 'defaultdict', 'Counter']);

/** A list or dict of which nothing is known but that it is one. */
function withoutContents(type: PythonType): PythonType {
  return type.name === 'list' || mappings.has(type.name) || type.name === 'set' || type.name === 'deque' ? typed(type.name) : type;
}

/** A type of which only the name is known: what it holds is not. */
function typed(name: TypeName | undefined): PythonType {
  if (name === undefined) return unknownType;
  if (sequences.has(name)) return { name: name as SequenceName, elements: [unknownType] };
  if (mappings.has(name)) return { name: name as MappingName, keys: [unknownType], values: [unknownType] };
  return { name } as PythonType;
}

/** What is left of a type where a subclass, or for `complex` any number, may be given: an object may then encode itself. */
function promised(type: PythonType): PythonType {
  return type.name === 'object' || type.name === 'complex' ? unknownType : type;
}
