"""`python sandbox.py -A proj worker …` is `celery -A proj worker …`, held to the sandbox broker.

See celery_workbench/sandbox.py. The URL is in the environment variable CELERY_WORKBENCH_SANDBOX.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from celery_workbench import sandbox  # noqa: E402
del sys.path[0]

if __name__ == '__main__':
    sandbox.main()
elif __name__ == '__mp_main__' and sandbox.wanted():
    # A pool child that was spawned, not forked: it runs this file again, and must not run Celery's command.
    sandbox.Sandbox(sandbox.wanted()).install()
