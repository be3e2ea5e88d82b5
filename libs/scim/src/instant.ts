const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?$/i;

/** RFC 7643, section 2.3.5: an xsd:dateTime; without a zone, in UTC. Milliseconds since the epoch. */
export function parseInstant(text: string): number | undefined {
  if (!dateTime.test(text)) return undefined;
  const instant = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/i.test(text) ? text : `${text}Z`);
  return Number.isNaN(instant) ? undefined : instant;
}
