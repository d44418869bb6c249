"""The plain ones. Click Run above a function to send it to a worker."""

from celery.utils.log import get_task_logger

from shop.celery_app import app

logger = get_task_logger(__name__)


@app.task
def add(x: int, y: int) -> int:
    """The first task of everybody: `add(2, 3)` is worked out in another process."""
    return x + y


@app.task(bind=True)
def who_am_i(self) -> dict:
    """A bound task gets itself as `self`, and knows of the request it runs for."""
    return {'id': self.request.id, 'attempt': self.request.retries, 'worker': self.request.hostname}


@app.task(ignore_result=True)
def clean_carts(older_than_hours: int = 24) -> None:
    """Nobody asks for the result, so none is stored."""
    logger.info('Removing carts that nobody touched for %s hours', older_than_hours)
