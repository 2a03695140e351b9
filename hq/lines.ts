/**
 * Splits a byte stream into lines without ever holding more than one line of the allowed length.
 * A longer line is skipped to its end and reported; bytes that are not UTF-8 are reported, not repaired.
 */
export const LINE_MAX_BYTES = 8 * 1024 * 1024;
export type Line = { readonly number: number; readonly text: string } | { readonly number: number; readonly trouble: 'too-long' | 'not-utf8'; readonly bytes: number };

/** Lines of `source` with their numbers from 1; empty lines are left out. */
export async function* linesOf(source: AsyncIterable<Uint8Array>, maxBytes = LINE_MAX_BYTES): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  let parts: Uint8Array[] = [];
  let size = 0;
  let number = 0;
  const add = (part: Uint8Array): void => {
    size += part.byteLength;
    if (size <= maxBytes) parts.push(part);
    else parts = [];
  };
  const end = (): Line | null => {
    number += 1;
    const [held, bytes] = [parts, size];
    parts = [];
    size = 0;
    if (bytes > maxBytes) return { number, trouble: 'too-long', bytes };
    try {
      const text = decoder.decode(held.length === 1 ? held[0] : Buffer.concat(held)).replace(/\r$/, '');
      return text.trim() === '' ? null : { number, text };
    } catch {
      return { number, trouble: 'not-utf8', bytes };
    }
  };
  for await (const chunk of source) {
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      add(chunk.subarray(from, at));
      const line = end();
      if (line) yield line;
      from = at + 1;
    }
    // Copied: the stream may reuse its buffer, and a slice would keep the whole chunk alive.
    if (from < chunk.byteLength) add(size > maxBytes ? chunk.subarray(from) : Uint8Array.prototype.slice.call(chunk, from));
  }
  if (size > 0) {
    const line = end();
    if (line) yield line;
  }
}
