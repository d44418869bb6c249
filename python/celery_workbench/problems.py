"""Why a request has no answer, and where in the user's code that began."""
import linecache
import os
import sys
import sysconfig
import traceback

from .texts import bounded, describe_error, mask

OURS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), '')
LOG_LINES = 60
LIBRARIES = tuple({os.path.join(path, '') for name, path in sysconfig.get_paths().items() if path and name in ('stdlib', 'platstdlib', 'purelib', 'platlib')})


class Refusal(Exception):
    """Becomes a Problem of src/shared/problem.ts. `range` is a place in the request's own text, see CallText.range."""

    def __init__(self, reason, message, advice=None, place=None, log=(), range=None):
        super().__init__(message)
        self.reason, self.message, self.advice, self.place, self.log, self.range = reason, message, advice, place, list(log), range

    def as_json(self):
        return {
            'reason': self.reason, 'message': mask(bounded(self.message)), 'advice': self.advice, 'place': self.place,
            'log': [mask(bounded(line)) for line in self.log[-LOG_LINES:]], 'range': self.range,
        }


def is_library(file):
    """False for the project's own files: what is neither installed, nor Python's, nor ours, nor made up."""
    parts = file.replace('\\', '/').split('/')
    return 'site-packages' in parts or 'dist-packages' in parts or file.startswith(('<', OURS) + LIBRARIES)


def clean_traceback(error):
    """The lines of a traceback from the first frame in the user's code on; how we and Celery came there says nothing."""
    whole = traceback.TracebackException(type(error), error, error.__traceback__)
    one, seen = whole, set()
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        own = [index for index, frame in enumerate(one.stack) if not is_library(frame.filename)]
        one.stack[:] = [frame for frame in one.stack[own[0]:] if '<frozen importlib' not in frame.filename] if own else []
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return ''.join(whole.format()).rstrip().split('\n')


def place_of(error):
    """Where in the user's own code an exception was raised: the innermost of its frames, or the place of a syntax error."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno and not error.filename.startswith('<'):
        return {'file': os.path.abspath(error.filename), 'line': error.lineno - 1, 'column': max((error.offset or 1) - 1, 0)}
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not is_library(frame.filename)]
    if not frames:
        return None
    frame = frames[-1]
    line = linecache.getline(frame.filename, frame.lineno)
    column = getattr(frame, 'colno', None)  # Python 3.11
    return {
        'file': os.path.abspath(frame.filename), 'line': frame.lineno - 1,
        'column': len(line) - len(line.lstrip()) if column is None else column,
    }


def chain_of(error):
    """An exception and those that led to it."""
    chain = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain


def cause_in_user_code(error):
    """The exception of a chain that the user's code raised: Celery may have replaced it while it tried other names."""
    return next((one for one in chain_of(error) if place_of(one)), None)


def root_message(error):
    """The text of the exception that libraries wrapped: `Object of type set is not JSON serializable`."""
    root = chain_of(error)[-1]
    return mask(bounded(str(root))) or describe_error(root)


def raised_in(error):
    """File of the innermost frame."""
    frames = traceback.extract_tb(error.__traceback__)
    return frames[-1].filename if frames else None


def import_refusal(error, what):
    """For what an import of user code raised."""
    if isinstance(error, Refusal):
        return error
    own = cause_in_user_code(error) or error
    advice = None
    if isinstance(own, ModuleNotFoundError) and own.name:
        advice = f'Install what provides `{own.name.partition(".")[0]}` in {sys.executable}, or choose another interpreter or directory.'
    elif isinstance(own, SystemExit):
        advice = 'The code calls sys.exit() when it is imported.'
    return Refusal('app-import', f'{what}: {describe_error(own)}', advice, place_of(own), clean_traceback(own))
