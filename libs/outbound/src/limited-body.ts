import { OutboundError } from './outbound-error.js';

/** A body's chunks, as fetch streams them. */
type Chunks = AsyncIterable<Uint8Array>;

/**
 * Reads a body that may be hostile: never holds more than `limit` bytes, counted after decompression, and lets go of the
 * connection at the first byte too many.
 */
export async function readLimited(
  body: Chunks,
  announced: string | null,
  limit: number,
  host: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = (): OutboundError =>
    new OutboundError('body-too-large', `\`${host}\` answered with more than ${limit} bytes`, host);
  if (announced !== null && Number(announced) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
