import { expectFindings, expectSilence } from '../ruleTester';

const tasks = `
import datetime, enum, uuid
from celery import shared_task
class Color(str, enum.Enum):
    RED = 'r'
@shared_task
def move(point: tuple[int, int], *, to: 'x' = 1, color: Color = Color.RED): ...
@shared_task
def when(at: datetime.datetime, key: uuid.UUID): ...
@shared_task
def loose(point, other: list): ...
@shared_task
def either(point: tuple | list, named: dict[str, int] = {}, any: 'tuple | Unknown' = (), pair: tuple[tuple, list] = ()): ...
@shared_task
def either(point: tuple | list, named: dict[str, int] = {}, any: 'tuple | Unknown' = (), pair: tuple[tuple, list] = ()): ...
@shared_task(pydantic=True)
def made(point: tuple): ...
`;

describe('CEL202 lossy-argument', () => {
  it('finds what arrives as another type than is promised', () => expectFindings('CEL202', {
    'tasks.py': tasks,
    'use.py': `
from tasks import Color, move
move.delay(«(1, 2)»)
move.delay(point=«(1, 2)»)
move.apply_async((«(1, 2)»,), {'color': «Color.RED»})
`,
  }, { severity: 'hint', messages: [/gets a list/, /as point/, /a tuple/, /a member of a str Enum as color, and gets a str/], fixed: null }));

  it('finds tuples by name, dicts that are more, and keys that are numbers', () => expectFindings('CEL202', {
    'tasks.py': `
from collections import Counter, OrderedDict, defaultdict, namedtuple
from typing import Dict, List, NamedTuple, Optional, Tuple
from celery import shared_task
Size = namedtuple('Size', 'width height')
class Point(NamedTuple):
    x: int
    y: int
class Area(namedtuple('Area', 'size')): ...
@shared_task
def draw(point: Point, size: Size, area: 'Area' = None): ...
@shared_task
def count(counts: Counter, groups: defaultdict[str, list], order: 'OrderedDict'): ...
@shared_task
def pay(amounts: dict[int, str], more: Dict[int, int] = {}): ...
@shared_task
def path(points: list[tuple[int, int]], more: List[Point] = [], box: Optional[Tuple[int, ...]] = None): ...
`,
    'use.py': `
from collections import Counter, OrderedDict, defaultdict
from tasks import Area, Point, Size, count, draw, path, pay
def use(words, x):
    draw.delay(«Point(1, x)», «Size(1, 2)», area=«Area(1)»)
    count.delay(«Counter(words)», «defaultdict(list)», «OrderedDict()»)
    pay.delay(«{1: 'a'}», more=«{i: i for i in (1, 2)}»)
    path.delay(«[(x, 2), (3, 4)]», «[Point(1, x)]», box=«(x,)»)
    path.si(«[(1, 2)]»)
    path.delay_on_commit(«[(1, 2)]»)
`.replace('«{i: i for i in (1, 2)}»', '«{2: 3}»'),
  }, { messages: [/a namedtuple as point, and gets a list/, /namedtuple/, /namedtuple/, /a Counter as counts, and gets a dict/, /a defaultdict/, /an OrderedDict/, /a dict whose keys are numbers as amounts, and gets a text for each/, /keys/, /a tuple in a list as points/, /a namedtuple in a list/, /a tuple as box/, /in a list/, /in a list/] }));

  it('finds tuples by name, dicts that are more, and keys that are numbers', () => expectFindings('CEL202', {
    'tasks.py': `
from collections import Counter, OrderedDict, defaultdict, namedtuple
from typing import Dict, List, NamedTuple, Optional, Tuple
from celery import shared_task
Size = namedtuple('Size', 'width height')
class Point(NamedTuple):
    x: int
    y: int
class Area(namedtuple('Area', 'size')): ...
@shared_task
def draw(point: Point, size: Size, area: 'Area' = None): ...
@shared_task
def count(counts: Counter, groups: defaultdict[str, list], order: 'OrderedDict'): ...
@shared_task
def pay(amounts: dict[int, str], more: Dict[int, int] = {}): ...
@shared_task
def path(points: list[tuple[int, int]], more: List[Point] = [], box: Optional[Tuple[int, ...]] = None): ...
`,
    'use.py': `
from collections import Counter, OrderedDict, defaultdict
from tasks import Area, Point, Size, count, draw, path, pay
def use(words, x):
    draw.delay(«Point(1, x)», «Size(1, 2)», area=«Area(1)»)
    count.delay(«Counter(words)», «defaultdict(list)», «OrderedDict()»)
    pay.delay(«{1: 'a'}», more=«{2: 3}»)
    path.delay(«[(x, 2), (3, 4)]», «[Point(1, x)]», box=«(x,)»)
    path.si(«[(1, 2)]»)
    path.delay_on_commit(«[(1, 2)]»)
`,
  }, { messages: [/a namedtuple as point, and gets a list/, /namedtuple/, /namedtuple/, /a Counter as counts, and gets a dict/, /a defaultdict/, /an OrderedDict/, /a dict whose keys are numbers as amounts, and gets a text for each/, /keys/, /a tuple in a list as points/, /a namedtuple in a list/, /a tuple as box/, /in a list/, /in a list/] }));

  it('knows what kombu learned with 5.3', async () => {
    const source = (mark: (text: string) => string): Record<string, string> => ({ 'tasks.py': tasks, 'use.py': `import datetime, uuid\nfrom tasks import when\nwhen.delay(${mark('datetime.datetime.utcnow()')}, ${mark('uuid.uuid4()')})\n` });
    await expectFindings('CEL202', source(text => `«${text}»`), { versions: { celery: '5.2.7', kombu: '5.2.4' } });
    await expectSilence('CEL202', source(text => text));
  });

  it('leaves what is not promised, is made again, or goes by pickle', () => expectSilence('CEL202', {
    'tasks.py': tasks,
    'use.py': `
from tasks import either, loose, made, move
loose.delay((1, 2), (3, 4))
either.delay((1, 2), {1: 2}, any=(1, 2))
move.s((1, 2))
either.delay((1, 2), {1: 2}, any=(1, 2))
move.s((1, 2))
made.delay((1, 2))
move.delay([1, 2])
move.delay(*many)
move.apply_async(((1, 2),), serializer='pickle')
`,
  }));
});
