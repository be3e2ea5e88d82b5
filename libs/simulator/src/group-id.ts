import { createHash } from 'node:crypto';

const guidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The object id that stands for a name where a personality sends GUIDs: the same name, the same id, on every machine. */
export function objectId(name: string): string {
  if (guidShape.test(name)) return name;
  const hex = createHash('sha256').update(`object-id:${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
