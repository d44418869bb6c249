"""Feeds recorded event messages to Celery's State or Flower's, in this process, and says what it cost. One JSON line on stdout."""
import json
import resource
import sys
import time

from celery import Celery
from celery.events.state import State
from kombu import Connection


def main(kind, recording):
    app = Celery("bench", broker="memory://")
    with open(recording, encoding="utf-8") as file:
        lines = file.read().splitlines()
    if kind == "flower":
        from flower.events import EventsState

        state = EventsState(max_tasks_in_memory=1_000_000)
    else:
        state = State(max_tasks_in_memory=1_000_000)
    channel = Connection("memory://").channel()
    receiver = app.events.Receiver(channel, handlers={"*": state.event})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    for line in lines:
        message = channel.Message(json.loads(line), channel=channel)
        receiver._receive(message.decode(), message)
    seconds = time.process_time() - started
    tasks = len(state.tasks)
    answer = {"seconds": seconds, "tasks": tasks, "bytes": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / tasks}
    if kind == "flower":
        from flower.utils.tasks import search_tasks

        class Events:
            pass

        events = Events()
        events.state = state
        for name, options in {"page": {"sort_by": "-received"}, "search": {"sort_by": "-received", "search": "customer-500"}}.items():
            search_tasks(events, limit=50, offset=0, **options)
            started = time.process_time()
            for _ in range(3):
                search_tasks(events, limit=50, offset=0, **options)
            answer[name] = (time.process_time() - started) * 1000 / 3
    print(json.dumps(answer))


main(*sys.argv[1:])
