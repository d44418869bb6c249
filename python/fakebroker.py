"""Serves fakeredis, for where no real server can be had (Windows, musl).

    python -I -S fakebroker.py <packages> <host> <port>

`packages` is the folder with fakeredis and what it needs. All of standard input is the password, if there is any.
Python 3.8 or newer.
"""

import socket
import sys


def main(packages, host, port):
    password = sys.stdin.buffer.read() if sys.stdin else b""
    sys.path.insert(0, packages)

    # Its version is pinned by hash, so that its inner names can be used.
    from fakeredis import FakeServer
    from fakeredis import __version__ as version
    from fakeredis._clients._tcp_server import TCPFakeRequestHandler, TcpFakeServer
    from fakeredis._commands import command
    from fakeredis._socket import FakeSocket
    from redis.exceptions import ResponseError

    # Clients ask for it to see that a server is ready; fakeredis does not know it.
    @command(name="INFO", fixed=(), repeat=(bytes,))
    def info(self, *sections):
        lines = ["# Server", "server_name:fakeredis", "fakeredis_version:" + version, "redis_version:8.0.0", "redis_mode:standalone", "# Persistence", "loading:0"]
        return "".join(line + "\r\n" for line in lines).encode()

    FakeSocket.info = info

    class Handler(TCPFakeRequestHandler):
        def setup(self):
            super().setup()
            read = self.current_client.read_response

            def read_response(*args, **kwargs):
                # As from a real server, an error is an answer; fakeredis would close the connection after it.
                try:
                    return read(*args, **kwargs)
                except ResponseError as error:
                    return error

            self.current_client.read_response = read_response

    class Server(TcpFakeServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

        def handle_error(self, request, client_address):
            print("connection of {} broke off: {!r}".format(client_address, sys.exc_info()[1]), flush=True)

    server = Server((host, port), bind_and_activate=False)
    server.RequestHandlerClass = Handler
    server.fake_server = FakeServer(config={b"requirepass": password} if password else None)
    server.daemon_threads = True
    # On Windows the option would let two servers share a port; elsewhere it only skips the wait after a restart.
    server.allow_reuse_address = sys.platform != "win32"
    server.server_bind()
    server.server_activate()
    print("fakeredis serves {}:{}".format(host, port), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
