/**
 * A map in key order. Keys are those of records, as text with one character for each byte, which sorts like the bytes.
 */
export class OrderedMap<T> {
  readonly #keys: string[];
  readonly #values: Map<string, T>;

  constructor(from?: OrderedMap<T>) {
    this.#keys = from ? [...from.#keys] : [];
    this.#values = new Map(from ? from.#values : []);
  }

  get size(): number {
    return this.#keys.length;
  }

  get(key: string): T | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: T): void {
    if (!this.#values.has(key)) this.#keys.splice(this.#placeOf(key), 0, key);
    this.#values.set(key, value);
  }

  delete(key: string): void {
    if (this.#values.delete(key)) this.#keys.splice(this.#placeOf(key), 1);
  }

  values(): Iterable<T> {
    return this.#keys.map((key) => this.#values.get(key)!);
  }

  /** The keys from the first to before the second. */
  keysBetween(start: string, end: string): string[] {
    return this.#keys.slice(this.#placeOf(start), this.#placeOf(end));
  }

  /** The position of a key, or where it would be. */
  #placeOf(key: string): number {
    let low = 0;
    for (let high = this.#keys.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (this.#keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
