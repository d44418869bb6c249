"""Orders and stock. A dictionary stands in for the database, so that the sample needs none."""

from decimal import Decimal

ORDERS = {
    1: {'customer': 'ada@example.com', 'item': 'tea', 'quantity': 2, 'price': Decimal('4.50')},
    2: {'customer': 'grace@example.com', 'item': 'coffee', 'quantity': 1, 'price': Decimal('9.90')},
    7: {'customer': 'alan@example.com', 'item': 'cake', 'quantity': 3, 'price': Decimal('3.20')},
}

STOCK = {'tea': 12, 'coffee': 3, 'cake': 0}


class OrderNotFound(LookupError):
    """There is no order of this number."""


class OutOfStock(Exception):
    """Fewer are left than were asked for."""


def find_order(order_id: int) -> dict:
    """The order, or OrderNotFound."""
    try:
        return ORDERS[order_id]
    except KeyError:
        raise OrderNotFound(f'There is no order {order_id}') from None


def order_total(order_id: int) -> Decimal:
    """Quantity times price."""
    order = find_order(order_id)
    return order['quantity'] * order['price']
