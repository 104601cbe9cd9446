/**
 * For programs that the daemon runs, in Node: event listeners, events sent with the program's output, and calls to the
 * daemon. What `supervisor.childutils` is to Python.
 */

export { communicate } from "./communicate.ts";
export { EventReader, type ReceivedEvent } from "./event-reader.ts";
export { eventData, getHeaders, type Headers } from "./headers.ts";
export { type Answer, EventListenerProtocol, type ListenerStreams, listen } from "./listener.ts";
export { connect, connectFromEnvironment, Fault, type RpcClient, type RpcOptions } from "./rpc.ts";
