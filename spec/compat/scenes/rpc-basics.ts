/** Constants, introspection, dispatch, multicall, and the many ways to write a request. */
import { byHand, head, program } from "../../support/daemon-config.ts";
import type { Scene } from "../../support/daemon-pair.ts";
import { ask, call, callWith, isFault, isValue, raw, sortStructs } from "../../support/daemon-rpc.ts";
import { reach, reachFile, step } from "../../support/daemon-steps.ts";

const config = [
  head({ supervisord: "identifier=the-identifier" }),
  byHand("cat"),
  program("lines", "@PROGRAMS@/lines.sh 1", { startsecs: 0 }),
].join("\n");

const request = (params: string, method = "supervisor.readProcessStdoutLog"): string =>
  `<?xml version='1.0'?>\n<methodCall>\n<methodName>${method}</methodName>\n${params}</methodCall>\n`;
const param = (value: string): string => `<param>${value}</param>\n`;
const params = (...values: readonly string[]): string =>
  `<params>\n${values.map((value) => param(`<value>${value}</value>`)).join("")}</params>\n`;
const read = (...values: readonly string[]): string => request(params("<string>lines</string>", ...values));

const doctype = (declarations: string): string =>
  request(params("<string>&e;</string>", "0", "0")).replace("\n", `\n<!DOCTYPE x [${declarations}]>\n`);

const badType = isFault(2, "INCORRECT_PARAMETERS");

export const basics: Scene = {
  title: "constants, introspection and dispatch",
  launch: { config },
  steps: [
    reach({ lines: "RUNNING" }),
    reachFile("lines.out", /0000/),
    call("getAPIVersion"),
    call("getVersion"),
    call("getSupervisorVersion"),
    call("getIdentification"),
    call("getState"),
    step("getPID is the daemon's own", async (daemon) => {
      const reply = await ask(daemon, { method: "supervisor.getPID", params: [] });
      return reply.value === daemon.pid;
    }),
    call("system.listMethods"),
    step("methodSignature of every method", async (daemon) => {
      const { value } = await ask(daemon, { method: "system.listMethods", params: [] });
      const signatures: Record<string, unknown> = {};
      for (const name of value as string[]) {
        const reply = await ask(daemon, { method: "system.methodSignature", params: [name] });
        signatures[name] = reply.value ?? reply.fault;
      }
      return signatures;
    }),
    step("the tags in methodHelp of every method", async (daemon) => {
      const { value } = await ask(daemon, { method: "system.listMethods", params: [] });
      const tags: Record<string, unknown> = {};
      for (const name of value as string[]) {
        const { value: help } = await ask(daemon, { method: "system.methodHelp", params: [name] });
        const found = String(help).matchAll(/^\s*@(param|return)[ \t]+(\S+)[ \t]*(\S*)/gm);
        tags[name] = [...found].map(([, tag, type, of]) => (tag === "param" ? [tag, type, of] : [tag, type]));
      }
      return tags;
    }),
    call("system.methodHelp", "nothing"),
    call("system.methodHelp", "supervisor.nothing"),
    call("system.methodSignature", "nothing"),
    call("system.methodSignature", "supervisor._update"),
    call("system.methodHelp"),
    call("system.listMethods", 1),
    call("nothing"),
    call("other.getState"),
    call("getState.im_func"),
    call("supervisor.getState.more"),
    call("_update", "x"),
    call("supervisor.__init__"),
    call("supervisor.Supervisor"),
    call("supervisor.supervisord"),
    call("system.namespaces"),
    raw("a method without a namespace", request("", "getState")),
    raw("a method name with blanks around it", request("", " supervisor.getState ")),
    raw("a method that is only a dot", request("", ".")),
    call("getState", 1),
    call("getPID", 1, 2, 3),
    call("getProcessInfo"),
    call("getProcessInfo", "cat", "more"),
    call("startProcess"),
    call("startProcess", "cat", true, true),
    call("readLog", 0),
    call("system.multicall"),
  ],
};

const multi = (...calls: readonly unknown[]): readonly [readonly unknown[]] => [calls];
const of = (methodName: string, ...list: readonly unknown[]): unknown => ({ methodName, params: list });

