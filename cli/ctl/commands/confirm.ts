/** The question before a command that ends something, asked only of an interactive session. */
import { ClientError } from "../errors.ts";
import { Interrupted } from "../interrupt.ts";
import type { Session } from "../session.ts";

/** True where nobody is to be asked, or the answer begins with `y`. Throws Python's EOFError at the end of input. */
export async function confirm(session: Session, question: string): Promise<boolean> {
  if (!session.options.interactive) return true;
  const answer = await session.io.readLine(question);
  if ("line" in answer) return answer.line.toLowerCase().startsWith("y");
  if (answer.end === "interrupt") throw new Interrupted();
  throw new ClientError("EOFError", "EOF when reading a line");
}
