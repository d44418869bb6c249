"""The Celery app: where the broker is, which modules hold tasks, which queue each goes to, and what runs on a schedule."""

from datetime import timedelta

from celery import Celery
from celery.schedules import crontab

app = Celery(
    'shop',
    broker='redis://localhost:6379/0',
    backend='redis://localhost:6379/1',
    include=['shop.tasks', 'shop.orders', 'shop.mail', 'shop.reports', 'shop.workflows'],
)

app.conf.update(
    timezone='Europe/Berlin',
    task_track_started=True,
    result_expires=timedelta(hours=1),
    task_routes={
        # Mail is slow and can wait: it must not hold up orders.
        'shop.mail.*': {'queue': 'mail'},
    },
    beat_schedule={
        'check-stock': {
            'task': 'shop.orders.check_stock',
            'schedule': 30.0,
            'args': ('tea', 5),
        },
        'clean-carts': {
            'task': 'shop.tasks.clean_carts',
            'schedule': timedelta(minutes=10),
            'kwargs': {'older_than_hours': 24},
        },
        'morning-report': {
            'task': 'shop.reports.build_report',
            'schedule': crontab(hour=7, minute=30, day_of_week='mon-fri'),
            'args': (3,),
        },
        'monthly-newsletter': {
            'task': 'shop.mail.send_newsletter',
            'schedule': crontab(hour=9, minute=0, day_of_month=1),
            'args': ('news',),
            'options': {'expires': 3600},
        },
    },
)

if __name__ == '__main__':
    app.start()
