/** Two at once for one person: the database lets one win, and what the other does again finds what the first has made. */
export async function againAfterRace<T>(
  run: () => Promise<T>,
  isRace: (error: unknown) => boolean,
): Promise<T> {
  for (let left = 3; ; left--) {
    try {
      return await run();
    } catch (error) {
      if (left === 0 || !isRace(error)) throw error;
    }
  }
}
