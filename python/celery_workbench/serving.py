"""The process: requests in, replies out."""
import faulthandler
import json
import os
import sys
import time
import traceback

from . import calls, copying, describing, opening, results, sending
from .problems import Refusal
from .stamps import Stamps
from .texts import bounded_repr, describe_error

CHANNEL = 4
STDERR = sys.stderr
# Bound before user code can replace them.
os_read, os_write = os.read, os.write


class Channel:
    """JSON lines over one descriptor, both ways."""

    def __init__(self, fd):
        self.fd = fd
        self.rest = b''

    def requests(self):
        """Until the other side has gone."""
        while True:
            line, newline, rest = self.rest.partition(b'\n')
            if newline:
                self.rest = rest
                yield json.loads(line.decode('utf-8'))
                continue
            try:
                data = os_read(self.fd, 65536)
            except OSError:
                return
            if not data:
                return
            self.rest += data

    def send(self, message):
        # ASCII: a lone surrogate in a result must not break the line.
        data = json.dumps(message, ensure_ascii=True, default=bounded_repr).encode('ascii') + b'\n'
        while data:
            data = data[os_write(self.fd, data):]


class Service:
    """Each public method is a request; its parameters are the request's, its value is the reply's."""

    def __init__(self):
        self._stamps = Stamps()
        self._stamps.install()
        self._opened = None

    def open(self, app):
        self._opened = opening.open_app(app)
        return {'app': self._opened.name, 'notes': self._opened.notes}

    def describe(self):
        return dict(describing.describe(self._opened), modules=self._stamps.modules())

    def modules(self):
        return self._stamps.modules()

    def check(self, **call):
        return calls.remarks(self._opened, **call)

    def routes(self, **call):
        return calls.route(self._opened, **call)

    def copy(self, **call):
        return {'text': copying.as_python(self._opened, **call)}

    def send(self, **call):
        return sending.send(self._opened, **call)

    def result(self, **which):
        return {'result': results.result(self._opened, **which)}

    def forget(self, **which):
        return results.forget(self._opened, **which)

    def answer(self, request):
        try:
            method = request['method']
            if method.startswith('_') or method == 'answer' or (self._opened is None) != (method == 'open'):
                raise Refusal('internal', f'The helper cannot {method} now')
            return {'id': request['id'], 'result': getattr(self, method)(**request.get('params') or {})}
        except Refusal as refusal:
            return {'id': request['id'], 'problem': refusal.as_json()}
        except BaseException as error:  # the helper outlives whatever user code raises, SystemExit too
            lines = ''.join(traceback.format_exception(type(error), error, error.__traceback__)).rstrip().split('\n')
            return {'id': request['id'], 'problem': Refusal('internal', describe_error(error), log=lines).as_json()}


def open_channel():
    """On Windows the C library hands the descriptor on too, since the guard starts us by `os.spawnv`."""
    if sys.platform == 'win32':
        import msvcrt
        msvcrt.setmode(CHANNEL, os.O_BINARY)
    # What user code starts must not hold the channel open.
    os.set_inheritable(CHANNEL, False)
    return Channel(CHANNEL)


def main():
    channel = open_channel()
    service = Service()
    for request in channel.requests():
        # Says in the log where the code hangs, before we are ended for it.
        faulthandler.dump_traceback_later(max(request['until'] - time.time(), 0.01), file=STDERR)
        reply = service.answer(request)
        faulthandler.cancel_dump_traceback_later()
        channel.send(reply)
    # Threads of user code must not keep us.
    os._exit(0)
