"""Asks the Celery of this interpreter what it makes of random crontabs, and prints the answers as JSON.

    python scripts/record/crontab.py [--seed 1] [--count 1200] > test/fixtures/celery/crontab-5.7.json

`fields`: [field, text, sorted values or null where Celery refuses it].
`runs`: [arguments of crontab(), time zone, start, runs] with times in epoch seconds; runs is "error" where crontab() raises and
"never" where Celery gives up looking for a date. Runs are those of a Beat that starts at `start` and is never stopped.
"""
import argparse
import json
import random
from datetime import datetime, timedelta, timezone

import celery
from celery import Celery
from celery.schedules import crontab, crontab_parser

RANGES = {
    'minute': (60, 0), 'hour': (24, 0), 'day_of_week': (7, 0), 'day_of_month': (31, 1), 'month_of_year': (12, 1),
}
NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'Monday', 'SATURDAY']
MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec', 'June']
ZONES = ['UTC', 'Europe/Paris', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Santiago', 'Pacific/Auckland']
ODD = ['', ' ', '?', 'L', '5/10', '1,,2', '-1', '*/0', '*/', '1-', '-', 'mo', '1-5-9', '*/2-3', '*/90', '99', '@daily', '1, 2', ' 1', '1-5/',
       '1-5/0', '1-5/x', '*/x', '**', '*5', '0', '7', '5-7', '0-7', '1#1', '5L', 'monxyz', 'mon-fri', 'fri-mon', 'sat-sun/2', '22-4', '22-4/2',
       '+3', '1_0', '1__0', '03', '3 ', '*/1_0', '* ', '*/5 * * * *', '0 7 * * *', '1.5', 'H', 'sun,mon', 'jan-mar', 'nov-feb', 'may', '1-5,',
       ',1', '10-5/3', '*/2/3', '1-5 /2', '31', '32', '12', '13', '23', '24', '59', '60', 'x', '*,5', '5,*']


def number(rnd, field):
    size, low = RANGES[field]
    value = rnd.randrange(low, low + size)
    if field == 'day_of_week' and rnd.random() < 0.4:
        return rnd.choice(NAMES)
    if field == 'month_of_year' and rnd.random() < 0.3:
        return rnd.choice(MONTHS)
    return str(value)


def part(rnd, field):
    size, _ = RANGES[field]
    shape = rnd.random()
    if shape < 0.1:
        return '*'
    if shape < 0.35:
        return '*/%d' % rnd.randrange(1, size + 3)
    if shape < 0.6:
        return number(rnd, field)
    span = '%s-%s' % (number(rnd, field), number(rnd, field))
    return span if shape < 0.85 else '%s/%d' % (span, rnd.randrange(1, 9))


def value(rnd, field):
    shape = rnd.random()
    if shape < 0.08:
        size, low = RANGES[field]
        return rnd.randrange(low, low + size)
    if shape < 0.16:
        size, low = RANGES[field]
        return [rnd.randrange(low, low + size) for _ in range(rnd.randrange(1, 5))]
    return ','.join(part(rnd, field) for _ in range(rnd.choice([1, 1, 1, 2, 3])))


def text(rnd, field):
    shape = rnd.random()
    if shape < 0.4:
        return rnd.choice(ODD)
    if shape < 0.8:
        return ','.join(part(rnd, field) for _ in range(rnd.choice([1, 2, 3])))
    return ''.join(rnd.choice('0123456789*/-, amonfrijW_#') for _ in range(rnd.randrange(1, 8)))


def expand(field, spec):
    size, low = RANGES[field]
    try:
        return sorted(crontab._expand_cronspec(spec, size, low))
    except (crontab_parser.ParseException, ValueError, TypeError, IndexError):
        return None


def clock_change(zone, after, until):
    """The first instant in (after, until] at which the zone's offset is another than before; None if there is none."""
    offset = after.astimezone(zone).utcoffset()
    early = after
    while early < until:
        late = min(early + timedelta(days=1), until)
        if late.astimezone(zone).utcoffset() != offset:
            while late - early > timedelta(seconds=1):
                middle = (early + (late - early) / 2).replace(microsecond=0)
                if middle.astimezone(zone).utcoffset() == offset:
                    early = middle
                else:
                    late = middle
            return late.replace(microsecond=0)
        early = late
    return None


def runs(app, fields, start, count):
    """Beat asks its first entry again at least every five minutes, so across a change of the clock the answer counts that it gives then."""
    moment = [start]
    zone = app.timezone
    try:
        schedule = crontab(app=app, nowfun=lambda: moment[0].astimezone(zone), **fields)
    except (crontab_parser.ParseException, ValueError, TypeError, IndexError):
        return 'error'
    last = schedule.now()
    found = []
    for _ in range(100 * count):
        try:
            rest = schedule.remaining_estimate(last)
        except RuntimeError:
            return 'never'
        if rest <= timedelta(0):
            found.append(int(moment[0].timestamp()))
            if len(found) == count:
                return found
            last = schedule.now()
            continue
        due = moment[0] + rest
        moment[0] = clock_change(zone, moment[0], due) or due
    raise SystemExit('no end: %r from %s' % (fields, start))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--count', type=int, default=1200)
    options = parser.parse_args()
    rnd = random.Random(options.seed)
    apps = {}
    for zone in ZONES:
        apps[zone] = Celery('oracle', set_as_current=False)
        apps[zone].conf.timezone = zone
    seen = {'fields': [], 'runs': []}
    for _ in range(options.count):
        field = rnd.choice(list(RANGES))
        spec = text(rnd, field)
        seen['fields'].append([field, spec, expand(field, spec)])
    for _ in range(options.count):
        fields = {}
        for field, chance in [('minute', 0.9), ('hour', 0.7), ('day_of_week', 0.3), ('day_of_month', 0.3), ('month_of_year', 0.2)]:
            if rnd.random() < chance:
                fields[field] = value(rnd, field)
        if rnd.random() < 0.02:
            fields.update(day_of_month='31', month_of_year=rnd.choice(['2', '4,6', '*/2', '2-2']))
        zone = rnd.choice(ZONES)
        start = datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=rnd.randrange(3 * 365 * 86400))
        # Many starts shortly before a change of the clock: that is where schedules differ.
        change = clock_change(apps[zone].timezone, start, start + timedelta(days=400))
        if change and rnd.random() < 0.5:
            start = change - timedelta(seconds=rnd.randrange(1, 86400))
        seen['runs'].append([fields, zone, int(start.timestamp()), runs(apps[zone], fields, start, 4)])
    body = {'celery': celery.__version__, 'seed': options.seed, 'count': options.count}
    print(json.dumps(body)[:-1] + ',')
    for name in ('fields', 'runs'):
        print('"%s": [' % name)
        print(',\n'.join(json.dumps(row, separators=(',', ':')) for row in seen[name]))
        print(']' + (',' if name == 'fields' else '}'))


main()
