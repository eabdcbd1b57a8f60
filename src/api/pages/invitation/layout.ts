/** The layout of every page: one style, no scripts, nothing external. */
import { hash } from 'node:crypto'
import { escapeHtml } from '../../../employee-requests/invitation-words.ts'
import type { Language } from '../../../messages/message.ts'
import { STYLE } from './style.ts'
import { TEXTS_OF } from './texts.ts'

/** Its content security policy: this one style, forms to ourselves, and nothing else. */
export const POLICY = [
  ...["default-src 'none'", `style-src 'sha256-${hash('sha256', STYLE, 'base64')}'`, "form-action 'self'"],
  ...["base-uri 'none'", "frame-ancestors 'none'"],
].join('; ')

/** A page. */
export interface View {
  readonly status: number
  readonly title: string
  /** HTML. */
  readonly content: string
  /** The browser is redirected to this address. */
  readonly onTo?: string
}

/** Additional options of the layout. */
interface Frame {
  readonly language: Language
  /** The invitation's own address, in a language. */
  readonly addressIn: (language: Language) => string
}

const NAMES: Readonly<Record<Language, string>> = { uk: 'Українська', en: 'English' }

/** Renders a page. */
export function renderPage({ title, content, onTo }: View, { language, addressIn }: Frame): string {
  const texts = TEXTS_OF[language]
  const languages = (Object.keys(NAMES) as Language[]).map((each) =>
    each === language
      ? `<li><span lang="${each}" aria-current="true">${NAMES[each]}</span></li>`
      : `<li><a lang="${each}" hreflang="${each}" href="${escapeHtml(addressIn(each))}">${NAMES[each]}</a></li>`,
  )
  const refresh = onTo === undefined ? '' : `<meta http-equiv="refresh" content="0; url=${escapeHtml(onTo)}">`
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">${refresh}<title>${escapeHtml(title)} · ${texts.system}</title><style>${STYLE}</style></head>
<body>
<header><div class="wrap"><div class="name">${EMBLEM}<span>${texts.system}</span></div><nav aria-label="${texts.languages}"><ul class="languages">${languages.join('')}</ul></nav></div></header>
<main class="wrap">
${content}
</main>
<footer><div class="wrap">${texts.footer}</div></footer>
</body>
</html>
`
}

const EMBLEM =
  '<svg width="36" height="36" viewBox="0 0 36 36" fill="none" aria-hidden="true"><path d="M18 3 5 8v9c0 8 5.5 13.6 13 16 7.5-2.4 13-8 13-16V8L18 3Z" stroke="currentColor" stroke-width="2.5" stroke-linejoin="round"/><path d="M18 11v13M11.5 17.5h13" stroke="currentColor" stroke-width="3" stroke-linecap="round"/></svg>'

/** An icon above a result: success, refusal, or neutral. */
export function sign(kind: 'good' | 'bad' | 'calm'): string {
  return `<div class="sign ${kind}"><svg width="32" height="32" viewBox="0 0 32 32" fill="none" aria-hidden="true"><path d="${SIGNS[kind]}" stroke="currentColor" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"/></svg></div>`
}

const SIGNS = { good: 'm7 17 6 6L25 10', bad: 'm9 9 14 14M23 9 9 23', calm: 'M16 8v9M16 23.2v.1' } as const
