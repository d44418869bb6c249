"""Calls worth keeping. Each signature here gets a Run lens; importing this file sends nothing."""

from celery import chain, chord, group

from shop.mail import send_receipt
from shop.orders import charge, refund, ship
from shop.reports import build_report, sum_totals, total_of
from shop.tasks import add

sum_of_two = add.s(2, 3)

in_five_seconds = add.s(40, 2).set(countdown=5)

pay_for_coffee = charge.s(2, card='1881')

no_such_order = refund.s(404)

short_report = build_report.s(pages=4)

receipt = send_receipt.s('ada@example.com', total='9.00')

pay_then_ship = chain(charge.si(1), ship.si(1))

three_sums = group(add.s(n, n) for n in range(3))

all_totals = chord([total_of.s(1), total_of.s(2), total_of.s(7)], sum_totals.s())
