/**
 * The texts of mails (spec 5, 5.3.7), as pure functions. Both parts of a mail have the same content; everything from a request is escaped.
 */
import { kyivDay } from '../verification/calendar.ts'
import { addressLine, dayWords, escapeHtml, ROLE_WORDS } from './invitation-words.ts'
import type { InvitationRow, RegistrationRow } from './plans/invitation.ts'

/** A mail without its recipient. */
export interface ComposedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** A fact about the request, shown in a mail. */
type Fact = readonly [name: string, value: string | undefined]

interface Content {
  readonly title: string
  readonly greeting: string
  readonly paragraphs: readonly string[]
  readonly facts: readonly Fact[]
  readonly link?: { readonly words: string; readonly url: string }
  readonly after: readonly string[]
  readonly english?: readonly string[]
}

const NO_NAME = 'Заклад охорони здоров’я'
const FOOTER = 'Цей лист надіслано автоматично електронною системою охорони здоров’я. Відповідати на нього не потрібно.'

/** The invitation, with the link that contains the secret. */
export function invitationMail(invitation: InvitationRow, link: string): ComposedMail {
  const name = invitation.legal_entity_name ?? NO_NAME
  const { employee_type, start_date } = invitation.data
  return compose(`Запрошення до роботи: ${name}`, {
    title: 'Вас запрошують до роботи',
    greeting: greeting(invitation),
    paragraphs: [
      `${name} просить підтвердити, що Ви працюєте (або працюватимете) в цьому закладі. Перегляньте запит і підтвердьте або відхиліть його.`,
    ],
    facts: [...placeFacts(invitation), ['Дата початку роботи', dayWords(start_date, 'uk')]],
    link: { words: 'Переглянути запит', url: link },
    after: [
      'Посилання особисте: не пересилайте його нікому. Ним можна скористатися, щоб один раз встановити пароль; далі входьте з цим паролем.',
      'Якщо цей лист потрапив до Вас помилково, просто видаліть його: без Вашого підтвердження нічого не зміниться.',
    ],
    english: [
      `You are invited to work at “${name}” (role: ${ROLE_WORDS[employee_type].en}). Open the link to see the request and to approve or reject it. The link is personal: please do not forward it.`,
    ],
  })
}

/** The mail about an approval. */
export function registrationMail(registration: RegistrationRow): ComposedMail {
  const name = registration.legal_entity_name ?? NO_NAME
  return compose(`Вас успішно зареєстровано: ${name}`, {
    title: 'Вас успішно зареєстровано',
    greeting: greeting(registration),
    paragraphs: ['Запит підтверджено, і Вас зареєстровано в електронній системі охорони здоров’я.'],
    facts: [
      ...placeFacts(registration),
      ['Дата реєстрації', dayWords(kyivDay(registration.updated_at), 'uk')],
      ['Дата початку роботи', dayWords(registration.data.start_date, 'uk')],
    ],
    after: ['Якщо Ви цього не робили, негайно зверніться до закладу.'],
  })
}

/** The mail that notifies the users of a party of a request that invites another address. */
export function knownPartyMail(registration: RegistrationRow): ComposedMail {
  const name = registration.legal_entity_name ?? NO_NAME
  const isApproved = registration.status === 'APPROVED'
  const title = isApproved ? 'Ваші дані в системі змінено' : 'Надійшов запит на зміну Ваших даних'
  return compose(`${title}: ${name}`, {
    title,
    greeting: 'Вітаємо!',
    paragraphs: [
      isApproved
        ? `Запит закладу «${name}» щодо Вас підтверджено з іншої електронної адреси: ім’я, документи й телефони тепер такі, як у запиті.`
        : `${name} подає запит щодо Вас як працівника, але запрошує іншу електронну адресу, не Вашу.`,
    ],
    facts: placeFacts(registration),
    after: ['Якщо Ви про це не знаєте, негайно зверніться до Національної служби здоров’я України та до закладу.'],
    english: [
      isApproved
        ? `A request of “${name}” about you was approved from another e-mail address: your name, documents and phones are now as it says. If you know nothing of it, tell the National Health Service at once.`
        : `“${name}” asks for you as an employee, but invites another e-mail address, not yours. If you know nothing of it, tell the National Health Service at once.`,
    ],
  })
}

