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

  it('knows what kombu learned with 5.3', async () => {
    const source = (mark: (text: string) => string): Record<string, string> => ({ 'tasks.py': tasks, 'use.py': `import datetime, uuid\nfrom tasks import when\nwhen.delay(${mark('datetime.datetime.utcnow()')}, ${mark('uuid.uuid4()')})\n` });
    await expectFindings('CEL202', source(text => `«${text}»`), { versions: { celery: '5.2.7', kombu: '5.2.4' } });
    await expectSilence('CEL202', source(text => text));
  });

  it('leaves what is not promised, is made again, or goes by pickle', () => expectSilence('CEL202', {
    'tasks.py': tasks,
    'use.py': `
from tasks import loose, made, move
loose.delay((1, 2), (3, 4))
made.delay((1, 2))
move.delay([1, 2])
move.delay(*many)
move.apply_async(((1, 2),), serializer='pickle')
`,
  }));
});
