import { useWorkbench } from '../harness/useWorkbench';

const REVIEWS = `from shop.celery_app import app


@app.task(max_retry=5)
def ask_for_review(order_id: int, days: int) -> None:
    """Not before the parcel can have arrived."""


def delivered(order_id: int) -> None:
    ask_for_review.delay(order_id)
    ask_for_review.delay(order_id, 3, countdown=60)
`;

describe('a task that the app does not import', function () {
  this.timeout(180_000);
  const workbench = useWorkbench({ files: { 'shop/reviews.py': REVIEWS } });

  it('is told at its line once the app was imported', async () => {
    const tasks = await workbench().openFile('shop/tasks.py', { at: 'def add' });
    await tasks.clickLens('def add', 'add(2, 3)');
    await tasks.waitForLens('def add', /SUCCESS/, 120);
    const reviews = await workbench().openFile('shop/reviews.py', { at: 'def ask_for_review' });
    await reviews.waitForLens('def ask_for_review', 'not registered');
  });
});
