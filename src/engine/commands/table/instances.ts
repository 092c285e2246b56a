/** Lists the commands on instances. `name` is an instance's id or name, or a server's name, which means all its instances. */
import * as z from 'zod';
import type { InstanceDetail, LogLine, ProbeReport } from '../../views/view.ts';
import { command } from './entry.ts';
import { count, flag, text } from './shapes.ts';

const restartOptions = z.strictObject({
  /** With the image that its name means now, instead of the one that it ran first. */
  newImage: flag.optional(),
  /** Those of a server one after the other, each when its calls in flight have ended, at the latest after 30 s. */
  inTurn: flag.optional(),
});
const logOptions = z.strictObject({
  lines: count.exactOptional(),
  /** Only lines with a higher number. */
  after: z.int().exactOptional(),
  /** Only lines with a lower number; those that memory has lost are read from the log's files. */
  before: z.int().exactOptional(),
});

export const instanceEntries = {
  start: command<(name: string) => Promise<void>>({
    about: 'Records that an instance, or all of a server, should run.',
    effect: 'changes',
    verb: 'run',
    resource: 'instance',
    audit: ['operator_start'],
    on: (meant, name) => [meant.instance(name)],
    args: [['name', text]],
  }),
  stop: command<(name: string) => Promise<void>>({
    about:
      'Records that an instance, or all of a server, should be stopped. Answers once this is recorded, not once it has stopped.',
    effect: 'changes',
    verb: 'run',
    resource: 'instance',
    audit: ['operator_stop'],
    on: (meant, name) => [meant.instance(name)],
    args: [['name', text]],
  }),
  restart: command<(name: string, options?: z.output<typeof restartOptions>) => Promise<void>>({
    about:
      'Stops an instance, or all of a server, and starts it again. `newImage`: with the image that its name means now, ' +
      'instead of the one that it ran first. `inTurn`: those of a server one after the other, each when its calls in flight ' +
      'have ended (at the latest after 30s) and those before it run again.',
    effect: 'changes',
    verb: 'run',
    resource: 'instance',
    audit: ['operator_restart'],
    on: (meant, name) => [meant.instance(name)],
    args: [
      ['name', text],
      ['options', restartOptions.optional()],
    ],
  }),
  retry: command<(name: string) => Promise<void>>({
    about:
      'Ends the wait of an instance in back-off, and a hold; with a server’s name, of all its failed instances. Refused ' +
      'with `conflict` when none has failed.',
    effect: 'changes',
    verb: 'run',
    resource: 'instance',
    audit: ['operator_retry'],
    on: (meant, name) => [meant.instance(name)],
    args: [['name', text]],
  }),
  hold: command<(name: string) => Promise<void>>({
    about: 'No more retries until `retry` or `start`.',
    effect: 'changes',
    verb: 'run',
    resource: 'instance',
    audit: ['operator_hold'],
    on: (meant, name) => [meant.instance(name)],
    args: [['name', text]],
  }),
  probe: command<(name: string) => Promise<ProbeReport>>({
    about: 'Probes one running instance now and waits for the outcome. Refused with `conflict` when it does not run.',
    effect: 'changes',
    verb: 'run',
    resource: 'instance',
    audit: ['operator_probe'],
    on: (meant, name) => [meant.instance(name)],
    args: [['name', text]],
  }),
  instanceDetail: command<(name: string) => Promise<InstanceDetail>>({
    about: 'Events, definition, variables and tools of one instance.',
    effect: 'reads',
    verb: 'view',
    resource: 'instance',
    audit: [],
    on: (meant, name) => [meant.instance(name)],
    args: [['name', text]],
  }),
  logs: command<(name: string, options?: z.output<typeof logOptions>) => Promise<readonly LogLine[]>>({
    about:
      'The newest `lines` (200 unless told, at most 5,000) of stderr, and what was not JSON-RPC on stdout; oldest first. ' +
      '`after`: only those with a higher number. `before`: those before a number, from the files of the log where memory has lost them.',
    effect: 'reads',
    verb: 'view',
    resource: 'instance',
    audit: [],
    on: (meant, name) => [meant.instance(name)],
    args: [
      ['name', text],
      ['options', logOptions.optional()],
    ],
  }),
};
