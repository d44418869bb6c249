import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { CELERY_VERSIONS, pythonOf } from '../../harness/celery';
import { lint } from '../../unit/lint/ruleTester';

/** What both Python and the linter know when they look at the arguments. */
const preamble = `
import collections, dataclasses, datetime, decimal, enum, fractions, io, pathlib, re, uuid
class Plain: ...
class Own:
    def __json__(self): return 1
class Failed(ValueError): ...
class Color(enum.Enum):
    RED = 'red'
class Size(str, enum.Enum):
    BIG = 'big'
class Level(enum.IntEnum):
    ONE = 1
@dataclasses.dataclass
class Point:
    x: int = 1
def helper(): ...
`;

/** The type of each is known, so the linter must agree with kombu in both directions. */
const values = [
  '1', '1.5', '2 ** 3', '"x"', 'f"{1}"', 'None', 'True', '[]', '[1, "a"]', '(1, 2)', '{}', '{"a": [1]}', '{1: 2}', '{None: 1}', 'b"x"', 'b"\\xff"', '[b"x"]', '{"a": b"x"}', 'dict(a=1)', 'list({1})', 'sorted({1})', 'str(1)',
  'datetime.datetime(2024, 1, 2)', 'datetime.datetime.now()', 'datetime.date.today()', 'datetime.time(1)', 'decimal.Decimal("1")', 'uuid.uuid4()', 'Size.BIG', 'Level.ONE', 'Color.RED.value', '{Size.BIG: 1}', 'Own()', 'collections.OrderedDict(a=1)', 'collections.Counter("a")', 'collections.defaultdict(int)',
  '{1}', 'set()', 'frozenset([1])', 'collections.deque()', 'range(3)', 'map(str, [1])', 'filter(None, [1])', 'zip([1], [2])', 'enumerate([1])', 'reversed([1])', 'iter([1])', '(n for n in [1])', '{n for n in [1]}', '[{n} for n in [1]]', '{n: {n} for n in [1]}',
  '{"a": 1}.keys()', '{"a": 1}.values()', '{"a": 1}.items()', 'datetime.timedelta(1)', 'datetime.timezone(datetime.timedelta(hours=1))', '1j', 'complex(1)', 'fractions.Fraction(1, 2)', 'pathlib.Path("a")', 'pathlib.Path.cwd()', 're.compile("a")', 'io.BytesIO()', 'io.StringIO()', 'bytearray(1)', 'memoryview(b"")',
  'Plain()', 'Plain', 'object()', 'Failed()', 'ValueError("x")', 'Color.RED', '[Color.RED]', 'Point()', 'helper', 'lambda: 1', '{(1, 2): 3}', '{Color.RED: 1}', '{"a": {"b": {1}}}', '[[[{1}]]]',
];

describe('verdicts on arguments, compared with kombu', function () {
  this.timeout(60_000);
  for (const version of [CELERY_VERSIONS[0], CELERY_VERSIONS.at(-1)!]) {
    it(`${values.length} kinds of arguments (Celery ${version})`, async () => {
      const script = `${preamble}
import json, kombu
from kombu.serialization import dumps
verdicts = []
for text in ${JSON.stringify(values)}:
    try:
        dumps([[eval(text)], {}, {}], 'json')
    except kombu.exceptions.EncodeError:
        verdicts.append(False)
    else:
        verdicts.append(True)
print(json.dumps([kombu.__version__, verdicts]))`;
      const { status, stdout, stderr } = spawnSync(pythonOf(version), ['-'], { input: script, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      const [kombu, theirs] = JSON.parse(stdout) as [string, boolean[]];

      const before = `${preamble}from tasks import take\n`;
      const found = await lint('CEL201', {
        'tasks.py': 'from celery import shared_task\n@shared_task\ndef take(*values): ...\n',
        'use.py': `${before}${values.map(value => `take.delay(${value}, 0)`).join('\n')}\n`,
      }, {}, false, { celery: version, kombu });
      const first = before.split('\n').length - 1;
      const wrong = new Set(found.map(({ file, at }) => file.lines.position(at.start).line - first));
      assert.deepEqual(values.flatMap((value, index) => wrong.has(index) === theirs[index] ? [`${value}: kombu ${theirs[index] ? 'takes' : 'refuses'} it`] : []), []);
    });
  }
});
