import { chromiumPath } from './chromium.js';

/** Says once, in one line, what this run leaves out for want of a server or a browser. */
export default function sayWhatIsLeftOut(): void {
  if (process.env['IDP_ROLES_SAID_WHAT_IS_LEFT_OUT']) return;
  process.env['IDP_ROLES_SAID_WHAT_IS_LEFT_OUT'] = 'yes';
  const missing = [
    !process.env['TEST_DATABASE_URL'] && 'PostgreSQL (set TEST_DATABASE_URL)',
    !process.env['TEST_REDIS_URL'] && 'Redis (set TEST_REDIS_URL)',
    !chromiumPath() && 'the browser (install chromium, or set CHROMIUM)',
  ].filter(Boolean);
  const said =
    missing.length > 0 ? `Left out, for want of it: ${missing.join(', ')}.` : 'Nothing is left out.';
  console.log(`\n${said}`);
}
