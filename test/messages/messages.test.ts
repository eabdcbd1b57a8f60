/** The message catalogues: both languages, parameters, documentation. */
import { describe, expect, test } from 'vitest'
import { CALL_FAILURES } from '../../src/messages/call-failures.ts'
import { COMMAND_MESSAGES } from '../../src/messages/command-messages.ts'
import { jobError } from '../../src/messages/jobs.ts'
import { sayFrom } from '../../src/messages/message.ts'
import { MESSAGES, messagesTable, plainSpeech, say, sayCode } from '../../src/messages/messages.ts'
import { SETTING_FORMS } from '../../src/messages/settings.ts'
import { readDocument } from '../docs/markdown.ts'

const ALL = { ...MESSAGES, ...COMMAND_MESSAGES }

describe('messages', () => {
  test.each([
    ['of the API and the page', MESSAGES],
    ['of commands', COMMAND_MESSAGES],
  ])('%s are all in docs/messages.md, with their texts', (_of, catalogue) => {
    expect(readDocument('docs/messages.md').text).toContain(messagesTable(catalogue))
  })

  test('on settings name a form of docs/messages.md', () => {
    const { text } = readDocument('docs/messages.md')
    for (const [form, [en, uk]] of Object.entries(SETTING_FORMS))
      expect(text).toContain(`| \`${form}\` | ${en} | ${uk} |`)
  })

  test('have one meaning per code everywhere', () => {
    expect(Object.keys(ALL)).toHaveLength(Object.keys(MESSAGES).length + Object.keys(COMMAND_MESSAGES).length)
  })

  test.each(Object.entries(ALL))('%s mentions each of its parameters, in both languages', (code, { example }) => {
    for (const language of ['en', 'uk'] as const) {
      const text = sayFrom(ALL, code, example, plainSpeech(language))
      expect(text).toMatch(language === 'uk' ? /^[А-ЯЄІЇҐa-zA-Z].*[.;?]$/s : /^[A-Za-z].*[.;?]$/s)
      expect(text).not.toMatch(/undefined|NaN/)
    }
  })

  test('are text with names and instants in the API’s format', () => {
    const at = '2026-03-02T11:00:00.000Z'
    expect(say([{ code: 'due_from', params: { at } }])).toBe('It is due again from 2026-03-02 13:00 Kyiv.')
  })

  test('with a code or parameters of another version have no text', () => {
    expect(sayCode('from_the_future', {}, plainSpeech('en'))).toBeUndefined()
    expect(sayCode('constructor', {}, plainSpeech('en'))).toBeUndefined()
    expect(sayCode('due_from', {}, plainSpeech('en'))).toBeUndefined()
    expect(sayCode('due_from', null, plainSpeech('en'))).toBeUndefined()
  })
})

describe('errors of jobs', () => {
  test('are described by their meaning, whatever the transport’s code is', () => {
    const patterns = CALL_FAILURES.map(({ pattern }) => pattern).filter((pattern) => pattern !== '*')
    const codes = patterns.map((pattern) => pattern.replace(/^\*\./, 'Server.').replaceAll('*', 'x'))
    expect(codes.filter((code) => jobError(code).code === 'job_failed')).toEqual([])
    expect(jobError('smtp_550')).toEqual({ code: 'smtp_refused', params: { reply: 550 } })
    expect(jobError('postmark_http_502')).toEqual({ code: 'postmark_refused', params: { reply: 502 } })
    expect(['internal_error', 'constructor'].map((code) => jobError(code).code)).toEqual(['job_failed', 'job_failed'])
  })
})
