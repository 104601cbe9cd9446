/** The right word for a wrong one before the command: an option, a context. */
import { CLIENT_SWITCHES } from "../../../lib/config/client.ts";
import { nearest } from "../suggest.ts";

const OPTIONS: readonly string[] = [...CLIENT_SWITCHES.map(({ long }) => long), "context", "history-file"];

/** What a usage error may be followed by; undefined where nothing is near. */
export async function adviceOn(
  message: string,
  contexts: () => Promise<Iterable<string>>,
): Promise<string | undefined> {
  const option = /^option --(.+) not recognized$/.exec(message)?.[1];
  if (option !== undefined) {
    const near = nearest(option, OPTIONS);
    return near === undefined ? undefined : `Did you mean --${near}?`;
  }
  const context = /^no such context: (.+)$/.exec(message)?.[1];
  if (context === undefined) return undefined;
  const near = nearest(context, await contexts());
  return near === undefined ? undefined : `Did you mean ${near}?`;
}
