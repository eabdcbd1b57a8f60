/** The pages of the staff have words for everything the API can say there, and show times in Kyiv time. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type GraphQLSchema, isEnumType, isObjectType } from 'graphql'
import { describe, expect, test } from 'vitest'
import { createSchema } from '../../src/api/graphql/schema.ts'
import { routes } from '../../src/api/rest/routes.ts'
import { DOCUMENT_TYPES } from '../../src/dictionaries/people.ts'
import { INVITATION_MAIL, KNOWN_PARTY_MAIL, REGISTRATION_MAIL } from '../../src/employee-requests/queues.ts'
import { parameterChange } from '../../src/global-parameters/global-parameters.ts'
import { jobError } from '../../src/messages/jobs.ts'
import { unzrInfoQueue } from '../../src/unzr-info/queue.ts'
import { repository } from '../support/imports.ts'

/** A module of the page; its types belong to another program than the tests'. */
// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
const load = async (path: string): Promise<any> => import(pathToFileURL(join(repository, 'web/src', path)).href)

const schema: GraphQLSchema = createSchema()

function valuesOf(name: string): string[] {
  const type = schema.getType(name)
  return isEnumType(type) ? type.getValues().map((value) => value.name) : []
}

function fieldsOf(name: string): string[] {
  const type = schema.getType(name)
  return isObjectType(type) ? Object.keys(type.getFields()) : []
}

/** Routes that read and write no personal data, and so are not audited. */
const UNRECORDED = /^GET \/api\/(events|events\/:id|global_parameters)$/

describe('words', () => {
  test('exist for every operation that the audit can name', async () => {
    const { auditTexts } = await load('pages/audit/texts.ts')
    const known = Object.keys(auditTexts.uk.operations)
    const mutations = fieldsOf('Mutation').map((name) => `Mutation.${name}`)
    const calls = routes.map(({ method, path }) => `${method} ${path}`).filter((each) => !UNRECORDED.test(each))
    expect([...mutations, ...calls].filter((operation) => !known.includes(operation))).toEqual([])
    expect(Object.keys(auditTexts.uk.actions).toSorted()).toEqual(valuesOf('AuditAction'))
    const revealed = [...valuesOf('PersonPersonalDataField'), ...valuesOf('PartyPersonalDataField')]
    expect(Object.keys(auditTexts.uk.fieldNames).toSorted()).toEqual([...new Set(revealed)].toSorted())
  })

  test('exist for every way in which a mail can fail', () => {
    const sources = globSync('src/mail/*.ts', { cwd: repository }).map((path) =>
      readFileSync(join(repository, path), 'utf8'),
    )
    const codes = sources.flatMap((source) => source.match(/(?<=['"])(smtp|postmark|mail)_[a-z_]+(?=['"])/g) ?? [])
    expect(codes).toContain('smtp_login')
    expect(codes.filter((code) => jobError(code).code === 'job_failed')).toEqual([])
  })

  test('exist for states of jobs and requests, for types of documents, and for every queue', async () => {
    const { jobTexts } = await load('pages/jobs/texts.ts')
    const { requestTexts } = await load('pages/employee-requests/texts.ts')
    const { peopleWords } = await load('pages/people/words.ts')
    const states = valuesOf('JobState').toSorted()
    expect(Object.keys(jobTexts.uk.states).toSorted()).toEqual(states)
    expect(Object.keys(jobTexts.uk.stateText).toSorted()).toEqual(states)
    const queues = [unzrInfoQueue(3), INVITATION_MAIL, KNOWN_PARTY_MAIL, REGISTRATION_MAIL]
      .map(({ name }) => name)
      .toSorted()
    expect(Object.keys(jobTexts.uk.queues).toSorted()).toEqual(queues)
    expect(Object.keys(jobTexts.uk.queueText).toSorted()).toEqual(queues)
    expect(Object.keys(requestTexts.uk.statuses).toSorted()).toEqual(valuesOf('EmployeeRequestStatus').toSorted())
    expect(Object.keys(peopleWords.uk.documentType).toSorted()).toEqual([...DOCUMENT_TYPES].toSorted())
    expect(Object.keys(peopleWords.uk.employeeType)).toEqual(expect.arrayContaining(valuesOf('EmployeeType')))
  })
})

describe('the settings', () => {
  test.each([
    ['adult_age', ['0', '18', '9999', '10000', '018', '-1', '']],
    ['declaration_term', ['0', '1', '99999', '100000', '1.5']],
    ['declaration_term_unit', ['YEARS', 'DAYS', 'MONTHS']],
    ['employee_request_expiration', ['0', '29']],
    ['employee_request_term_unit', ['DAYS', 'days']],
    ['another', ['', 'x', 'x'.repeat(255), 'x'.repeat(256)]],
  ])('accept for %s what the API accepts', async (parameter, values) => {
    const { isFit } = await load('pages/settings/groups.ts')
    for (const value of values) {
      expect([value, isFit(parameter, value)]).toEqual([
        value,
        parameterChange.safeParse({ [parameter]: value }).success,
      ])
    }
  })
})

describe('times of Kyiv', () => {
  test.each([
    ['2026-11-21T17:55', '2026-11-21T15:55:00.000Z'],
    ['2026-07-01T00:00', '2026-06-30T21:00:00.000Z'],
    ['2026-03-29T04:00', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25T02:59', '2026-10-24T23:59:00.000Z'],
    ['2026-10-25T04:00', '2026-10-25T02:00:00.000Z'],
  ])('%s is %s', async (wall, moment) => {
    const { kyivMoment, kyivMinuteEnd, kyivWall } = await load('i18n/kyiv.ts')
    expect(kyivMoment(wall).toISOString()).toBe(moment)
    expect(kyivWall(new Date(moment))).toBe(wall)
    expect(kyivMinuteEnd(wall).getTime() - Date.parse(moment)).toBe(60_000)
  })

  test('reject other texts', async () => {
    const { kyivMoment } = await load('i18n/kyiv.ts')
    for (const text of [undefined, '', 'yesterday', '2026-13-01T00:00', '2026-11-21']) {
      expect(kyivMoment(text)).toBeUndefined()
    }
  })
})

describe('the URLs of staff pages', () => {
  test('contain no filter that could name a person: invalid ones are dropped', async () => {
    const { requestsSearch } = await load('pages/employee-requests/search.ts')
    const { auditSearch } = await load('pages/audit/search.ts')
    const { eventsSearch } = await load('pages/events/search.ts')
    const none = Object.fromEntries(['status', 'entity', 'edrpou', 'noTaxId'].map((name) => [name, undefined]))
    expect(requestsSearch({ edrpou: '3184710691', entity: 'ФОП', status: 'x', noTaxId: '1' })).toMatchObject(none)
    expect(requestsSearch({ edrpou: '38112233' }).edrpou).toBe('38112233')
    expect(auditSearch({ subject: '3184710691', user: 'olena@example.org', from: '2026' })).toMatchObject({
      ...{ subject: undefined, user: undefined, from: undefined },
    })
    expect(eventsSearch({ entity: '19800131-00777', day: 'x' })).toMatchObject({ entity: undefined, day: undefined })
  })
})
