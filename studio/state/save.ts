// Saving bytes as a file of the visitor's.

/** Hands the browser a file to save. */
export function save(name: string, bytes: Uint8Array, type: string): void {
  const link = document.createElement('a');
  const address = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
