/** `context`: supervisords by name. */
import { splitWords } from "../../../lib/config/pytext.ts";
import type { CommandEnd } from "../command.ts";
import { type Contexts, contextsFile, readContexts, writeContexts } from "../contexts.ts";
import { EXIT } from "../exit-status.ts";
import type { Session } from "../session.ts";
import { nearest } from "../suggest.ts";
import { padRight } from "../text.ts";
import { type FlagSpec, readFlags } from "./flags.ts";

const SPEC: FlagSpec = {
  usage: "context list | add <name> <url> | use <name> | use --none | remove <name>",
  options: {
    username: { type: "string", describe: "add: the name to log in with" },
    password: {
      type: "string",
      nargs: 1,
      describe: "add: the password to log in with; - asks for it, or reads a line of standard input",
    },
    none: { type: "boolean", describe: "use: stop using a context" },
  },
  epilogue: "-c, -s and --context on the command line take precedence over the context in use.",
};

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** `given`: a password may hold blanks, which a line that was put together from words no longer tells. */
export async function context(
  session: Session,
  arg: string,
  given: readonly string[] = splitWords(arg),
): Promise<CommandEnd> {
  const flags = await readFlags(session, SPEC, given);
  if (flags === null) return undefined;
  if (flags === "stock") return usage(session);
  const [verb = "list", name, url] = flags.words;
  const path = contextsFile(process.env);
  const contexts = await readContexts(path);
  const known = name === undefined ? undefined : contexts.byName.get(name);
  switch (verb) {
    case "list":
      for (const [each, { serverurl }] of contexts.byName) {
        session.output(`${each === contexts.current ? "*" : " "} ${padRight(each, 20)} ${serverurl}`);
      }
      return undefined;
    case "add":
      if (name === undefined || url === undefined) return usage(session);
      if (!NAME.test(name))
        return refuse(session, `a context's name is made of letters, digits, _ and -: ${name}`);
      if (!/^(?:http|unix):\/\/./.test(url)) return refuse(session, "url must be http:// or unix://");
      {
        const password = await passwordOf(session, flags.text("password"));
        if (password === undefined) return refuse(session, "no password was given");
        contexts.byName.set(name, { serverurl: url, username: flags.text("username") ?? null, password });
      }
      break;
    case "use":
      if (flags.has("none")) contexts.current = null;
      else if (name === undefined) return usage(session);
      else if (known === undefined) return unknown(session, contexts, name);
      else contexts.current = name;
      break;
    case "remove":
      if (name === undefined) return usage(session);
      if (known === undefined) return unknown(session, contexts, name);
      contexts.byName.delete(name);
      if (contexts.current === name) contexts.current = null;
      break;
    default:
      return usage(session);
  }
  try {
    await writeContexts(path, contexts);
    session.output(
      verb === "use"
        ? `${name ?? "no context"}: in use`
        : `${name}: ${verb === "add" ? "added" : "removed"} context`,
    );
  } catch (error) {
    return refuse(session, error instanceof Error ? error.message : String(error));
  }
  return undefined;
}

/** Command lines are shown to everybody by ps: `-` stands for a password that is typed unseen, or that comes through a pipe. */
async function passwordOf(session: Session, given: string | undefined): Promise<string | null | undefined> {
  if (given !== "-") return given ?? null;
  const input = await session.io.readPassword(session.io.inputIsTerminal ? "Password:" : "");
  return "line" in input && input.line !== "" ? input.line : undefined;
}

function usage(session: Session): undefined {
  session.fail(`Error: usage: ${SPEC.usage}`, EXIT.INVALID_ARGS);
  return undefined;
}

function unknown(session: Session, { byName }: Contexts, name: string): undefined {
  refuse(session, `no such context: ${name}`);
  const near = nearest(name, byName.keys());
  if (near !== undefined) session.hint(`Did you mean ${near}?`);
  return undefined;
}

function refuse(session: Session, message: string): undefined {
  session.fail(`ERROR: ${message}`);
  return undefined;
}
