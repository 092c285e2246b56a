import { expect, it } from 'vitest';
import { readOnly } from '../../../src/engine/commands/read-only.ts';
import { aDraft } from '../../support/builders/builders.ts';
import { engineHarness } from '../../support/worlds/engine-harness.ts';

it('readOnly lets everything be seen and refuses every change', async () => {
  const harness = await engineHarness();
  try {
    await harness.engine.commands.createServer(aDraft());
    await harness.untilPhase('fs-1', 'running');
    const { commands } = readOnly(harness.engine);
    expect((await commands.instanceDetail('fs-1')).spec.name).toBe('fs');
    expect(await commands.auditHead()).toMatchObject({ seq: expect.any(Number) as number });
    const changes = [
      commands.createServer(aDraft({ name: 'b' })),
      commands.deleteServer('fs'),
      commands.start('fs'),
      commands.stop('fs'),
      commands.restart('fs'),
      commands.retry('fs'),
      commands.hold('fs'),
      commands.probe('fs'),
      commands.setSecret('a', 'b'),
      commands.removeSecret('a'),
    ];
    for (const change of changes) await expect(change).rejects.toMatchObject({ code: 'denied' });
    expect(harness.instance('fs-1').phase).toBe('running');
  } finally {
    await harness.close();
  }
});
