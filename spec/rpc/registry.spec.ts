import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { RpcFault } from "../../lib/model/faults.ts";
import type { Method } from "../../lib/rpc/method.ts";
import { RpcRegistry } from "../../lib/rpc/registry.ts";
import { systemNamespace } from "../../lib/rpc/system-namespace.ts";
import type { XmlRpcValue } from "../../lib/wire/xmlrpc-value.ts";

const method = (
  arity: readonly [number, number],
  call: Method["call"],
  help = "@return int result x",
): Method => ({
  help,
  arity,
  call,
});

function registry(): RpcRegistry {
  const made = new RpcRegistry();
  made.add(
    "a",
    new Map([
      [
        "echo",
        method(
          [0, 9],
          (params) => params[0] ?? "nothing",
          "@param int x it\n  @param string y too\n@return array result all",
        ),
      ],
      ["later", method([0, 0], async () => "done")],
      [
        "fault",
        method([0, 0], () => {
          throw new RpcFault("BAD_NAME", "x");
        }),
      ],
      [
        "bug",
        method([0, 0], () => {
          throw new Error("oops");
        }),
      ],
      ["silent", method([0, 0], () => 1, "nothing said")],
    ]),
  );
  made.add("hidden", new Map([["there", method([0, 0], () => "here")]]), true);
  made.add("system", systemNamespace(made));
  return made;
}

const faultOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof RpcFault);
    return error.message;
  }
  return "no fault";
};

describe("dispatch", () => {
  it("knows its table and nothing else (CVE-2017-11610)", () => {
    const made = registry();
    const strange = [
      "echo",
      "a.",
      ".echo",
      "a.echo.x",
      "a.b.echo",
      "a.__class__",
      "a.constructor",
      "__proto__.echo",
      "a.toString",
      "",
      ".",
      "A.echo",
    ];
    for (const name of strange)
      assert.equal(
        faultOf(() => made.dispatch(name, [])),
        "UNKNOWN_METHOD",
        name,
      );
    fc.assert(
      fc.property(fc.string(), (name) => {
        if (!made.list().includes(name))
          assert.equal(
            faultOf(() => made.dispatch(name, [])),
            "UNKNOWN_METHOD",
          );
      }),
    );
    assert.equal(made.dispatch("a.echo", ["x"]), "x");
  });

  it("counts arguments before it calls (argument-types)", () => {
    const made = registry();
    assert.equal(
      faultOf(() => made.dispatch("a.later", ["too much"])),
      "INCORRECT_PARAMETERS",
    );
    assert.equal(
      faultOf(() => made.dispatch("system.methodHelp", [])),
      "INCORRECT_PARAMETERS",
    );
  });

  it("serves what it does not list (own-namespace)", () => {
    const made = registry();
    assert.equal(made.dispatch("hidden.there", []), "here");
    assert.ok(!made.list().some((name) => name.startsWith("hidden")));
  });
});

describe("system.*", () => {
  it("lists the names in order", () => {
    const names = registry().dispatch("system.listMethods", []) as string[];
    assert.deepEqual(names, [...names].sort());
    assert.ok(names.includes("system.multicall") && names.includes("a.echo"));
  });

  it("reads signatures from tags, the result first", () => {
    const made = registry();
    assert.deepEqual(made.dispatch("system.methodSignature", ["a.echo"]), ["array", "int", "string"]);
    for (const name of ["a.silent", "a.nope", "", "hidden.there"]) {
      assert.equal(
        faultOf(() => made.dispatch("system.methodSignature", [name])),
        "SIGNATURE_UNSUPPORTED",
        name,
      );
    }
  });

  it("calls several in order, with bare results and faults as structs", async () => {
    const made = registry();
    const call = (methodName: string, ...params: XmlRpcValue[]) =>
      new Map<string, XmlRpcValue>([
        ["methodName", methodName],
        ["params", params],
      ]);
    const results = await made.dispatch("system.multicall", [
      [
        call("a.later"),
        call("a.echo", 7),
        call("a.fault"),
        call("system.multicall", []),
        new Map([["params", []]]),
        call("a.bug"),
        call("b.c"),
      ],
    ]);
    assert.deepEqual(results, [
      "done",
      7,
      { faultCode: 10, faultString: "BAD_NAME: x" },
      { faultCode: 2, faultString: "INCORRECT_PARAMETERS: Recursive system.multicall forbidden" },
      { faultCode: 2, faultString: "INCORRECT_PARAMETERS: No methodName" },
      { faultCode: 30, faultString: "FAILED: oops" },
      { faultCode: 1, faultString: "UNKNOWN_METHOD" },
    ]);
    assert.deepEqual(await made.dispatch("system.multicall", [[]]), []);
  });

  it("refuses calls that are none", async () => {
    for (const wrong of ["text", 7, ["a.echo"], [7], Array(10_001).fill(new Map())]) {
      await assert.rejects(async () => registry().dispatch("system.multicall", [wrong]), {
        message: "INCORRECT_PARAMETERS",
      });
    }
  });
});
