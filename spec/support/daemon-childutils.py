"""Drives a daemon as event listeners do: supervisor.childutils.getRPCInterface with a child's environment."""
import json
import os
import xmlrpc.client

from supervisor import childutils

rpc = childutils.getRPCInterface(os.environ)
told = []


def tell(what, call):
    try:
        told.append([what, call()])
    except xmlrpc.client.Fault as fault:
        told.append([what, "fault", fault.faultCode, fault.faultString])
    except xmlrpc.client.ProtocolError as error:
        told.append([what, "http", error.errcode, error.errmsg])


tell("getAPIVersion", rpc.supervisor.getAPIVersion)
tell("getState", rpc.supervisor.getState)
tell("getAllProcessInfo", lambda: [list(info.items()) for info in rpc.supervisor.getAllProcessInfo()])
tell("startProcess", lambda: rpc.supervisor.startProcess("cat", False))
tell("startProcess again", lambda: rpc.supervisor.startProcess("cat"))
tell("sendProcessStdin", lambda: rpc.supervisor.sendProcessStdin("cat", "é <&> ]]>\n"))
tell("stopProcess", lambda: rpc.supervisor.stopProcess("cat"))
tell("stopProcess again", lambda: rpc.supervisor.stopProcess("cat"))
tell("tailProcessStdoutLog", lambda: rpc.supervisor.tailProcessStdoutLog("lines", 0, 100))
tell("sendRemoteCommEvent", lambda: rpc.supervisor.sendRemoteCommEvent("a", "b"))
tell("listMethods", rpc.system.listMethods)
tell("multicall", lambda: rpc.system.multicall([{"methodName": "supervisor.getState", "params": []}]))
print(json.dumps(told))
