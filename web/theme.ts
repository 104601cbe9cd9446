/** Light, dark, or as the system has it. */
import { button, h, setText } from "./dom.ts";

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];
const KEY = "supervisor-theme";

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === value) ?? "auto";
  } catch {
    return "auto";
  }
}

/** What the browser has kept, unless given. Fires `themechange` on the document, for plots to be drawn anew. */
export function applyTheme(theme: Theme = stored()): void {
  const { dataset } = document.documentElement;
  if (theme === "auto") delete dataset["theme"];
  else dataset["theme"] = theme;
  document.dispatchEvent(new Event("themechange"));
}

/** Goes from one theme to the next, and has the browser keep that where it can. */
export function themeButton(): HTMLButtonElement {
  const label = (theme: Theme) => `Theme: ${theme}`;
  let current = stored();
  const element = button(label(current), () => {
    const next = THEMES[(THEMES.indexOf(current) + 1) % THEMES.length] ?? "auto";
    current = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // Kept for this page only.
    }
    applyTheme(next);
    setText(element, label(next));
  });
  element.className = "theme";
  return element;
}

/** One of the page's colours as it is now, for a canvas, which knows nothing of `light-dark()`. */
export function colourNow(name: string): string {
  const probe = h("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
