import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { accessContract } from './access-contract.js';
import { connectionsContract } from './connections-contract.js';
import { directoriesContract } from './directories-contract.js';
import { directoryGroupsContract } from './directory-groups-contract.js';
import { directoryQueryContract } from './directory-query-contract.js';
import { directoryUsersContract } from './directory-users-contract.js';
import { grantsContract } from './grants-contract.js';
import { historyContract } from './history-contract.js';
import { isolationContract } from './isolation-contract.js';
import { jobsContract } from './jobs-contract.js';
import { membersContract } from './members-contract.js';
import { openingContract } from './opening-contract.js';
import { organizationsContract } from './organizations-contract.js';
import { resourcesContract } from './resources-contract.js';
import { roleMappingsContract } from './role-mappings-contract.js';
import { rolesContract } from './roles-contract.js';
import { sessionsContract } from './sessions-contract.js';
import { START, Subject, type DatabaseUnderTest } from './subject.js';
import { textContract } from './text-contract.js';
import { transactionsContract } from './transactions-contract.js';
import { waitingContract } from './waiting-contract.js';

/** Every promise of the ports, as tests. Call it at the top of a vitest file; `create` makes one empty database. */
export function storeContract(name: string, create: () => Promise<DatabaseUnderTest>): void {
  describe(`store contract: ${name}`, () => {
    const subject = new Subject();
    beforeAll(async () => subject.start(await create()));
    beforeEach(() => {
      subject.now = START;
    });
    afterAll(() => subject.stop());

    organizationsContract(subject);
    connectionsContract(subject);
    roleMappingsContract(subject);
    rolesContract(subject);
    membersContract(subject);
    grantsContract(subject);
    directoriesContract(subject);
    directoryUsersContract(subject);
    directoryGroupsContract(subject);
    directoryQueryContract(subject);
    jobsContract(subject);
    resourcesContract(subject);
    sessionsContract(subject);
    historyContract(subject);
    accessContract(subject);
    transactionsContract(subject);
    waitingContract(subject);
    textContract(subject);
    openingContract(create);
    isolationContract(subject);
  });
}
