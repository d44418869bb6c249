"""Asks the Celery of this interpreter what it makes of rate limits, and prints the answers as JSON.

    python scripts/record/rates.py [--seed 1] [--count 600] > test/fixtures/celery/rates-5.7.json

`rates`: [text, tasks a second as Python text, or the name of the exception].
"""
import argparse
import json
import random

import celery
from celery.utils.time import rate

AMOUNTS = ['10', '0', '100', '0.5', '.5', '5.', '1e3', '-1', '+2', ' 3', '3 ', '1_000', '1__0', '', 'ten', 'inf', 'nan', '-Infinity', '1,5', '0x10', '1e', '10 per']
UNITS = ['/s', '/m', '/h', '', '/', '/min', '/sec', '/hour', '/d', '/day', '/S', '/ m', '/m ', '/s/m', '/ms', '//s', ' /m', '/minute', '/None']


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--count', type=int, default=600)
    options = parser.parse_args()
    rnd = random.Random(options.seed)
    rows = []
    for _ in range(options.count):
        text = rnd.choice(AMOUNTS) + rnd.choice(UNITS)
        if rnd.random() < 0.2:
            text = ''.join(rnd.choice('0123456789./smhd e_-+') for _ in range(rnd.randrange(0, 7)))
        try:
            rows.append([text, repr(float(rate(text)))])
        except (KeyError, ValueError) as exc:
            rows.append([text, type(exc).__name__])
    print(json.dumps({'celery': celery.__version__, 'rates': rows}).replace('], [', '],\n['))


main()
