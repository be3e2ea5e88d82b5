import type { Person } from '../person.js';
import type { Html } from './html.js';
import { html } from './html.js';

/** What the IdP would say of a person, at a glance. */
export function personChips({ organization, groups, department, emailVerified, active }: Person): Html {
  const chips = [
    organization !== undefined && html`<span class="chip department">${organization}</span>`,
    ...groups.map((group) => html`<span class="chip">${group}</span>`),
    !groups.length && html`<span class="chip none">no group</span>`,
    department !== undefined && html`<span class="chip department">Department: ${department}</span>`,
    !active && html`<span class="chip none">deactivated</span>`,
    !emailVerified && html`<span class="chip department">e-mail not verified</span>`,
  ];
  return html`<span class="chips">${chips}</span>`;
}
