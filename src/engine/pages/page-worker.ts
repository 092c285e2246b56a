/** Cuts long texts in a worker thread, so that nobody else's call waits for it. */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../kernel/errors.ts';
import { cutText } from '../../mcp/pages/cut.ts';
import type { WorkerAnswer, WorkerRequest } from './page-cutter.ts';

function answer({ number, request }: WorkerRequest): WorkerAnswer {
  try {
    return { number, pages: cutText(request) };
  } catch (error) {
    return { number, error: messageOf(error) };
  }
}

parentPort?.on('message', (asked: WorkerRequest) => parentPort?.postMessage(answer(asked)));
