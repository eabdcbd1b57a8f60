/** The request as the invited person sees it: who sent it, its purpose, and their own unmasked data. */

import { SPECIFICS, type Specifics } from '../../../employee-requests/data.ts'
import { addressLine, dayWords, escapeHtml } from '../../../employee-requests/invitation-words.ts'
import type { InvitationRow } from '../../../employee-requests/plans/invitation.ts'
import type { Preview } from '../../../employee-requests/preview.ts'
import { kyivDay } from '../../../verification/calendar.ts'
import type { View } from './layout.ts'
import { TEXTS_OF } from './texts.ts'
import { form, type InvitationPlace, named } from './views.ts'
import { wordsOf } from './words.ts'

type Fact = readonly [name: string, value: string | readonly string[] | null | undefined]

function facts(list: readonly Fact[]): string {
  const rows = list.flatMap(([name, value]) => {
    if (value === undefined || value === null || value.length === 0) return []
    const shown =
      typeof value === 'string'
        ? escapeHtml(value)
        : `<ul>${value.map((each) => `<li>${escapeHtml(each)}</li>`).join('')}</ul>`
    return [`<dt>${name}</dt><dd>${shown}</dd>`]
  })
  return `<dl>${rows.join('')}</dl>`
}

function card(title: string, list: readonly Fact[]): string {
  return `<section class="card"><h2>${title}</h2>${facts(list)}</section>`
}

/** A request with what its approval would change. */
interface Reviewed extends InvitationRow {
  readonly preview?: Preview | undefined
}

/** The request, with the forms to answer it. */
export function reviewView(place: InvitationPlace, invitation: Reviewed, insertedAt: Date, notice?: string): View {
  const { language, to } = place
  const texts = TEXTS_OF[language]
  const { review } = texts
  const { place: name } = named(invitation, language)
  const answer = `<div class="actions"><a class="button" href="${escapeHtml(to('/approve'))}">${review.approve}</a><a class="button other" href="${escapeHtml(to('/reject'))}">${review.reject}</a></div>`
  const content = `<p class="steps">${review.step}</p><h1>${review.title}</h1><p class="lead">${escapeHtml(review.lead(name))}</p>
${notice === undefined ? '' : `<div class="notice bad" role="alert"><p>${escapeHtml(notice)}</p></div>`}
${whoAsks(place, invitation, insertedAt)}
${work(place, invitation)}
${person(place, invitation)}
${skills(place, invitation)}
${effects(place, invitation)}
<div class="card"><p>${review.wrong}</p>${answer}</div>
${form(place, '/leave', `<div class="actions"><button class="button other" type="submit">${review.leave}</button></div>`)}`
  return { status: notice === undefined ? 200 : 409, title: review.title, content }
}

function whoAsks({ language }: InvitationPlace, invitation: InvitationRow, insertedAt: Date): string {
  const { facts: words, review } = TEXTS_OF[language]
  return card(review.who, [
    [words.place, invitation.legal_entity_name],
    [words.edrpou, invitation.edrpou],
    [words.address, addressLine(invitation.addresses)],
    [words.asked, dayWords(kyivDay(insertedAt), language)],
  ])
}

function work({ language }: InvitationPlace, invitation: InvitationRow): string {
  const { facts: words, review } = TEXTS_OF[language]
  const { position, start_date, end_date } = invitation.data
  return card(review.work, [
    [words.role, named(invitation, language).role],
    [words.position, position],
    [words.division, invitation.division_name],
    [words.start, dayWords(start_date, language)],
    [words.end, end_date && dayWords(end_date, language)],
  ])
}

function person({ language }: InvitationPlace, { data: { party } }: InvitationRow): string {
  const texts = TEXTS_OF[language]
  const words = texts.facts
  return card(texts.review.person, [
    [words.name, [party.last_name, party.first_name, party.second_name].filter(Boolean).join(' ')],
    [words.birth, dayWords(party.birth_date, language)],
    [words.gender, wordsOf(party.gender, language)],
    [party.no_tax_id === true ? words.noTaxId : words.taxId, party.tax_id],
    [texts.email, party.email],
    [words.phones, party.phones.map(({ type, number }) => `${number} (${wordsOf(type, language)})`)],
    [words.documents, party.documents.map(({ type, number }) => `${wordsOf(type, language)}: ${number}`)],
  ])
}

function effects({ language }: InvitationPlace, { preview }: Reviewed): string {
  const { effects: words } = TEXTS_OF[language]
  if (preview === undefined) return ''
  const { changes_party, renames_party, suspended_contracts: contracts, needs_confirmation } = preview
  const told = [
    ...(changes_party ? [words.changes] : []),
    ...(renames_party ? [words.renames] : []),
    ...(contracts > 0 ? [words.contracts(contracts)] : []),
    ...(needs_confirmation ? [words.confirmation] : []),
  ]
  if (told.length === 0) return ''
  return `<section class="card"><h2>${words.title}</h2><ul>${told.map((each) => `<li>${each}</li>`).join('')}</ul></section>`
}

function skills({ language }: InvitationPlace, { data }: InvitationRow): string {
  const { facts: words, review } = TEXTS_OF[language]
  const specifics = Object.values(SPECIFICS).flatMap((name): Specifics[] => (data[name] ? [data[name]] : []))
  if (specifics.length === 0) return ''
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return card(review.skills, [
    [
      words.specialities,
      specifics.flatMap(({ specialities }) =>
        specialities.map(
          ({ speciality, speciality_officio }) =>
            `${wordsOf(speciality, language)}${speciality_officio ? ` (${words.main})` : ''}`,
        ),
      ),
    ],
    [
      words.educations,
      specifics.flatMap(({ educations }) =>
        educations.map((each) => {
          const { institution_name, speciality, degree } = each as Readonly<Record<string, unknown>>
          return [text(institution_name), text(speciality), wordsOf(degree, language)].filter(Boolean).join(', ')
        }),
      ),
    ],
  ])
}
