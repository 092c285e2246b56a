/** The list of backends of secrets, and the form that makes and changes them. */
import { afterEach, describe, expect, it } from 'vitest';
import { openListing, typeLine } from '../../../support/worlds/open-listing.ts';
import type { OpenApp } from '../../../support/worlds/open-app.tsx';

const enter = '\r';
const right = '\u001B[C';
let page: OpenApp;
afterEach(() => page.close());

async function created(): Promise<void> {
  page = await openListing('backends');
  await page.press('n');
  await typeLine(page, 'bao');
  await page.press(right, enter);
  await typeLine(page, 'https://bao.corp:8200');
  await page.press(right, enter);
  await typeLine(page, 'secret:file/bao-token');
  await page.press(enter, enter, enter);
  await page.settle();
  await page.pass(300);
  await page.press(enter);
  await page.settle();
}

describe(':backends', () => {
  it('shows what is built in first, and makes an OpenBao with the fields of its way in', async () => {
    await created();
    expect(page.engine.asked).toContain(
      'createSecretBackend bao {"kind":"openbao","url":"https://bao.corp:8200",' +
        '"auth":{"method":"token","token":{"backend":"file","path":"bao-token"}}}',
    );
    expect(page.line('env')).toContain('built in');
    expect(page.line('secret:bao/')).toMatch(/bao +openbao +ok +token +secret:bao\/MOUNT\/PATH#KEY/);
  });

  it('changes one in the same form, filled in', async () => {
    await created();
    await page.press('j', 'j', 'e');
    expect(page.screen()).toContain('Backend bao');
    expect(page.screen()).toContain('https://bao.corp:8200');
    expect(page.screen()).toContain('secret:file/bao-token');
    await page.press(enter, enter, enter, enter);
    await typeLine(page, 'kv');
    await page.press(enter, enter);
    await page.settle();
    await page.pass(300);
    await page.press(enter);
    await page.settle();
    expect(page.engine.asked.at(-1) ?? '').not.toBe('');
    expect(page.engine.asked.find((line) => line.endsWith(' replace'))).toContain('"mount":"kv"');
    expect(page.line('secret:bao/')).toContain('secret:bao/kv/PATH#KEY');
  });

  it('takes no value in the place of a reference, and says so at its field', async () => {
    page = await openListing('backends');
    await page.press('n');
    await typeLine(page, 'bao');
    await page.press(right, enter);
    await typeLine(page, 'https://bao.corp:8200');
    await page.press(right, enter);
    await typeLine(page, 'hvs.CAESIJ');
    await page.press(enter, enter, enter);
    await page.pass(300);
    await page.press(enter);
    await page.settle();
    expect(page.screen()).toContain('never the value');
    expect(page.engine.asked.some((line) => line.startsWith('createSecretBackend'))).toBe(false);
  });

  it('leaves what is built in as it is, and deletes by name', async () => {
    await created();
    await page.press('e');
    expect(page.screen()).toContain('env is built in');
    await page.press('j', 'j', 't');
    await page.settle();
    expect(page.engine.asked).toContain('testSecretBackend bao');
    await page.press('D');
    await typeLine(page, 'bao');
    expect(page.engine.asked).toContain('deleteSecretBackend bao');
  });
});
