"""Orders: what may fail, and what to do about it."""

import time

from celery import Task
from celery.utils.log import get_task_logger

from shop.celery_app import app
from shop.store import STOCK, OutOfStock, find_order, order_total

logger = get_task_logger(__name__)


class GatewayTimeout(Exception):
    """The payment provider did not answer in time."""


@app.task(
    bind=True,
    autoretry_for=(GatewayTimeout,),
    retry_backoff=True,  # after 1 s, then 2 s, then 4 s
    retry_jitter=False,  # real life wants jitter, so that all do not come back at once
    max_retries=3,
)
def charge(self, order_id: int, card: str = '4242') -> str:
    """Retries by itself with back-off; the provider answers at the third attempt."""
    total = order_total(order_id)
    if self.request.retries < 2:
        raise GatewayTimeout(f'No answer from the payment provider (attempt {self.request.retries + 1})')
    return f'charged {total} EUR to card {card}'


@app.task(bind=True, max_retries=2, default_retry_delay=2)
def reserve(self, item: str, quantity: int = 1) -> int:
    """Decides itself whether another attempt makes sense: `reserve('cake')` gives up after three."""
    try:
        if STOCK.get(item, 0) < quantity:
            raise OutOfStock(f'Only {STOCK.get(item, 0)} of {item} left')
    except OutOfStock as error:
        raise self.retry(exc=error)
    return STOCK[item] - quantity


@app.task
def refund(order_id: int) -> str:
    """Fails for an order that is not there: `refund(404)`. The traceback leads to store.py."""
    order = find_order(order_id)
    return f'refunded {order_total(order_id)} EUR to {order["customer"]}'


@app.task(acks_late=True, reject_on_worker_lost=True)
def ship(order_id: int) -> str:
    """Acknowledged after it ran, so a crash runs it again: it has to be idempotent."""
    order = find_order(order_id)
    if order.get('shipped'):
        return f'order {order_id} is on its way already'
    time.sleep(1)
    order['shipped'] = True  # in a real shop a row of the database, which all worker processes see
    return f'shipped {order["quantity"]} {order["item"]} to {order["customer"]}'


@app.task(rate_limit='60/m')
def check_stock(item: str, at_least: int = 5) -> bool:
    """On the Beat schedule: every 30 seconds."""
    enough = STOCK.get(item, 0) >= at_least
    if not enough:
        logger.warning('Only %s of %s left', STOCK.get(item, 0), item)
    return enough


class CancelOrder(Task):
    """A task as a class: what it needs is set up once in each worker process, not at every run."""

    name = 'shop.orders.CancelOrder'

    def run(self, order_id: int, reason: str = 'changed my mind') -> str:
        find_order(order_id)
        return f'cancelled order {order_id}: {reason}'

    def on_failure(self, exc, task_id, args, kwargs, einfo):
        logger.error('Order of %s was not cancelled: %s', task_id, exc)


cancel_order = app.register_task(CancelOrder())
