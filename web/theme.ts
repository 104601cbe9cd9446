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

export function applyTheme(theme: Theme = stored()): void {
  const { dataset } = document.documentElement;
  if (theme === "auto") delete dataset["theme"];
  else dataset["theme"] = theme;
  document.dispatchEvent(new Event("themechange"));
}

export function themeButton(): HTMLButtonElement {
  const label = (theme: Theme) => `Theme: ${theme}`;
  const element = button(label(stored()), () => {
    const next = THEMES[(THEMES.indexOf(stored()) + 1) % THEMES.length] ?? "auto";
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
