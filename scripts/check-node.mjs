// Runs on whatever Node npm found, so it uses nothing newer than Node 18.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  console.error(
    `idp-roles needs Node 22.13 or newer and this is ${process.version} (${process.execPath}).\n` +
      'The repository brings its own: run `npm ci` (without --ignore-scripts and --omit=dev), then use npm scripts or `npx`.',
  );
  process.exit(1);
}
// A first compile takes a minute, in which nothing else is said.
if (process.env.npm_lifecycle_event === 'prestart') console.log('compiling…');
