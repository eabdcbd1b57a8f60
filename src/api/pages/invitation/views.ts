/** The pages' HTML: pure functions, which escape everything from requests. */

import type { PasswordWeakness } from '../../../access/password-rules.ts'
import { escapeHtml, ROLE_WORDS } from '../../../employee-requests/invitation-words.ts'
import type { InvitationRow } from '../../../employee-requests/plans/invitation.ts'
import type { Language } from '../../../messages/message.ts'
import { sign, type View } from './layout.ts'
import { TEXTS_OF } from './texts.ts'

/** What forms and links of a page need. */
export interface InvitationPlace {
  readonly language: Language
  /** A URL below the invitation's own, such as `/approve`, in the page's language. */
  readonly to: (below: string) => string
  readonly formToken: string
}

/** The words for the legal entity and the role. */
export function named(
  { legal_entity_name, data }: Pick<InvitationRow, 'legal_entity_name' | 'data'>,
  language: Language,
) {
  const texts = TEXTS_OF[language]
  return { place: legal_entity_name ?? texts.facts.place, role: ROLE_WORDS[data.employee_type][language] }
}

/** A form that posts; its token proves that the page was ours. */
export function form({ to, formToken }: InvitationPlace, below: string, content: string): string {
  return `<form method="post" action="${escapeHtml(to(below))}" novalidate><input type="hidden" name="token" value="${formToken}">${content}</form>`
}

function button(words: string, kind = ''): string {
  return `<button class="button ${kind}" type="submit">${words}</button>`
}

function alert(words: string, kind = 'bad'): string {
  return `<div class="notice ${kind}" role="alert"><p>${escapeHtml(words)}</p></div>`
}

interface Field {
  readonly name: string
  readonly words: string
  readonly type: 'email' | 'password' | 'text'
  readonly autocomplete: string
  readonly value?: string
  readonly isFixed?: boolean
  readonly error?: string | undefined
  /** HTML below the field. */
  readonly help?: string
}

function field({ name, words, type, autocomplete, value = '', isFixed = false, error, help = '' }: Field): string {
  const described = [...(error === undefined ? [] : [`${name}-error`]), ...(help === '' ? [] : [`${name}-help`])]
  const attributes = [
    ...[`id="${name}"`, `name="${name}"`, `type="${type}"`, `autocomplete="${autocomplete}"`, 'required'],
    ...(value === '' ? [] : [`value="${escapeHtml(value)}"`]),
    ...(isFixed ? ['readonly'] : []),
    ...(error === undefined ? [] : ['aria-invalid="true"']),
    ...(described.length === 0 ? [] : [`aria-describedby="${described.join(' ')}"`]),
  ]
  const below = help === '' ? '' : `<div id="${name}-help">${help}</div>`
  const wrong = error === undefined ? '' : `<p class="error" id="${name}-error">${escapeHtml(error)}</p>`
  return `<div class="field${error === undefined ? '' : ' wrong'}"><label for="${name}">${words}</label><input ${attributes.join(' ')}>${wrong}${below}</div>`
}

/** What is wrong with the submitted password. */
export interface PasswordErrors {
  readonly password?: string | undefined
  readonly repeat?: string | undefined
  readonly weakness?: PasswordWeakness
}

const NO_ERRORS: PasswordErrors = {}

/** Setting a password: the invited person becomes a user. */
export function createView(
  place: InvitationPlace,
  invitation: Pick<InvitationRow, 'legal_entity_name' | 'data'>,
  { status = 200, errors = NO_ERRORS }: { readonly status?: number; readonly errors?: PasswordErrors } = {},
): View {
  const { create, email } = TEXTS_OF[place.language]
  const { place: name, role } = named(invitation, place.language)
  const rules = (Object.keys(create.rules) as (keyof typeof create.rules)[]).map((rule) =>
    errors.weakness === rule
      ? `<li class="unmet">${create.rules[rule]} (${create.lacking})</li>`
      : `<li>${create.rules[rule]}</li>`,
  )
  const fields = [
    field({
      ...{ name: 'email', words: email, type: 'email', autocomplete: 'username' },
      ...{ value: invitation.data.party.email, isFixed: true },
    }),
    field({
      ...{ name: 'password', words: create.password, type: 'password', autocomplete: 'new-password' },
      error: errors.password,
      help: `<p class="rules">${create.needs}</p><ul class="rules">${rules.join('')}</ul>`,
    }),
    field({
      ...{ name: 'repeat', words: create.repeat, type: 'password', autocomplete: 'new-password', error: errors.repeat },
    }),
  ]
  const content = `<div class="card"><p class="steps">${create.step}</p><h1>${create.title}</h1>
<p class="lead">${escapeHtml(create.lead(name, role))}</p>
${form(place, '/user', `${fields.join('')}<div class="actions">${button(create.submit)}</div>`)}</div>`
  return { status, title: create.title, content }
}

