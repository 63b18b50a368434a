export function readNumber(_text: string): string {
  throw new Error("to come");
}

export function addNumbers(_a: string, _b: string): string {
  throw new Error("to come");
}

export function subtractNumbers(_a: string, _b: string): string {
  throw new Error("to come");
}

export function compareNumbers(_a: string, _b: string): number {
  throw new Error("to come");
}

export function sortableNumber(_text: string): Uint8Array {
  throw new Error("to come");
}
