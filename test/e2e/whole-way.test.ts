/** An agent's whole way through a gated project, with rules alone. With a model that really runs: test/model. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aHome, type Home } from '../support/worlds/run-mcptui.ts';
import { goTheWholeWay, openShop } from '../support/worlds/whole-way.ts';

let home: Home;
beforeAll(async () => {
  home = aHome();
  await openShop(home);
  await home.daemon();
  await home.healthy(2);
});
afterAll(() => home.close());

it('a real client goes from the gated list to pages, and the audit tells why, by rules', async () => {
  expect(await goTheWholeWay(home, 'by-rules')).toMatchObject({ by: 'tags' });
});