export const multicall: Scene = {
  title: "system.multicall",
  launch: { config },
  steps: [
    reach({ lines: "RUNNING" }),
    callWith("system.multicall", multi(), {}),
    callWith("system.multicall", multi(of("supervisor.getState"), of("supervisor.getAPIVersion")), {}),
    callWith("system.multicall", multi({ methodName: "supervisor.getState" }), {}),
    callWith("system.multicall", multi({ params: [] }), {}),
    callWith("system.multicall", multi({ methodName: "", params: [] }), {}),
    callWith("system.multicall", multi(of("system.multicall", [])), {}),
    callWith(
      "system.multicall",
      multi(of("nothing"), of("supervisor.nothing"), of("system.listMethods")),
      {},
    ),
    callWith(
      "system.multicall",
      multi(
        of("supervisor.getProcessInfo", "nothing"),
        of("supervisor.startProcess", "cat"),
        of("supervisor.startProcess", "cat"),
        of("supervisor.stopProcess", "cat"),
        of("supervisor.stopProcess", "cat"),
        of("supervisor.getProcessInfo"),
      ),
      {},
    ),
    callWith(
      "system.multicall",
      multi(of("supervisor.startProcessGroup", "cat"), of("supervisor.getProcessInfo", "cat")),
      {},
    ),
    callWith(
      "system.multicall",
      multi(of("supervisor.stopAllProcesses"), of("supervisor.startAllProcesses")),
      {
        mend: sortStructs,
      },
    ),
    callWith("system.multicall", multi(of("supervisor.readProcessStdoutLog", "lines", -1, 1)), {}),
    callWith("system.multicall", [""], {}),
    callWith("system.multicall", multi({ methodName: "supervisor.getAPIVersion", params: {} }), {}),
    callWith("system.multicall", multi({ methodName: "supervisor.getAPIVersion", params: "" }), {}),
    callWith("system.multicall", multi({ methodName: "supervisor.getAPIVersion", params: null }), {}),
    callWith("system.multicall", multi({ methodName: "supervisor.stopProcess", params: { lines: 1 } }), {}),
    callWith("system.multicall", [3], {}),
    callWith("system.multicall", [{ methodName: "x" }], {}),
    callWith("system.multicall", ["text"], { differs: { row: "argument-types", ours: badType } }),
    callWith("system.multicall", [["text"]], {
      differs: {
        row: "argument-types",
        ours: (outcome: unknown) => JSON.stringify(outcome).includes("INCORRECT_PARAMETERS"),
      },
    }),
  ],
};

