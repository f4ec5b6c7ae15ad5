/** Collects what is wrong with an answer: the rules whose claim does not hold. */
export class Complaints {
  readonly list: string[] = [];

  /** `holds` or it is a complaint; the same twice is one. */
  expect(holds: boolean, otherwise: string): void {
    if (!holds && !this.list.includes(otherwise)) this.list.push(otherwise);
  }
}
