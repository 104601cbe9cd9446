"""Answers, for a JSON list of jobs on stdin, what the original makes of them: one JSON list on stdout."""
import base64
import datetime
import json
import sys
import xmlrpc.client

from supervisor.xmlrpc import supervisor_xmlrpc_handler

original_base64 = supervisor_xmlrpc_handler.unmarshallers["base64"]


def base64_or_bytes(element):
    """Our one extension: base64 that is not UTF-8 comes as bytes where the original refuses the request."""
    try:
        return original_base64(element)
    except UnicodeDecodeError as error:
        return bytes(error.object)


supervisor_xmlrpc_handler.unmarshallers["base64"] = base64_or_bytes
handler = supervisor_xmlrpc_handler.__new__(supervisor_xmlrpc_handler)


def describe(value):
    if value is None:
        return ["nil"]
    if isinstance(value, bool):
        return ["boolean", value]
    if isinstance(value, int):
        return ["number", float(value)] if abs(value) < 2**1023 else ["number", "huge"]
    if isinstance(value, float):
        if value != value or abs(value) == float("inf"):
            return ["number", str(value)]
        return ["number", value if abs(value) < 2**1023 else "huge"]
    if isinstance(value, str):
        return ["string", value]
    if isinstance(value, datetime.datetime):
        return ["date", value.isoformat()]
    if isinstance(value, bytes):
        return ["base64", base64.b64encode(value).decode()]
    if isinstance(value, (list, tuple)):
        return ["array", [describe(item) for item in value]]
    return ["struct", [[["string", member_name(name)], describe(item)] for name, item in value.items()]]


def member_name(name):
    """Names of other types are keys of their own in Python; we have text only."""
    if isinstance(name, bytes):
        raise ValueError("bytes as a name")
    if isinstance(name, datetime.datetime):
        return name.isoformat() + ".000Z"
    return str(int(name) if isinstance(name, float) and name.is_integer() and abs(name) < 2**53 else name)


def build(described):
    kind = described[0]
    if kind == "base64":
        return base64.b64decode(described[1])
    if kind == "date":
        return datetime.datetime.fromisoformat(described[1])
    if kind == "double":
        return float(described[1])
    if kind == "array":
        return [build(item) for item in described[1]]
    if kind == "struct":
        return {name[1]: build(item) for name, item in described[1]}
    return described[1]


def read_call(document):
    params, method = handler.loads(document)
    if not method:
        return ["no method name"]
    return ["ok", method, [describe(value) for value in params or ()]]


def read_reply(document):
    values, _ = xmlrpc.client.loads(document, use_builtin_types=True)
    return ["ok", [describe(value) for value in values]]


def write_response(described):
    return ["ok", xmlrpc.client.dumps((build(described),), methodresponse=True)]


def write_fault(fault):
    return ["ok", xmlrpc.client.dumps(xmlrpc.client.Fault(fault[0], fault[1]))]


def write_call(call):
    return ["ok", xmlrpc.client.dumps(tuple(build(value) for value in call[1]), call[0])]


JOBS = {function.__name__: function for function in (read_call, read_reply, write_response, write_fault, write_call)}


def answer(job, argument):
    try:
        return JOBS[job](argument)
    except xmlrpc.client.Fault as fault:
        return ["fault", fault.faultCode, fault.faultString]
    except Exception as error:
        return ["error", str(error)]


json.dump([answer(job, argument) for job, argument in json.load(sys.stdin)], sys.stdout)
