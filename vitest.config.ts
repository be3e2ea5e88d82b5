import { fileURLToPath } from 'node:url';
import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

const conditions = ['@idp-roles/source', ...defaultServerConditions];
const nest11 = (name: string) =>
  fileURLToPath(new URL(`./compat/nest11/node_modules/@nestjs/${name}`, import.meta.url));

const include = ['{libs,apps}/*/test/**/*.test.ts', 'test/**/*.test.ts', 'samples/**/*.test.ts'];
/** What depends on Nest runs a second time on Nest 11; the rest has no Nest in it. */
const onNest = ['libs/nestjs/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'samples/**/*.test.ts'];

export default defineConfig({
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    pool: 'forks',
    globalSetup: ['test/servers/left-out.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'nest12', include } },
      {
        extends: true,
        test: { name: 'nest11', include: onNest },
        resolve: {
          alias: [
            {
              find: /^@nestjs\/(apollo|common|core|graphql|mercurius|microservices|platform-[a-z.]+|swagger|testing|websockets)$/,
              replacement: nest11('$1'),
            },
          ],
        },
      },
    ],
  },
});
