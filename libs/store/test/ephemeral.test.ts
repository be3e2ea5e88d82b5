import { randomUUID } from 'node:crypto';
import { openEphemeralStore } from '@idp-roles/store';
import { ephemeralContract } from '@idp-roles/store/contract';

ephemeralContract('memory', () => openEphemeralStore());

const redis = process.env['TEST_REDIS_URL'];
const namespace = `test-${randomUUID()}`;
if (redis) ephemeralContract('Redis', () => openEphemeralStore({ redis, namespace }));
