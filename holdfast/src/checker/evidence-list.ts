/** Rows with an amount and an interval, column by column, in arrays that are kept from one object to the next. */
export class EvidenceList {
  size = 0;
  rows: Int32Array = new Int32Array(64);
  amounts: Float64Array = new Float64Array(64);
  /** When it began, and by when it was over. */
  fromNs: Float64Array = new Float64Array(64);
  byNs: Float64Array = new Float64Array(64);

  clear(): void {
    this.size = 0;
  }

  add(row: number, amount: number, fromNs: number, byNs: number): void {
    if (this.size === this.rows.length) this.#grow();
    const at = this.size++;
    this.rows[at] = row;
    this.amounts[at] = amount;
    this.fromNs[at] = fromNs;
    this.byNs[at] = byNs;
  }

  #grow(): void {
    const rows = new Int32Array(GROWTH * this.size);
    rows.set(this.rows);
    this.rows = rows;
    this.amounts = grown(this.amounts);
    this.fromNs = grown(this.fromNs);
    this.byNs = grown(this.byNs);
  }
}

/** Growing is mostly copying, and memory that is not yet written costs nothing. */
const GROWTH = 4;

function grown(from: Float64Array): Float64Array {
  const to = new Float64Array(GROWTH * from.length);
  to.set(from);
  return to;
}
