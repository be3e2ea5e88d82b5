/** RFC 7644, section 3.14: weak, for the same version may be written in more than one way. */
export function etagOf(version: number): string {
  return `W/"${version}"`;
}

/**
 * The versions that an `If-Match` allows; undefined where it allows any, or is not there. What is no tag of ours is left out, so that
 * a header of such tags alone allows none.
 */
export function versionsIn(header: string | undefined): readonly number[] | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  return header.split(',').flatMap((tag) => {
    const version = /^\s*(?:W\/)?"(\d{1,15})"\s*$/.exec(tag)?.[1];
    return version === undefined ? [] : [Number(version)];
  });
}
