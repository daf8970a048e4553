import { describe, expect, test } from 'vitest';
import { clean, emptyDraft, minutes, moved, ownQuestion, without, type DraftQuestion } from './draft';

const q = (key: string, more: Partial<DraftQuestion> = {}): DraftQuestion => ({ key, type: 'scale5', text: { en: key }, ...more });

describe('the list of questions', () => {
  test('keeps a condition below the question it points at', () => {
    const list = [q('a'), q('b', { if: { question: 'a', at_least: 1, at_most: 2 } })];
    expect(moved(list, 1, -1).map((x) => x.key)).toEqual(['a', 'b']);
    expect(moved(list, 0, 1).map((x) => x.key)).toEqual(['a', 'b']);
    expect(moved([q('a'), q('b')], 0, 1).map((x) => x.key)).toEqual(['b', 'a']);
    expect(moved([q('a')], 0, 1).map((x) => x.key)).toEqual(['a']);
  });
  test('drops the conditions that point at a question taken out', () => {
    expect(without([q('a'), q('b', { if: { question: 'a', at_least: 1, at_most: 2 } })], 'a')).toEqual([q('b', { if: undefined })]);
  });
  test('gives own questions keys of their own', () => {
    expect(ownQuestion([q('own.1'), q('own.3')], ['en', 'he'])).toMatchObject({ key: 'own.2', text: { en: '', he: '' } });
  });
});

test('the length follows the rule of the server: 8 seconds a scale, 12 a choice, 40 a comment, 20 to begin', () => {
  const draft = { ...emptyDraft(['en']), questions: [q('a'), q('b'), q('c', { type: 'single' }), q('d', { type: 'comment' })] };
  expect(minutes(draft) * 60).toBeCloseTo(20 + 16 + 12 + 40);
  expect(minutes({ ...draft, subset: 1 }) * 60).toBeCloseTo(20 + 8 + 12 + 40);
});

test('empty lines of options and labels are not sent', () => {
  const draft = { ...emptyDraft(['en']), questions: [q('a', { type: 'single', options: { en: [' yes ', '', 'no', ''] }, ends: { en: [''] } })] };
  expect(clean(draft).questions[0]).toMatchObject({ options: { en: ['yes', 'no'] }, ends: undefined });
});
