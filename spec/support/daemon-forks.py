"""Runs a stock Python command for many argument lists: imports it once, forks for each.

One JSON object per line in: {id, script, args, cwd, env, stdin}. One per line out: {id, code, stdout, stderr} (Latin-1).
"""
import fcntl
import json
import os
import runpy
import signal
import sys
import tempfile
import traceback

import supervisor.supervisorctl  # noqa: F401  (imported so that the forks need not)
import supervisor.supervisord  # noqa: F401
import readline  # noqa: F401


def run(request):
    """In a fork of its own: becomes the command. Never returns."""
    code = 0
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.argv = [request["script"]] + request["args"]
    sys.path[0] = os.path.dirname(request["script"])
    signal.alarm(25)
    try:
        runpy.run_path(request["script"], run_name="__main__")
    except SystemExit as end:
        if end.code is None:
            code = 0
        elif isinstance(end.code, int):
            code = end.code & 255
        else:
            sys.stderr.write("%s\n" % end.code)
            code = 1
    except BaseException:
        traceback.print_exc()
        code = 1
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def serve(request, lock):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    stdin = tempfile.TemporaryFile()
    stdin.write(request.get("stdin", "").encode("latin-1"))
    stdin.seek(0)
    out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
    pid = os.fork()
    if pid == 0:
        os.dup2(stdin.fileno(), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        run(request)
    _, status = os.waitpid(pid, 0)
    out.seek(0)
    err.seek(0)
    reply = {
        "id": request["id"],
        "code": os.waitstatus_to_exitcode(status),
        "stdout": out.read().decode("latin-1"),
        "stderr": err.read().decode("latin-1"),
    }
    line = (json.dumps(reply) + "\n").encode()
    with open(lock, "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        while line:
            line = line[os.write(1, line):]
    os._exit(0)


def main():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    lock = tempfile.NamedTemporaryFile()
    pending = b""  # read by hand: what sys.stdin has buffered would be read again in every fork
    while True:
        line, end, rest = pending.partition(b"\n")
        if end:
            pending = rest
            if os.fork() == 0:
                serve(json.loads(line), lock.name)
            continue
        more = os.read(0, 65536)
        if not more:
            break
        pending += more


if __name__ == "__main__":
    main()
