/**
 * Help text with the tags that clients read signatures from: `@param TYPE NAME text`, `@return TYPE NAME text`
 * (supervisor.md section 1.10).
 *
 * @param params `[type, name, text]` in order
 * @param result `[type, text]`
 */
export function help(
  text: string,
  params: readonly (readonly [type: string, name: string, text: string])[],
  result: readonly [type: string, text: string],
): string {
  const lines = params.map(([type, name, what]) => `@param ${type} ${name} ${what}`);
  return `${text}\n\n${[...lines, `@return ${result[0]} result ${result[1]}`].join("\n")}\n`;
}
