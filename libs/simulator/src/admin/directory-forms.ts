import { Router } from 'express';
import type { Realm } from '../realm.js';
import { field } from './body.js';

const back = '/?saved=provisioning#provisioning';

/** The forms of the page's provisioning section. */
export function directoryForms({ scim }: Realm): Router {
  const forms = Router();

  forms.post('/', (request, response) => {
    scim.directories.register({
      organization: field(request, 'organization') ?? '',
      baseUrl: field(request, 'baseUrl') ?? '',
      token: field(request, 'token') ?? '',
    });
    response.redirect(303, back);
  });
  forms.post('/:organization/push', (request, response) =>
    scim.pushAll(request.params.organization).then(() => response.redirect(303, back)),
  );
  forms.post('/:organization/automatic', (request, response) =>
    scim
      .setAutomatic(request.params.organization, field(request, 'automatic') === 'yes')
      .then(() => response.redirect(303, back)),
  );
  return forms;
}
