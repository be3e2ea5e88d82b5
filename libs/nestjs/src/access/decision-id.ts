import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { AccessProblemCode } from './denial.js';

/** A text or bytes of at least 32 bytes, the same on every instance. */
export const DECISION_KEY = Symbol.for('idp-roles:decision-key');

/** One thing that was asked. `resource.id` is absent where the request named none that could be used. */
export interface AskedQuestion {
  readonly role?: string;
  readonly permission?: string;
  readonly resource?: { readonly type: string; readonly id?: string };
}

/** What a decision id remembers: enough to ask again, and to say whether things have changed since. */
export interface RememberedDecision {
  readonly organization: string;
  readonly member: string;
  readonly code: AccessProblemCode | 'allowed';
  /** Any of these would have done. */
  readonly asked: readonly AskedQuestion[];
  /** Of the organization, when it was asked. */
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const KEY_BYTES = 32;
/** 128 bits of the HMAC: half of SHA-256's output, as RFC 2104 section 5 asks for at least. */
const MAC_BYTES = 16;
/** Nothing we sign is longer: ids are bounded, and so are the alternatives of one decorator. */
const MAX_TOKEN = 16_384;

/** Makes and reads decision ids. They are signed, not sealed: they hold nothing but what the caller asked. */
@Injectable()
export class DecisionIds {
  readonly #key: Buffer;

  constructor(@Inject(DECISION_KEY) key: string | Uint8Array) {
    if (Buffer.byteLength(key) < KEY_BYTES)
      throw new Error(`access: the decision key must have at least ${KEY_BYTES} bytes`);
    this.#key = createHmac('sha256', key).update('idp-roles decision-id 1').digest();
  }

  sign({ organization, member, code, asked, version, at }: RememberedDecision): string {
    const payload = Buffer.from(JSON.stringify([organization, member, code, version, at, asked]));
    return Buffer.concat([this.#mac(payload), payload]).toString('base64url');
  }

  /** `undefined` for anything this key did not sign. */
  read(token: string): RememberedDecision | undefined {
    if (token.length > MAX_TOKEN) return undefined;
    const bytes = Buffer.from(token, 'base64url');
    const payload = bytes.subarray(MAC_BYTES);
    const mac = bytes.subarray(0, MAC_BYTES);
    if (mac.length !== MAC_BYTES || !timingSafeEqual(mac, this.#mac(payload))) return undefined;
    const [organization, member, code, version, at, asked] = JSON.parse(payload.toString()) as [
      string,
      string,
      RememberedDecision['code'],
      number,
      number,
      readonly AskedQuestion[],
    ];
    return { organization, member, code, asked, version, at };
  }

  #mac(payload: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(payload).digest().subarray(0, MAC_BYTES);
  }
}
