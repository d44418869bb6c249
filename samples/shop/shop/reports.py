"""Reports: slow work that says how far it is."""

import time
from decimal import Decimal

from shop.celery_app import app
from shop.store import ORDERS, order_total


@app.task(bind=True)
def build_report(self, pages: int = 10) -> str:
    """Takes half a second a page, and tells its progress with `update_state`."""
    for page in range(pages):
        self.update_state(state='PROGRESS', meta={'current': page, 'total': pages})
        time.sleep(0.5)
    return f'report of {pages} pages'


@app.task
def total_of(order_id: int) -> str:
    """One member of the chord in workflows.py. JSON has no Decimal, so money travels as text."""
    return str(order_total(order_id))


@app.task
def sum_totals(totals: list) -> str:
    """The body of the chord: gets the results of all its members."""
    return f'{len(totals)} of {len(ORDERS)} orders: {sum(Decimal(total) for total in totals)} EUR'
