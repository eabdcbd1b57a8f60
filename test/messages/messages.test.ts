/** The catalogue of messages: both languages, parameters, documentation. */
import { describe, expect, test } from 'vitest'
import { MESSAGES, messagesTable, plainSpeech, say, sayCode } from '../../src/messages/messages.ts'
import { readDocument } from '../docs/markdown.ts'

describe('messages', () => {
  test('are all in docs/messages.md, with their texts', () => {
    expect(readDocument('docs/messages.md').text).toContain(messagesTable())
  })

  test.each(Object.entries(MESSAGES))('%s says each of its parameters, and in both languages', (code, { example }) => {
    for (const language of ['en', 'uk'] as const) {
      const text = sayCode(code, example, plainSpeech(language))
      expect(text).toMatch(language === 'uk' ? /^[А-ЯЄІЇҐa-z].*[.]$/ : /^[A-Za-z].*[.]$/)
      expect(text).not.toMatch(/undefined|NaN/)
    }
  })

  test('are text with names and instants as the API has them', () => {
    const at = '2026-03-02T11:00:00.000Z'
    expect(say([{ code: 'due_from', params: { at } }])).toBe('It is due again from 2026-03-02 13:00 Kyiv.')
  })

  test('with a code or parameters of another version have no text', () => {
    expect(sayCode('from_the_future', {}, plainSpeech('en'))).toBeUndefined()
    expect(sayCode('due_from', {}, plainSpeech('en'))).toBeUndefined()
    expect(sayCode('due_from', null, plainSpeech('en'))).toBeUndefined()
  })
})
