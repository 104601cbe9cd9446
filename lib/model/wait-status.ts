/** How a child ended, as waitpid tells it. */
export type WaitStatus =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signaled"; readonly signal: number; readonly core: boolean }
  | { readonly kind: "unknown"; readonly raw: number };
