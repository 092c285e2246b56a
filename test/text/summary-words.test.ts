import { describe, expect, it } from 'vitest';
import { progressWords, summarySource } from '../../src/text/summary-words.ts';
import { aPrompt } from '../support/builders/content-builders.ts';

describe('progressWords', () => {
  it('says how far models are, what failed and why, and what they wait for', () => {
    expect(progressWords({ done: 1_200, of: 4_000, failed: 0 })).toBe('summed up 1,200 of 4,000');
    expect(progressWords({ done: 12, of: 80, failed: 3, why: 'model small: no' })).toBe(
      'summed up 12 of 80 · 3 failed: model small: no',
    );
    expect(progressWords({ done: 12, of: 80, failed: 1, waits: 'model small is loading' })).toBe(
      'summed up 12 of 80 · 1 failed · waits: model small is loading',
    );
  });

  it('says nothing when all is done, and where there is nothing to do', () => {
    expect(progressWords({ done: 80, of: 80, failed: 0 })).toBeUndefined();
    expect(progressWords(undefined)).toBeUndefined();
  });
});

describe('summarySource', () => {
  it('says where a summary is from, unless it is its own', () => {
    expect(summarySource(aPrompt({ summaryBy: 'model', summaryModel: 'small' }))).toBe('by model small');
    expect(summarySource(aPrompt({ summaryBy: 'rules' }))).toBe('its first words');
    expect(summarySource(aPrompt({ summaryBy: 'rules', summaryWhy: 'no' }))).toBe('its first words: no');
    expect(summarySource(aPrompt({ summaryBy: 'own' }))).toBe('');
  });
});
