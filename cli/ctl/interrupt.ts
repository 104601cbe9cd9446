/** The interrupt key was pressed where it ends more than the present line. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
