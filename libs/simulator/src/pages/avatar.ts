import type { Html } from './html.js';
import { html } from './html.js';
import type { Person } from '../person.js';

const tints = 6;

/** Initials on a tint that follows from the login, so that a person looks the same on every page. */
export function avatar(person: Person): Html {
  const initials = person.name
    .split(/\s+/)
    .map((word) => word[0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase();
  const tint = Buffer.from(person.login).reduce((sum, byte) => (sum * 31 + byte) % 997, 0) % tints;
  return html`<span class="avatar tint-${tint}" aria-hidden="true">${initials}</span>`;
}
