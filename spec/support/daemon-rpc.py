"""Python's own XML-RPC client, one call per line: what it sends, the reply's bytes, and whether it can read them.

In: {id, socket, method, params} or {id, socket, body}; a parameter {"$base64": text} goes as Binary, {"$none": 1} as None.
Out: {id, status, headers, body, value | fault | unreadable} (Latin-1).
"""
import http.client
import json
import socket
import sys
import threading
import xmlrpc.client

lock = threading.Lock()


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=25)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(25)
        self.sock.connect(self.path)


def decode(param):
    if isinstance(param, dict) and "$base64" in param:
        return xmlrpc.client.Binary(param["$base64"].encode())
    if isinstance(param, dict) and "$none" in param:
        return None
    return param


def plain(value):
    if isinstance(value, xmlrpc.client.Binary):
        return {"$base64": value.data.decode("latin-1")}
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


def ask(request):
    body = request.get("body")
    if body is None:
        params = tuple(decode(param) for param in request["params"])
        body = xmlrpc.client.dumps(params, request["method"], allow_none=True)
    link = UnixConnection(request["socket"])
    headers = {"User-Agent": "Python-xmlrpc/3.11", "Content-Type": "text/xml", "Accept": "text/xml"}
    try:
        link.request("POST", "/RPC2", body.encode("latin-1") if "body" in request else body.encode(), headers)
        reply = link.getresponse()
        data = reply.read()
    finally:
        link.close()
    answer = {
        "id": request["id"],
        "status": "%d %s" % (reply.status, reply.reason),
        "headers": ["%s: %s" % pair for pair in reply.getheaders()],
        "body": data.decode("latin-1"),
    }
    if reply.status == 200:
        try:
            answer["value"] = plain(xmlrpc.client.loads(data)[0][0])
        except xmlrpc.client.Fault as fault:
            answer["fault"] = [fault.faultCode, fault.faultString]
        except Exception as error:  # what Python cannot read is an outcome, not a failure of the specs
            answer["unreadable"] = type(error).__name__
    return answer


def serve(request):
    try:
        answer = ask(request)
    except Exception as error:
        answer = {"id": request["id"], "status": "none", "headers": [], "body": "%s: %s" % (type(error).__name__, error)}
    with lock:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


for line in sys.stdin:
    threading.Thread(target=serve, args=(json.loads(line),), daemon=True).start()
