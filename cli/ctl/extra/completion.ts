/** `completion bash|zsh|fish`: the shells' scripts. They ask `supervisorctl completion --line LINE` for what fits. */
import { splitWords } from "../../../lib/config/pytext.ts";
import type { CommandEnd } from "../command.ts";
import { EXIT } from "../exit-status.ts";
import type { Session } from "../session.ts";

const BASH = `# bash completion for supervisorctl: eval "$(supervisorctl completion bash)"
_supervisorctl() {
  local line="\${COMP_LINE:0:COMP_POINT}" cur found
  cur="\${line##*[[:space:]]}"
  mapfile -t COMPREPLY < <("\${COMP_WORDS[0]}" completion --line "$line" 2>/dev/null)
  # bash takes a colon for the end of a word: what stands before it is not to be repeated.
  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
    local before="\${cur%:*}:"
    COMPREPLY=("\${COMPREPLY[@]#"$before"}")
  fi
  # Behind a folder goes its file, not a blank.
  if [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == */ ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _supervisorctl supervisorctl
`;

const ZSH = `#compdef supervisorctl
# zsh completion for supervisorctl: eval "$(supervisorctl completion zsh)"
_supervisorctl() {
  local -a found
  found=("\${(@f)$("\${words[1]}" completion --line "\${(j: :)words[1,CURRENT]}" 2>/dev/null)}")
  found=(\${found:#})
  compadd -Q -S '' -- \${(M)found:#*/}
  compadd -Q -- \${found:#*/}
}
compdef _supervisorctl supervisorctl
`;

const FISH = `# fish completion for supervisorctl: supervisorctl completion fish | source
function __supervisorctl_complete
  set -l line (commandline -cp)
  set -l words (commandline -opc)
  $words[1] completion --line "$line" 2>/dev/null
end
complete -c supervisorctl -f -a '(__supervisorctl_complete)'
`;

const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

/** Prints the script of the shell that `arg` names, without asking a daemon; exit status 2 for anything else. */
export function completion(session: Session, arg: string): CommandEnd {
  const [shell = "", ...more] = splitWords(arg);
  const script = SCRIPTS[shell];
  if (script === undefined || more.length > 0) {
    session.fail("Error: completion takes one of bash, zsh and fish", EXIT.INVALID_ARGS);
  } else session.io.write(script);
  return undefined;
}
