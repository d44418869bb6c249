"""Canvas: tasks that are put together."""

from celery import chain, chord

from shop.celery_app import app
from shop.mail import send_receipt
from shop.orders import charge, ship
from shop.reports import sum_totals, total_of
from shop.store import ORDERS, find_order, order_total


def checkout(order_id: int):
    """A chain, one after the other. `si` does not take the result of the one before."""
    customer = find_order(order_id)['customer']
    return chain(charge.si(order_id), ship.si(order_id), send_receipt.si(customer, total=str(order_total(order_id))))


@app.task
def place_order(order_id: int = 1) -> str:
    """Starts the chain and does not wait for it: a task that waits for others can block them all."""
    return checkout(order_id).apply_async().id


@app.task
def close_day() -> str:
    """A chord: the totals of all orders at the same time, then one task with all the results."""
    return chord(total_of.s(order_id) for order_id in sorted(ORDERS))(sum_totals.s()).id
