import { describe, expect, it } from 'vitest';
import { folderTrouble } from '../../src/kernel/folder-trouble.ts';

const refused = (code: string, more: object = { path: '/home/ann/x' }): Error =>
  Object.assign(new Error(code), { code, ...more });

describe('folderTrouble', () => {
  it.each(['EACCES', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EEXIST', 'EMFILE'])(
    'names path, reason and next step of %s',
    (code) => {
      expect(folderTrouble(refused(code))).toEqual({
        message: expect.stringMatching(new RegExp(`^/home/ann/x (is|may|cannot) .+ \\(${code}\\)$`)),
        hint: expect.stringMatching(/.{10}/),
      });
    },
  );

  it('knows what a folder on a read-only file system is refused with, and a write to a full disk', () => {
    expect(folderTrouble(refused('ENOENT', { path: '/x', syscall: 'mkdir' }))?.message).toContain('read-only');
    expect(folderTrouble(refused('ENOSPC', {}))?.message).toContain('no space is left');
  });

  it('leaves what is no such refusal', () => {
    expect(folderTrouble(refused('ENOENT'))).toBeUndefined();
    expect(folderTrouble(refused('ECONNREFUSED'))).toBeUndefined();
    expect(folderTrouble(new Error('a bug'))).toBeUndefined();
    expect(folderTrouble('a word')).toBeUndefined();
  });
});
