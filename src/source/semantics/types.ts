import type { MappingName, PythonType, SequenceName } from '../../celery/serialization';
import { fileOf } from '../project/sourceFile';
import type { Call, Comprehension, Expression } from '../syntax/nodes';
import { alternatives } from './annotations';
import { modelsOfAdmin } from './djangoAdmin';
import { isFileOfForm } from './djangoForms';
import { isModelPath } from './djangoModels';
import { sendersOf } from './djangoSignals';
import { isObjectView, isRequestOfView, isView, requests } from './djangoViews';
import type { Evaluator } from './evaluator';
import { attributeOf, givenBy, operated } from './operations';
import type { Scope } from './scopes';
import { itemOf, options, unknown, type ClassValue, type Value } from './values';

type TypeName = PythonType['name'];

const unknownType: PythonType = { name: 'unknown' };

/** What instances of classes outside of the project are, by the path that the class is known by. */
const instances: Readonly<Record<string, TypeName>> = {
  'builtins.str': 'str', 'builtins.int': 'int', 'builtins.float': 'float', 'builtins.bool': 'bool', 'builtins.bytes': 'bytes', 'builtins.bytearray': 'bytearray', 'builtins.memoryview': 'memoryview',
  'builtins.complex': 'complex', 'builtins.list': 'list', 'builtins.tuple': 'tuple', 'builtins.dict': 'dict', 'builtins.set': 'set', 'builtins.frozenset': 'frozenset', 'builtins.range': 'range',
  'builtins.map': 'iterator', 'builtins.filter': 'iterator', 'builtins.zip': 'iterator', 'builtins.enumerate': 'iterator', 'builtins.reversed': 'iterator', 'builtins.object': 'object',
  'typing.List': 'list', 'typing.Tuple': 'tuple', 'typing.Dict': 'dict', 'typing.Set': 'set', 'typing.FrozenSet': 'frozenset', 'typing.Deque': 'deque',
  'typing.OrderedDict': 'OrderedDict', 'typing.DefaultDict': 'defaultdict', 'typing.Counter': 'Counter',
  'collections.deque': 'deque', 'collections.OrderedDict': 'OrderedDict', 'collections.defaultdict': 'defaultdict', 'collections.Counter': 'Counter',
  'datetime.datetime': 'datetime', 'datetime.date': 'date', 'datetime.time': 'time', 'datetime.timedelta': 'timedelta', 'datetime.timezone': 'tzinfo', 'zoneinfo.ZoneInfo': 'tzinfo',
  'decimal.Decimal': 'Decimal', 'uuid.UUID': 'UUID', 'fractions.Fraction': 'Fraction', 'io.BytesIO': 'BytesIO', 'io.StringIO': 'BytesIO', 're.Pattern': 'pattern',
  'pathlib.Path': 'Path', 'pathlib.PurePath': 'Path', 'pathlib.PosixPath': 'Path', 'pathlib.PurePosixPath': 'Path',
  'celery.result.AsyncResult': 'AsyncResult', 'celery.Celery': 'app',
  ...Object.fromEntries([...requests].map(path => [path, 'request'] as const)),
  ...Object.fromEntries(['UploadedFile', 'InMemoryUploadedFile', 'TemporaryUploadedFile', 'SimpleUploadedFile'].map(name => [`django.core.files.uploadedfile.${name}`, 'uploaded file'] as const)),
  'django.db.models.QuerySet': 'queryset', 'django.db.models.query.QuerySet': 'queryset',
  'numpy.float64': 'numpy.float64', 'numpy.float32': 'numpy.float32', 'numpy.int64': 'numpy.int64', 'numpy.ndarray': 'numpy.ndarray',
  'django.utils.functional.Promise': 'lazy string', 'django.utils.safestring.SafeString': 'SafeString',
  'typing.Callable': 'callable', 'collections.abc.Callable': 'callable', 'types.FunctionType': 'function',
  'pandas.DataFrame': 'pandas.DataFrame', 'pandas.Series': 'pandas.Series', 'pandas.Timestamp': 'pandas.Timestamp',
};

