import type { Connection } from '@idp-roles/nestjs';

/** What the terminal says once everything is up: where to click, and what to do there. */
export function tryIt(
  baseUrl: string,
  simulatorUrl: string | undefined,
  connections: readonly (Pick<Connection, 'name'> & { readonly loginUrl: string })[],
  serviceKeyFile: string | undefined,
): string {
  const lines = [
    '',
    `  Atelier, the idp-roles demo, is running.`,
    '',
    `  App            ${baseUrl}`,
    ...connections.map(({ name, loginUrl }) => `  Sign in        ${loginUrl}   (${name})`),
    ...(simulatorUrl ? [`  IdP to edit    ${simulatorUrl}`] : []),
    '',
    '  1. Open the app, choose a way to sign in, and sign in as alice.',
    '  2. At the IdP, take alice out of Engineering or put her into Finance.',
    '  3. Sign in again the same way (each way refreshes what came through it) and see what changed, and why.',
    '  4. Or edit her there and “Save and push”: Acme’s directory hears of it by SCIM, and the tab that is open',
    '     shows it at the next click, without signing in again. Deactivate her, and it is signed out.',
    '',
    ...(serviceKeyFile
      ? [`  The admin API is at ${baseUrl}/idp-roles/v1; its service key is in ${serviceKeyFile}`, '']
      : []),
    '  Stop with Ctrl+C.',
    '',
  ];
  return lines.join('\n');
}