/** Signing in. Without an e-mail nothing about the request is shown. */
export function signInView(
  place: InvitationPlace,
  {
    email: known,
    status = 200,
    error,
    notice,
    isPlain = known === undefined,
    code,
  }: {
    readonly email?: string | undefined
    readonly status?: number
    readonly error?: string | undefined
    readonly notice?: string | undefined
    readonly isPlain?: boolean
    /** Also asks for a code of the second factor; the error of the submitted one. */
    readonly code?: { readonly error: string | undefined } | undefined
  },
): View {
  const { signIn, email, password } = TEXTS_OF[place.language]
  const fields = [
    field({ name: 'email', words: email, type: 'email', autocomplete: 'username', value: known ?? '' }),
    field({ name: 'password', words: password, type: 'password', autocomplete: 'current-password', error }),
    ...(code === undefined
      ? []
      : [field({ name: 'code', words: signIn.code, type: 'text', autocomplete: 'one-time-code', error: code.error })]),
  ]
  const content = `${notice === undefined ? '' : alert(notice)}<div class="card"><p class="steps">${signIn.step}</p><h1>${signIn.title}</h1>
<p class="lead">${isPlain ? signIn.plain : signIn.known}</p>
${form(place, '/sign-in', `${fields.join('')}<div class="actions">${button(signIn.submit)}</div>`)}
${isPlain ? `<p class="quiet">${signIn.noPassword}</p>` : ''}</div>`
  return { status, title: signIn.title, content }
}

/** Asks for confirmation. */
export function confirmView(
  place: InvitationPlace,
  decision: 'approve' | 'reject',
  invitation: Pick<InvitationRow, 'legal_entity_name' | 'data'>,
): View {
  const texts = TEXTS_OF[place.language]
  const { title, submit, back, words } = texts[decision]
  const { place: name, role } = named(invitation, place.language)
  const actions = `<div class="actions">${button(submit, decision === 'reject' ? 'danger' : '')}<a class="button other" href="${escapeHtml(place.to(''))}">${back}</a></div>`
  const content = `<div class="card"><h1>${title}</h1><p class="lead">${escapeHtml(words(name, role))}</p>${form(place, `/${decision}`, actions)}</div>`
  return { status: 200, title, content }
}

/** The outcome. */
export function resultView(place: InvitationPlace, result: 'approved' | 'rejected', name: string): View {
  const { title, words, next } = TEXTS_OF[place.language][result]
  const content = `<div class="card">${sign(result === 'approved' ? 'good' : 'calm')}<h1>${title}</h1><p class="lead">${escapeHtml(words(name))}</p><p class="quiet">${next}</p></div>`
  return { status: 200, title, content }
}

/** A short message with a link to continue. */
export function messageView(
  [title, words]: readonly [string, string],
  status: number,
  {
    again,
    kind = 'calm',
  }: { readonly again?: { readonly url: string; readonly words: string }; readonly kind?: 'calm' | 'bad' } = {},
): View {
  const link =
    again === undefined
      ? ''
      : `<div class="actions"><a class="button" href="${escapeHtml(again.url)}">${again.words}</a></div>`
  return {
    status,
    title,
    content: `<div class="card">${sign(kind)}<h1>${title}</h1><p class="lead">${escapeHtml(words)}</p>${link}</div>`,
  }
}

/** The page between the link and the invitation: from here on requests are same-site and carry its cookies. */
export function openingView({ language, to }: InvitationPlace): View {
  const { opening, openingWords, proceed } = TEXTS_OF[language]
  return { ...messageView([opening, openingWords], 200, { again: { url: to(''), words: proceed } }), onTo: to('') }
}
