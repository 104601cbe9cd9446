"""Answers, one JSON line for each JSON line it is asked, what the original makes of texts, values and files.

Run with the system's own Python, which has the original installed. Four places are raised from the installed 4.2.5 to
the level that is served, and two of its known faults are mended so that the rest can be compared:
- environment= is split by shlex in POSIX mode, and [supervisord] environment= is expanded once, not twice;
- plug-ins are not imported, as there is nothing to import here;
- the two complaints of a FastCGI socket that come out as Python tuples come out as text.
"""
import base64
import io
import json
import os
import shlex
import sys
import warnings

warnings.simplefilter("ignore")
sys.argv[0] = "/opt/sv/bin/supervisord"

import supervisor.datatypes as datatypes
import supervisor.options as options
from supervisor.options import ClientOptions, ServerOptions, UnhosedConfigParser


def environment_pairs(arg):
    lexer = shlex.shlex(str(arg), posix=True)
    lexer.wordchars += "/.+-():"
    tokens = list(lexer)
    pairs = {}
    for at in range(0, len(tokens), 4):
        three = tokens[at:at + 3]
        if len(three) != 3 or three[1] != "=":
            raise ValueError("Unexpected end of key/value pairs in value '%s'" % arg)
        pairs[three[0]] = three[2]
    return pairs


options.dict_of_key_value_pairs = environment_pairs

stock_getdefault = UnhosedConfigParser.getdefault


def getdefault(self, option, *args, **kwargs):
    if option == "environment":
        kwargs["do_expand"] = False
    return stock_getdefault(self, option, *args, **kwargs)


UnhosedConfigParser.getdefault = getdefault
options.Options.import_spec = lambda self, spec: spec

stock_parse_fcgi_socket = ServerOptions.parse_fcgi_socket


def parse_fcgi_socket(self, *args):
    try:
        return stock_parse_fcgi_socket(self, *args)
    except ValueError as error:
        if len(error.args) == 2:
            raise ValueError(error.args[0] % error.args[1])
        raise


ServerOptions.parse_fcgi_socket = parse_fcgi_socket


class Exit(Exception):
    pass


def stop(code=0):
    raise Exit(code)


def ini(ask):
    parser = UnhosedConfigParser()
    for name, content, here in ask["files"]:
        stream = io.TextIOWrapper(io.BytesIO(base64.b64decode(content)), encoding="utf-8")
        parser.read_file(stream, source=name)
        if here is not None:
            parser.expand_here(here)
    return [[name, [[key, parser.get(name, key)] for key in parser.options(name)]] for name in parser.sections()]


def auto(value):
    return value.__name__ if isinstance(value, type) else value


CONVERTERS = {
    "integer": datatypes.integer,
    "boolean": datatypes.boolean,
    "autorestart": lambda text: auto(datatypes.auto_restart(text)),
    "byteSize": datatypes.byte_size,
    "octal": datatypes.octal_type,
    "exitcodes": datatypes.list_of_exitcodes,
    "signal": lambda text: int(datatypes.signal_number(text)),
    "list": datatypes.list_of_strings,
    "logLevel": datatypes.logging_level,
    "name": datatypes.process_or_group_name,
    "inetAddress": datatypes.inet_address,
    "url": datatypes.url,
    "user": datatypes.name_to_uid,
    "owner": datatypes.colon_separated_user_group,
    "existingDirectory": datatypes.existing_directory,
    "existingDirpath": datatypes.existing_dirpath,
    "logfile": lambda text: auto(datatypes.logfile_name(text)),
    "environment": environment_pairs,
    "shlex": lambda text: shlex.split(text),
    "repr": repr,
    "ascii": ascii,
    "normalize": options.normalize_path,
}


def value(ask):
    return CONVERTERS[ask["type"]](ask["text"])


def expand(ask):
    return options.expand(ask["text"], ask["names"], ask["label"])


PROCESS_FIELDS = (
    "name command directory umask priority autostart startsecs startretries uid stdout_capture_maxbytes "
    "stdout_events_enabled stdout_syslog stdout_logfile_backups stdout_logfile_maxbytes stderr_capture_maxbytes "
    "stderr_events_enabled stderr_syslog stderr_logfile_backups stderr_logfile_maxbytes stopwaitsecs stopasgroup "
    "killasgroup exitcodes redirect_stderr environment serverurl"
).split()