/** What functions outside of the project return. */
const returned: Readonly<Record<string, TypeName>> = {
  'builtins.open': 'file', 'builtins.iter': 'iterator', 'builtins.sorted': 'list', 'builtins.repr': 'str', 'builtins.len': 'int', 're.compile': 'pattern',
  'datetime.datetime.now': 'datetime', 'datetime.datetime.utcnow': 'datetime', 'datetime.datetime.today': 'datetime', 'datetime.datetime.fromisoformat': 'datetime', 'datetime.datetime.fromtimestamp': 'datetime', 'datetime.datetime.strptime': 'datetime', 'datetime.datetime.combine': 'datetime',
  'datetime.date.today': 'date', 'datetime.date.fromisoformat': 'date', 'django.utils.timezone.now': 'datetime',
  'uuid.uuid1': 'UUID', 'uuid.uuid3': 'UUID', 'uuid.uuid4': 'UUID', 'uuid.uuid5': 'UUID', 'pathlib.Path.cwd': 'Path', 'pathlib.Path.home': 'Path',
  'django.shortcuts.get_object_or_404': 'model', 'django.shortcuts.get_list_or_404': 'list',
  'django.utils.translation.gettext_lazy': 'lazy string', 'django.utils.translation.pgettext_lazy': 'lazy string', 'django.utils.translation.ngettext_lazy': 'lazy string', 'django.urls.reverse_lazy': 'lazy string',
  'numpy.array': 'numpy.ndarray', 'numpy.zeros': 'numpy.ndarray', 'numpy.ones': 'numpy.ndarray', 'numpy.arange': 'numpy.ndarray', 'numpy.asarray': 'numpy.ndarray',
};

const userModel = 'django.contrib.auth.get_user_model';
const namedtuples = new Set(['collections.namedtuple', 'typing.NamedTuple']);
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

/** What a queryset yields: instances of its model, or values of rows. */
type Elements = 'model' | 'rows';
const querysets: Readonly<Record<Elements, TypeName>> = { model: 'queryset', rows: 'rows' };
/** Builtins that make a container of all that they are given. */
const collecting: Readonly<Record<string, SequenceName>> = { 'builtins.list': 'list', 'builtins.sorted': 'list', 'builtins.tuple': 'tuple', 'builtins.set': 'set' };

/** Nobody writes values that are made of one another further than that. */
const deepest = 200;

/** Tells types of values where they are known for sure. */
export class Types {
  readonly #known = new WeakMap<Expression, readonly PythonType[]>();
  readonly #running = new Set<Expression>();
  /** Counts what a cycle cut short: a type that comes after such a cut is not kept. */
  #cuts = 0;

  /**
   * @param isTask whether a value is a task of Celery
   * @param classes the classes of all files that matter to Celery
   */
  constructor(private readonly evaluator: Evaluator, private readonly isTask: (value: Value) => boolean, private readonly classes: () => readonly ClassValue[]) {}

  /** The types that an expression may have; `unknown` among them where one is not known. */
  of(node: Expression, scope: Scope): readonly PythonType[] {
    const known = this.#known.get(node);
    if (known) return known;
    // `n = n + 1`: what a name holds is made from it.
    if (this.#running.has(node)) {
      this.#cuts++;
      return [unknownType];
    }
    // Kept as unknown, so that nothing is followed that far twice.
    if (this.#running.size > deepest) {
      this.#known.set(node, [unknownType]);
      return [unknownType];
    }
    const cuts = this.#cuts;
    this.#running.add(node);
    try {
      const types = this.typesOf(node, scope);
      if (cuts === this.#cuts) this.#known.set(node, types);
      return types;
    } finally {
      this.#running.delete(node);
    }
  }

  private typesOf(node: Expression, scope: Scope): readonly PythonType[] {
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
      case 'BinOp': return typed(operated(this.single(node.left, scope).name, node.operator, this.single(node.right, scope).name));
      default: return unknownType;
    }
  }

