/** Names the router to servers and agents, as `serverInfo` and `clientInfo`. */
import { version } from '../../kernel/version.ts';

export const ROUTER_INFO = { name: 'mcptui', version } as const;
