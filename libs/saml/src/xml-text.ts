/** Text as it may stand in content and in quoted attributes; white space survives both normalisations (XML 1.0 §2.11, §3.3.3). */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** ` name="value"`, or nothing where there is no value. */
export function attributeXml(name: string, value: string | undefined): string {
  return value === undefined ? '' : ` ${name}="${escapeXml(value)}"`;
}
