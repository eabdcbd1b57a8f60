/** The demo's caught mails as pages: a list, and each mail with its plain and HTML part. Only in the demo. */
import { hash } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { CaughtMail, Mailbox } from './mailbox.ts'

/** Their path. */
export const DEMO_MAILS_PATH = '/demo/mails'

const STYLE = `
:root { color-scheme: light dark; --line: #8888; --soft: #8882 }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 50rem; padding: 1rem }
h1 { font-size: 1.5rem; line-height: 1.25 } h2 { font-size: 1.1rem }
ol { list-style: none; padding: 0 } li { border-bottom: 1px solid var(--line); padding: 0.75rem 0 }
li a { font-weight: 600 } p { margin: 0.25rem 0 }
dl { display: grid; gap: 0.25rem 1rem; grid-template-columns: max-content 1fr } dd { margin: 0; overflow-wrap: anywhere }
pre { background: var(--soft); overflow-wrap: anywhere; padding: 1rem; white-space: pre-wrap }
iframe { background: #fff; border: 1px solid var(--line); box-sizing: border-box; height: 50rem; width: 100% }
`
const POLICY = `default-src 'none'; style-src 'sha256-${hash('sha256', STYLE, 'base64')}'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`
// Caught mails run nothing, load nothing, and open links in a new window.
const MAIL_POLICY = `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox`

/** Adds the pages to a server. */
export function addDemoMails(app: FastifyInstance, mailbox: Mailbox): void {
  app.get(DEMO_MAILS_PATH, (_request, reply) => send(reply, POLICY, page('Листи демо', list(mailbox.list()))))
  app.get<{ Params: { number: string } }>(`${DEMO_MAILS_PATH}/:number`, (request, reply) => {
    const mail = mailbox.find(Number(request.params.number))
    return mail === undefined ? missing(reply) : send(reply, POLICY, page(mail.subject, whole(mail)))
  })
  app.get<{ Params: { number: string } }>(`${DEMO_MAILS_PATH}/:number/html`, (request, reply) => {
    const mail = mailbox.find(Number(request.params.number))
    if (mail === undefined) return missing(reply)
    return send(reply, MAIL_POLICY, mail.html.replace('<head>', '<head><base target="_blank">'))
  })
}

function send(reply: FastifyReply, policy: string, html: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(html)
}

function missing(reply: FastifyReply): FastifyReply {
  const words = `<h1>Такого листа немає</h1><p><a href="${DEMO_MAILS_PATH}">До всіх листів</a></p>`
  return send(reply.code(404), POLICY, page('Такого листа немає', words))
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="uk">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style></head>
<body><main>${content}</main></body>
</html>
`
}

const clock = new Intl.DateTimeFormat('uk-UA', { timeZone: 'Europe/Kyiv', dateStyle: 'medium', timeStyle: 'medium' })

function list(mails: readonly CaughtMail[]): string {
  const items = mails.map(
    ({ number, subject, to, at }) =>
      `<li><a href="${DEMO_MAILS_PATH}/${number}">${escaped(subject)}</a><p>${escaped(to)}, ${clock.format(at)}</p></li>`,
  )
  const words = '<p>Поштовий сервер демо приймає всі листи і нікуди їх не надсилає. Люди вигадані.</p>'
  const none = '<p>Листів ще немає. Створіть запит на працівника, і тут з’явиться запрошення.</p>'
  return `<h1>Листи демо</h1>${words}${items.length === 0 ? none : `<ol>${items.join('')}</ol>`}`
}

function whole({ number, subject, from, to, at, messageId, text }: CaughtMail): string {
  const facts = { Від: from, Кому: to, Час: clock.format(at), 'Message-ID': messageId }
  const rows = Object.entries(facts).map(([name, value]) => `<dt>${name}</dt><dd>${escaped(value)}</dd>`)
  return `<p><a href="${DEMO_MAILS_PATH}">До всіх листів</a></p>
<h1>${escaped(subject)}</h1>
<dl>${rows.join('')}</dl>
<h2>Лист</h2>
<iframe title="Лист" sandbox="allow-popups allow-popups-to-escape-sandbox" src="${DEMO_MAILS_PATH}/${number}/html"></iframe>
<h2>Його текстова частина</h2>
<pre>${linked(escaped(text))}</pre>`
}

function linked(html: string): string {
  return html.replaceAll(/https?:\/\/[^\s&<]+/g, (url) => `<a href="${url}" rel="noreferrer">${url}</a>`)
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
