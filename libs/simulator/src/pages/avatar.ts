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
  const tint = [...person.login].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % tints;
  return html`<span class="avatar tint-${tint}" aria-hidden="true">${initials}</span>`;
}

export function groupChips(person: Person): Html {
  return html`<span class="chips"
    >${
      person.groups.length
        ? person.groups.map((group) => html`<span class="chip">${group}</span>`)
        : html`<span class="chip none">no group</span>`
    }${person.department !== undefined && html`<span class="chip department">Department: ${person.department}</span>`}</span
  >`;
}
