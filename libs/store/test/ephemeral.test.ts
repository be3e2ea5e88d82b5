import { openEphemeralStore } from '@idp-roles/store';
import { ephemeralContract } from '@idp-roles/store/contract';

ephemeralContract('memory', () => openEphemeralStore());