function greeting({ data: { party } }: InvitationRow): string {
  return `Вітаємо, ${[party.first_name, party.second_name].filter(Boolean).join(' ')}!`
}

function placeFacts({ data, legal_entity_name, edrpou, addresses, division_name }: InvitationRow): Fact[] {
  return [
    ['Заклад', legal_entity_name ?? NO_NAME],
    ['Код ЄДРПОУ', edrpou ?? undefined],
    ['Адреса', addressLine(addresses)],
    ['Підрозділ', division_name ?? undefined],
    ['Роль', ROLE_WORDS[data.employee_type].uk],
  ]
}

function compose(subject: string, content: Content): ComposedMail {
  // A line break in a name must not start another header.
  return { subject: subject.replaceAll(/\s+/g, ' '), text: textOf(content), html: htmlOf(content) }
}

function known(facts: readonly Fact[]): [string, string][] {
  return facts.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]))
}

function textOf({ title, greeting: hello, paragraphs, facts, link, after, english = [] }: Content): string {
  const list = known(facts).map(([name, value]) => `${name}: ${value}`)
  const blocks = [
    ...[title, hello, ...paragraphs, list.join('\n')],
    ...(link === undefined ? [] : [`${link.words}:\n${link.url}`]),
    ...after,
    ...(english.length === 0 ? [] : ['* * *', ...english]),
    `-- \n${FOOTER}`,
  ]
  return `${blocks.join('\n\n')}\n`
}

const P = 'margin:0 0 16px'

function htmlOf({ title, greeting: hello, paragraphs, facts, link, after, english = [] }: Content): string {
  const paragraph = (text: string, style = P) => `<p style="${style}">${escapeHtml(text)}</p>`
  const rows = known(facts).map(
    ([name, value]) =>
      `<tr><th scope="row" align="left" valign="top" style="padding:6px 16px 6px 0;color:#4a5568;font-weight:400">${escapeHtml(name)}</th><td style="padding:6px 0"><b>${escapeHtml(value)}</b></td></tr>`,
  )
  const button =
    link === undefined
      ? ''
      : `<p style="margin:24px 0"><a href="${escapeHtml(link.url)}" style="display:inline-block;background:#0b5cad;color:#ffffff;padding:12px 24px;border-radius:8px;text-decoration:none;font-weight:600">${escapeHtml(link.words)}</a></p>
<p style="${P};font-size:14px;color:#4a5568">Якщо кнопка не працює, скопіюйте це посилання в адресний рядок браузера:<br><span style="word-break:break-all">${escapeHtml(link.url)}</span></p>`
  const inEnglish =
    english.length === 0
      ? ''
      : `<div lang="en" style="border-top:1px solid #d5dbe3;padding-top:16px">${english.map((text) => paragraph(text)).join('')}</div>`
  return `<!doctype html>
<html lang="uk">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title></head>
<body style="margin:0;background:#eef2f7;color:#1a202c;font:16px/1.5 Arial,Helvetica,sans-serif">
<div style="max-width:560px;margin:0 auto;padding:24px 16px">
<div style="background:#ffffff;border-radius:12px;border-top:6px solid #0b5cad;padding:28px 24px">
<h1 style="margin:0 0 16px;font-size:24px;line-height:1.25">${escapeHtml(title)}</h1>
${paragraph(hello)}
${paragraphs.map((text) => paragraph(text)).join('\n')}
<table cellpadding="0" cellspacing="0" style="border-collapse:collapse;margin:0 0 16px;width:100%">${rows.join('')}</table>
${button}
${after.map((text) => paragraph(text)).join('\n')}
${inEnglish}
</div>
<p style="margin:16px 8px;font-size:13px;color:#4a5568">${escapeHtml(FOOTER)}</p>
</div>
</body>
</html>
`
}
