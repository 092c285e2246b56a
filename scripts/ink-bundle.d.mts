import type { Plugin } from 'esbuild';

export declare function inkBundle(root: string): Plugin;