  private comprehension(node: Comprehension, scope: Scope): PythonType {
    if (node.type === 'generator') return { name: 'generator' };
    const inner = fileOf(scope).analysis.inner.get(node) ?? scope;
    const element = this.single(node.element, inner);
    return node.type === 'dict' ? { name: 'dict', keys: [element], values: node.value ? [this.single(node.value, inner)] : [] } : { name: node.type, elements: [element] };
  }

  private parameter(value: Extract<Value, { kind: 'parameter' }>): PythonType {
    const { node, node: { annotation }, scope } = value;
    // What a default gives may be of another type, and `*args` collects.
    if (node.default || node.kind === 'var-positional' || node.kind === 'var-keyword') return unknownType;
    if (!annotation) return isRequestOfView(node, scope, this.evaluator) ? { name: 'request' } : this.instanceOf(modelsOfAdmin(node, scope, this.evaluator) ?? sendersOf(value, this.evaluator));
    return this.annotated(annotation, scope.parent ?? scope);
  }

  /** What an annotation promises where that is one type: `set[int]` is a set of ints. */
  annotated(annotation: Expression, scope: Scope): PythonType {
    const [type = unknownType, ...others] = this.promises(annotation, scope);
    return others.length ? unknownType : type;
  }

  /** The types that an annotation promises: `Order | None` a model or None. */
  promises(annotation: Expression, scope: Scope): readonly PythonType[] {
    return alternatives(annotation, scope, this.evaluator).map(node => {
      if (node.kind === 'Constant' && node.value === null) return { name: 'None' };
      const named = node.kind === 'Subscript' ? node.value : node;
      if (named.kind !== 'Name' && named.kind !== 'Attribute') return unknownType;
      const type = promised(this.instance(this.evaluator.evaluate(named, scope)));
      return node.kind === 'Subscript' ? holding(type, node.indices.map(index => index.kind === 'Ellipsis' ? null : this.annotated(index, scope))) : type;
    });
  }

  private called(value: Extract<Value, { kind: 'call' }>): PythonType {
    const { callee } = value;
    if (this.isTask(value)) return { name: 'task' };
    if (callee.kind === 'symbol' && callee.path === 'builtins.dict' && isOfNames(value.node)) return { name: 'dict', keys: [{ name: 'str' }], values: value.node.keywords.map(keyword => this.single(keyword.value, value.scope)) };
    const container = callee.kind === 'symbol' ? collecting[callee.path] : undefined;
    if (container && this.collectsModels(value)) return { name: container, elements: [{ name: 'model' }] };
    if (callee.kind === 'symbol' && returned[callee.path]) return typed(returned[callee.path]);
    const instance = this.instance(callee);
    if (instance.name !== 'unknown') return instance;
    const item = this.item(value);
    if (item.name !== 'unknown') return item;
    const method = methodOf(callee);
    if (method && giveOne.has(method.name)) return typed(this.source(method.of) === 'model' ? 'model' : undefined);
    if (callee.kind !== 'member') return this.queryset(value);
    if (this.isTask(callee.of)) return typed(sending.has(callee.name) ? 'AsyncResult' : signing.has(callee.name) ? 'Signature' : undefined);
    if (['keys', 'values', 'items'].includes(callee.name) && !value.node.args.length && ['dict', 'OrderedDict', 'defaultdict', 'Counter'].includes(this.ofValue(callee.of).name)) return { name: 'dict view' };
    if (callee.name === 'get_object' && callee.of.kind === 'instance' && isObjectView(callee.of.of, this.evaluator)) return { name: 'model' };
    if (callee.name === 'getlist' && this.isUploads(callee.of)) return { name: 'list', elements: [{ name: 'uploaded file' }] };
    const given = givenBy(this.ofValue(callee.of).name, callee.name);
    return given ? typed(given) : this.queryset(value);
  }