export const requests: Scene = {
  title: "ways to write a request",
  launch: { config },
  steps: [
    reach({ lines: "RUNNING" }),
    reachFile("lines.out", /0000/),
    raw("plain", read("<int>2</int>", "<int>5</int>")),
    raw("no params element", request("", "supervisor.getState")),
    raw("an empty params element", request("<params/>", "supervisor.getState")),
    raw("no line ends at all", read("<int>2</int>", "<int>5</int>").replaceAll("\n", "")),
    raw("CRLF and indentation", read("<int>2</int>", "<int>5</int>").replaceAll("\n", "\r\n\t")),
    raw("no declaration", read("<int>2</int>", "<int>5</int>").slice(22)),
    raw("i4", read("<i4>2</i4>", "<i4>5</i4>")),
    raw("i8", read("<i8>2</i8>", "<i8>5</i8>")),
    raw("numbers as strings", read("<string>2</string>", "<string>5</string>")),
    raw("numbers as untyped values", read("2", "5")),
    raw("untyped values with blanks", read(" 2 ", "\n5\n")),
    raw("numbers with a sign and blanks", read("<int> +2 </int>", "<int>5\n</int>")),
    raw("a double for a number", read("<double>2.7</double>", "<double>5.0</double>")),
    raw("a boolean for a number", read("<boolean>1</boolean>", "<boolean>0</boolean>")),
    raw("a bad int", read("<int>two</int>", "<int>5</int>")),
    raw("an empty int", read("<int></int>", "<int>5</int>")),
    raw("a bad double", read("<double>two</double>", "<int>5</int>")),
    raw("an int beyond 32 bits", read("<int>99999999999</int>", "<int>5</int>")),
    raw("text for a number", read("<string>two</string>", "<int>5</int>"), {
      differs: { row: "argument-types", ours: badType },
    }),
    raw("nil for a number", read("<nil/>", "<int>5</int>")),
    raw(
      "typed values straight in params",
      request("<params><string>lines</string><int>2</int><int>5</int></params>"),
    ),
    raw(
      "two values in a param",
      request(
        `<params>${param("<value>lines</value><value>cat</value>")}${param("<value>2</value>")}${param("<value>5</value>")}</params>`,
      ),
    ),
    raw("a param without a value", request(`<params>${param("")}</params>`)),
    raw(
      "two method names",
      request(
        params("<string>cat</string>"),
        "supervisor.nothing</methodName><methodName>supervisor.getProcessInfo",
      ),
    ),
    raw("a root element of another name", "<x><methodName>supervisor.getState</methodName></x>"),
    raw("a comment inside a value", request(params("<string>li<!-- x -->nes</string>", "0", "0"))),
    raw("CDATA", request(params("<string><![CDATA[lines]]></string>", "0", "0"))),
    raw("character references", request(params("<string>l&#105;n&#x65;s</string>", "0", "0"))),
    raw(
      "predefined entities",
      request(params("<string>a&lt;b&amp;c&gt;&quot;&apos;</string>"), "supervisor.getProcessInfo"),
    ),
    raw("blanks before the declaration", ` ${read("<int>2</int>", "<int>5</int>")}`),
    raw("blanks after the end", `${read("<int>2</int>", "<int>5</int>")}\n  \n`),
    raw("junk after the end", `${read("<int>2</int>", "<int>5</int>")}junk`),
    raw("a request cut short", read("<int>2</int>", "<int>5</int>").slice(0, 120)),
    raw("not XML", "hello"),
    raw("no method name", "<methodCall></methodCall>"),
    raw("an empty method name", request("", "")),
    raw("an undefined entity", request(params("<string>&what;</string>"))),
    raw(
      "another encoding declared",
      read("2", "5").replace("version='1.0'", "version='1.0' encoding='ISO-8859-1'"),
    ),
    raw("UTF-8 in a name", request(params("<string>\xc3\xa9</string>"), "supervisor.getProcessInfo")),
    raw(
      "bytes that are not UTF-8",
      request(params("<string>\xff\xfe</string>"), "supervisor.getProcessInfo"),
      {
        differs: {
          row: "body-encoding",
          ours: (outcome: unknown) => JSON.stringify(outcome).includes("400 Bad Request"),
        },
      },
    ),
    raw("wait as the boolean 0", request(params("cat", "<boolean>0</boolean>"), "supervisor.startProcess")),
    raw("wait as the string 1", request(params("cat", "<string>1</string>"), "supervisor.stopProcess")),
    raw(
      "wait as true in words, which is false",
      request(params("cat", "<boolean>true</boolean>"), "supervisor.startProcess"),
    ),
    raw("a name in base64", request(params("<base64>Y2F0</base64>"), "supervisor.getProcessInfo")),
    raw("base64 that is not UTF-8", request(params("<base64>//79</base64>"), "supervisor.getProcessInfo"), {
      differs: { row: "base64-bytes", ours: badType },
    }),
    raw("an int for a name", request(params("<int>5</int>"), "supervisor.getProcessInfo"), {
      differs: { row: "argument-types", ours: badType },
    }),
    raw(
      "a struct for a name",
      request(
        params("<struct><member><name>a</name><value>b</value></member></struct>"),
        "supervisor.getProcessInfo",
      ),
      {
        differs: { row: "argument-types", ours: badType },
      },
    ),
    raw(
      "an array for a name",
      request(params("<array><data><value>a</value></data></array>"), "supervisor.stopProcess"),
      {
        differs: { row: "argument-types", ours: badType },
      },
    ),
    ...["startProcessGroup", "stopProcessGroup", "addProcessGroup", "removeProcessGroup"].flatMap((method) =>
      ["<int>5</int>", "<boolean>1</boolean>", "<double>1.5</double>", "<nil/>"].map((value) =>
        raw(`${value} for a group, in ${method}`, request(params(value), `supervisor.${method}`)),
      ),
    ),
    raw(
      "a fraction for a signal",
      request(params("lines", "<double>18.9</double>"), "supervisor.signalProcess"),
    ),
    ...[
      "<array><data/></array>",
      "<array><data><value>x</value></data></array>",
      "<struct><member><name>a</name><value><int>1</int></value></member></struct>",
      "<dateTime.iso8601>20260102T03:04:05</dateTime.iso8601>",
      "<nil/>",
    ].map((value) =>
      raw(`${value} for stdin`, request(params("lines", value), "supervisor.sendProcessStdin")),
    ),
    raw("nil for a name", request(params("<nil/>"), "supervisor.getProcessInfo"), {
      differs: { row: "argument-types", ours: badType },
    }),
    raw(
      "a date for a name",
      request(params("<dateTime.iso8601>20260102T03:04:05</dateTime.iso8601>"), "supervisor.getProcessInfo"),
      {
        differs: { row: "argument-types", ours: badType },
      },
    ),
    raw("an entity of the request's own", doctype('<!ENTITY e "lines">'), {
      differs: {
        row: "doctype",
        ours: (outcome: unknown) =>
          JSON.stringify(outcome).includes("400 Bad Request") || isValue("line 0000")(outcome),
      },
    }),
    raw("an entity from outside", doctype('<!ENTITY e SYSTEM "file:///etc/hostname">')),
  ],
};
