/** What fills the page below its head, until another one does. */
export interface View {
  readonly element: HTMLElement;
  /** For the window and for screen readers. */
  readonly title: string;
  close(): void;
}