  private queryset(value: Value): PythonType {
    const elements = this.source(value);
    return typed(elements ? querysets[elements] : undefined);
  }

  /** `list(Order.objects.all())` */
  private collectsModels({ node, scope }: Extract<Value, { kind: 'call' }>): boolean {
    const [items] = node.args;
    return items !== undefined && items.kind !== 'Starred' && this.single(items, scope).name === 'queryset';
  }

  private member(value: Extract<Value, { kind: 'member' }>): PythonType {
    const { of, name } = value;
    const method = of.kind === 'call' && name === '[0]' ? methodOf(of.callee) : null;
    if (method && givePair.has(method.name)) return typed(this.source(method.of) === 'model' ? 'model' : undefined);
    if (name === 'request' && of.kind === 'instance' && isView(of.of, this.evaluator)) return { name: 'request' };
    if (ofRequest[name] && this.ofValue(of).name === 'request') return typed(ofRequest[name]);
    if (this.source(of) === 'model' && /^\[\d+\]$/.test(name)) return { name: 'model' };
    // `for index, each in enumerate(Order.objects.all())`
    if (of.kind === 'derived' && of.by === 'element' && name === '[1]' && this.source(argumentOf(of.from, 'builtins.enumerate', this.evaluator)) === 'model') return { name: 'model' };
    if (name === '[:]' && this.source(value)) return this.queryset(value);
    if (this.manages(value)) return { name: 'manager' };
    const item = this.item(value);
    return item.name === 'unknown' ? typed(attributeOf(this.ofValue(of).name, name)) : item;
  }

  /** What is known by its key of a dict that Django fills. */
  private item(value: Value): PythonType {
    const item = itemOf(value);
    if (!item) return unknownType;
    return this.isUploads(item.of) || isFileOfForm(value, this.evaluator, type => this.hasSubclasses(type)) ? { name: 'uploaded file' } : this.instanceOf(sendersOf(value, this.evaluator));
  }

  /** `request.FILES` */
  private isUploads(value: Value): boolean {
    return value.kind === 'member' && value.name === 'FILES' && this.ofValue(value.of).name === 'request';
  }

  /** What Django hands over as an instance of one of these models, as far as they are known; of any other thing where there is no list of them. */
  private instanceOf(models: readonly (Value | null)[] | null): PythonType {
    return typed(models?.every(model => model?.kind !== 'class' || this.instance(model).name === 'model') ? 'model' : undefined);
  }

  private derived({ from, by }: Extract<Value, { kind: 'derived' }>): PythonType {
    if (by === 'enter') return typed(this.ofValue(from).name === 'file' ? 'file' : undefined);
    if (from.kind === 'call' && from.callee.kind === 'member' && (from.callee.name === 'getlist' || from.callee.name === 'values') && this.isUploads(from.callee.of)) return typed('uploaded file');
    if (from.kind === 'call' && from.callee.kind === 'member' && from.callee.name === 'iterator') return typed(this.source(from.callee.of) === 'model' ? 'model' : undefined);
    return typed(this.source(from) === 'model' ? 'model' : undefined);
  }

  /** What a queryset or manager yields; null where the value is none. */
  private source(value: Value): Elements | null {
    if (this.manages(value)) return 'model';
    if (value.kind === 'member' && value.name === '[:]') return this.source(value.of);
    const method = value.kind === 'call' ? methodOf(value.callee) : null;
    if (!method) return null;
    const { of, name } = method;
    const before = giveQueryset.has(name) || giveRows.has(name) ? this.source(of) : null;
    return before && giveRows.has(name) ? 'rows' : before;
  }