def dump_process(config):
    dumped = {name: getattr(config, name) for name in PROCESS_FIELDS}
    dumped["stopsignal"] = int(config.stopsignal)
    dumped["autorestart"] = auto(config.autorestart)
    dumped["stdout_logfile"] = auto(config.stdout_logfile)
    dumped["stderr_logfile"] = auto(config.stderr_logfile)
    dumped["kind"] = type(config).__name__
    return dumped


def dump_socket(config):
    dumped = {"url": config.url, "backlog": config.backlog}
    if isinstance(config, datatypes.UnixStreamSocketConfig):
        dumped["mode"] = config.mode
        dumped["owner"] = config.owner
    return dumped


def dump_group(config):
    dumped = {
        "kind": type(config).__name__,
        "name": config.name,
        "priority": config.priority,
        "processes": [dump_process(one) for one in config.process_configs],
    }
    if hasattr(config, "socket_config"):
        dumped["socket"] = dump_socket(config.socket_config)
    if hasattr(config, "buffer_size"):
        from supervisor.events import EventTypes
        names = {cls: name for name, cls in vars(EventTypes).items() if not name.startswith("_")}
        dumped["buffer_size"] = config.buffer_size
        dumped["result_handler"] = config.result_handler
        dumped["events"] = sorted(names[event] for event in config.pool_events)
    return dumped


def dump_server(config):
    kept = {key: one for key, one in config.items() if key != "name"}
    kept["family"] = int(kept["family"])
    return kept


DAEMON_FIELDS = (
    "logfile logfile_maxbytes logfile_backups loglevel pidfile umask nodaemon silent minfds minprocs nocleanup "
    "childlogdir uid gid directory strip_ansi identifier"
).split()


def realize(ask, made):
    made.stdout = io.StringIO()
    made.stderr = io.StringIO()
    made.exit = stop
    made.warnings = type("Quiet", (), {"warn": staticmethod(lambda *args: None)})
    try:
        made.realize(ask["argv"], doc="HELP", progname=sys.argv[0])
    except Exit as ending:
        return {"exit": ending.args[0], "stdout": made.stdout.getvalue(), "stderr": made.stderr.getvalue()}
    return None


def in_place(ask):
    os.chdir(ask["cwd"])
    os.environ.clear()
    os.environ.update(ask["env"])


def config(ask):
    in_place(ask)
    made = ServerOptions()
    ended = realize(ask, made)
    if ended is not None:
        return ended
    return {
        "daemon": {name: getattr(made, name) for name in DAEMON_FIELDS},
        "environment": made.configroot.supervisord.environment,
        "groups": [dump_group(one) for one in made.process_group_configs],
        "servers": [dump_server(one) for one in made.server_configs],
        "rpc": [[name, factory, extras] for name, factory, extras in made.rpcinterface_factories],
        "serverurl": made.serverurl,
        "warn": made.parse_warnings,
        "info": made.parse_infos,
    }


def client(ask):
    in_place(ask)
    made = ClientOptions()
    ended = realize(ask, made)
    if ended is not None:
        return ended
    return {
        "serverurl": made.serverurl,
        "username": made.username,
        "password": made.password,
        "prompt": made.prompt,
        "history_file": made.history_file,
        "interactive": bool(made.interactive),
        "args": made.args,
        "plugins": [[name, factory, extras] for name, factory, extras in made.plugin_factories[1:]],
    }


def same(ask):
    """Whether two configurations of one program are equal, after the first was put to use."""
    in_place(ask)
    sides = []
    for path in ask["paths"]:
        made = ServerOptions()
        ended = realize({"argv": ["-c", path]}, made)
        if ended is not None:
            return ended
        sides.append(made.process_group_configs)
    active, new = sides
    for group in active:
        for one in group.process_configs:
            for channel in ("stdout_logfile", "stderr_logfile"):
                if isinstance(getattr(one, channel), type):
                    setattr(one, channel, "/generated/" + one.name + channel)
    current = {one.name: one for one in active}
    fresh = {one.name: one for one in new}
    return {
        "added": [one.name for one in new if one.name not in current],
        "changed": [one.name for one in new if one != current.get(one.name, one)],
        "removed": [one.name for one in active if one.name not in fresh],
    }


ANSWERS = {"ini": ini, "value": value, "expand": expand, "config": config, "client": client, "same": same}

for line in sys.stdin:
    ask = json.loads(line)
    try:
        answer = {"ok": ANSWERS[ask["op"]](ask)}
    except Exception as error:
        answer = {"error": str(error), "type": type(error).__name__}
    sys.stdout.write(json.dumps(answer) + "\n")
