import { expect, test } from 'vitest'
import { judgeMail, type MailFacts } from '../../src/doctor/installation.ts'

const WELL: MailFacts = { transport: 'smtp', trouble: undefined, publicUrl: 'https://ehealth.example' }
const levels = (facts: Partial<MailFacts>) =>
  judgeMail({ ...WELL, ...facts }).map(({ check, level }) => `${check}: ${level}`)

test.each<[string, Partial<MailFacts>, string[]]>([
  ['all is well', {}, ['mail: ok']],
  ['no way to send', { transport: 'none', trouble: 'mail_not_configured' }, ['mail: warning']],
  ['a server that is not there', { trouble: 'smtp_unreachable' }, ['mail: problem']],
  ['a code without advice', { transport: 'postmark', trouble: 'postmark_405' }, ['mail: problem']],
  ['links to nowhere', { publicUrl: undefined }, ['mail: ok', 'links in mails: warning']],
  ['links in the open', { publicUrl: 'http://ehealth.example' }, ['mail: ok', 'links in mails: warning']],
])('the doctor on mail: %s', (_words, facts, expected) => {
  expect(levels(facts)).toEqual(expected)
  for (const { level, advice } of judgeMail({ ...WELL, ...facts })) expect(advice === undefined).toBe(level === 'ok')
})