  /** `Model.objects`, and managers of the project that leave the methods as they are. */
  private manages(value: Value): boolean {
    const attribute = methodOf(value);
    if (attribute) return attribute.name === 'objects' && this.isModel(attribute.of);
    const type = value.kind === 'call' || value.kind === 'instance' ? this.evaluator.classOf(value) : null;
    return type !== null && this.evaluator.derives(type, path => managers.has(path));
  }

  private isModel(type: Value): boolean {
    return (type.kind === 'call' && isCallOf(type, userModel)) || this.evaluator.derives(type, isModelPath);
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

  /** What instances of a class are. */
  instance(type: Value): PythonType {
    if (type.kind === 'call') return typed(isCallOf(type, userModel) ? 'model' : isNamedTuple(type) ? 'namedtuple' : undefined);
    if (type.kind === 'symbol') return typed(isModelPath(type.path) ? 'model' : pydantic.has(type.path) ? 'pydantic model' : exceptions.test(type.path) ? 'exception' : instances[type.path]);
    return type.kind === 'class' ? this.ofClass(type) : unknownType;
  }

  private ofClass(type: ClassValue): PythonType {
    const bases = this.evaluator.mro(type);
    const own = bases.filter(base => base.kind === 'class');
    // Such a class decides by itself how it is encoded, or may.
    if (own.some(base => ['__json__', '__new__', '__getattr__', '__class__'].some(name => this.evaluator.inner(base)?.bindings.has(name)))) return unknownType;
    const paths = new Set(bases.flatMap(base => base.kind === 'symbol' ? [base.path] : []));
    const derives = (known: ReadonlySet<string>): boolean => [...paths].some(path => known.has(path));
    if ([...paths].some(isModelPath) || bases.some(base => isCallOf(base, userModel))) return { name: 'model' };
    if (bases.some(isNamedTuple)) return typed('namedtuple');
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

/** The method or attribute that a value is, of what. Of what is not the project's, the path tells both. */
function methodOf(value: Value): { readonly of: Value; readonly name: string } | null {
  if (value.kind === 'member') return value;
  if (value.kind !== 'symbol') return null;
  const dot = value.path.lastIndexOf('.');
  return dot < 0 ? null : { of: { kind: 'symbol', path: value.path.slice(0, dot) }, name: value.path.slice(dot + 1) };
}

/** The value that a function is called with alone; unknown for any other call. */
function argumentOf(value: Value, path: string, evaluator: Evaluator): Value {
  const argument = value.kind === 'call' && isCallOf(value, path) ? value.node.args[0] : undefined;
  return argument && value.kind === 'call' ? evaluator.evaluate(argument, value.scope) : unknown;
}

/** Whether a call gives nothing but keywords that are written out. */
function isOfNames({ args, keywords }: Call): boolean {
  return !args.length && keywords.length > 0 && keywords.every(({ name }) => name !== null);
}

function isCallOf(value: Value, path: string): boolean {
  return value.kind === 'call' && value.callee.kind === 'symbol' && value.callee.path === path;
}

/** What `namedtuple(…)` makes, and the base of such a class. */
function isNamedTuple(value: Value): boolean {
  if (value.kind === 'symbol') return value.path === 'typing.NamedTuple';
  return value.kind === 'call' && value.callee.kind === 'symbol' && namedtuples.has(value.callee.path);
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

/** A container with what its annotation says that it holds; null for `...`. */
function holding(type: PythonType, inside: readonly (PythonType | null)[]): PythonType {
  const [first = unknownType, second = unknownType] = inside;
  if ('elements' in type && type.name !== 'namedtuple') return { ...type, elements: inside.filter(element => element !== null) };
  if ('keys' in type) return { ...type, keys: [first ?? unknownType], values: [second ?? unknownType] };
  return type;
}

/** What is left of a type where a subclass, or for `complex` any number, may be given: an object may then encode itself. */
function promised(type: PythonType): PythonType {
  return type.name === 'object' || type.name === 'complex' ? unknownType : type;
}
