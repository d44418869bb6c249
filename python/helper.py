"""Speaks for a Celery app: runs in the user's interpreter, imports the app as `celery -A x worker` does, and answers.

    python helper.py

Requests and replies are JSON, one a line, on descriptor 4, which goes both ways. What the imported code prints goes to stdout
and stderr, and is log. One request at a time, in order; whoever asks ends this process when an answer takes too long.

    {"id": 1, "method": "open", "params": {"app": "proj:app"}, "until": 1767225600.5}
    {"id": 1, "result": {…}}            or            {"id": 1, "problem": {"reason": …, "message": …, …}}

The types of requests and replies are in src/live/python/helper.ts.
Python 3.8 to 3.14, nothing but the standard library and the user's own Celery.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from celery_workbench import serving  # noqa: E402
del sys.path[0]

if __name__ == '__main__':
    serving.main()
