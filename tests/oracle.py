"""Runs scripts for the tests, each in a fork of this process, which has imported PyTorch: that takes longer than most of them.

Argument: the path of a Unix socket. A connection asks with a line of JSON, {"script", "args", "input": bytes}, and so many
bytes for the script's stdin; it is answered with a line of JSON, {"code", "output": bytes}, so many bytes of its stdout, and
its stderr. Says "ready" when it listens, and ends with its stdin.
"""

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import tempfile
import traceback
import types

import torch  # noqa: F401

# Which the first optimizer of each script would import; it needs packages that PyTorch itself does without.
with contextlib.suppress(ImportError):
    import torch._dynamo  # noqa: F401


def main(path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen()
    print("ready", flush=True)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # A collection in a fork would copy all the pages that it looks through.
    gc.freeze()
    while sys.stdin not in select.select([server, sys.stdin], [], [])[0]:
        connection, _ = server.accept()
        if os.fork() == 0:
            server.close()
            answer(connection.makefile("rwb"))
            os._exit(0)
        connection.close()


def answer(stream):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    asked = json.loads(stream.readline())
    stdin, *said = files = [tempfile.TemporaryFile() for _ in range(3)]
    stdin.write(stream.read(asked["input"]))
    stdin.seek(0)
    for number, file in enumerate(files):
        os.dup2(file.fileno(), number)
    sys.stdin, sys.stdout, sys.stderr = (open(number, mode, closefd=False) for number, mode in enumerate("rww"))
    code = run(asked["script"], asked["args"])
    sys.stdout.flush()
    sys.stderr.flush()
    for file in said:
        file.seek(0)
    output, errors = (file.read() for file in said)
    ended = {"code": code, "output": len(output)}
    stream.write(json.dumps(ended).encode() + b"\n" + output + errors)
    stream.flush()


def run(script, args):
    """As `python -c script args...`; returns the exit code."""
    sys.argv, sys.path[0] = ["-c", *args], ""
    module = sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        exec(compile(script, "<string>", "exec"), module.__dict__)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


main(sys.argv[1])
