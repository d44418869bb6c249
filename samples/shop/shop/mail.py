"""Mail: routed to a queue of its own by `task_routes` in celery_app.py.

`shared_task` needs no app at hand, so a module like this can be used by several.
"""

import time

from celery import shared_task


@shared_task
def send_receipt(email: str, total: str = '9.90') -> str:
    """Waits in the queue `mail` until a worker that listens to it is free."""
    time.sleep(0.5)
    return f'sent a receipt over {total} EUR to {email}'


@shared_task(ignore_result=True, soft_time_limit=30, time_limit=60)
def send_newsletter(template: str = 'news') -> None:
    """Has thirty seconds; at sixty its process is ended."""
    time.sleep(1)
