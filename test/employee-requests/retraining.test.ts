import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { retrainDeclarations } from '../../src/employee-requests/plans/approval-declarations.ts'
import { retrainingOf } from '../../src/employee-requests/retraining.ts'
import {
  addRequest,
  approve,
  approved,
  doctor,
  type Given,
  type Ground,
  makeGround,
  requestData,
  rowOf,
} from './approve-ground.ts'
import {
  addDays,
  addDeclarations,
  addYears,
  DEFAULT_TERMS,
  type DeclarationSeen,
  declarationsSeen,
  END,
  expected,
  setTerms,
  type Terms,
  type TestDeclaration,
} from './declarations.ts'

let ground: Ground
beforeAll(async () => {
  ground = await makeGround()
})
afterAll(() => ground.close())
afterEach(() => setTerms(ground.owner, DEFAULT_TERMS))

const TODAY = '2026-06-15'
const ADULT = { birth_date: '1980-01-01', start_date: '2020-03-01', status: 'active' }
const MINOR = { birth_date: '2015-01-01', start_date: '2020-03-01', status: 'active' }

const SAME: DeclarationSeen = { status: 'active', reason: null, end_date: END, isWritten: false, events: [] }
const terminated = (reason: string): DeclarationSeen => ({
  ...{ status: 'terminated', reason, end_date: END, isWritten: true },
  events: [{ type: 'Declaration', is: { status: { new_value: 'terminated' } }, by: true }],
})
const until = (end_date: string): DeclarationSeen => ({ ...SAME, end_date, isWritten: true })

/** Creates a doctor, then has a request approved that changes the main speciality. */
async function retrain(
  from: string,
  to: Given,
  declarations: readonly TestDeclaration[],
  { today = TODAY }: { today?: string | null } = {},
): Promise<DeclarationSeen[]> {
  const { employeeId, user, data } = await approved(ground, { employee_type: 'DOCTOR', doctor: doctor(from) })
  const ids = await addDeclarations(ground.owner, employeeId, declarations)
  const { doctor: _, ...same } = data
  const id = await addRequest(ground.owner, requestData({ ...same, employee_id: employeeId, ...to }))
  const outcome = await approve(ground, id, user, today ?? undefined)
  expect(outcome.kind).toBe('approved')
  return declarationsSeen(ground.owner, ids)
}
const as = (speciality: string): Given => ({ doctor: doctor(speciality) })

const AS_THERAPIST = terminated('AUTO_RETRAINED_AS_THERAPIST')
const AS_PEDIATRICIAN = terminated('AUTO_RETRAINED_AS_PEDIATRICIAN')

describe('a change of a doctor’s main speciality', () => {
  test.each([
    ['PEDIATRICIAN', 'THERAPIST', SAME, AS_THERAPIST],
    ['FAMILY_DOCTOR', 'THERAPIST', SAME, AS_THERAPIST],
    ['THERAPIST', 'PEDIATRICIAN', AS_PEDIATRICIAN, until('2032-12-31')],
    ['FAMILY_DOCTOR', 'PEDIATRICIAN', AS_PEDIATRICIAN, until('2032-12-31')],
    ['PEDIATRICIAN', 'FAMILY_DOCTOR', SAME, until('2060-02-29')],
    ['THERAPIST', 'FAMILY_DOCTOR', SAME, SAME],
    ['THERAPIST', 'THERAPIST', SAME, SAME],
    ['PEDIATRICIAN', 'PEDIATRICIAN', SAME, SAME],
    ['FAMILY_DOCTOR', 'FAMILY_DOCTOR', SAME, SAME],
    ['SURGEON', 'THERAPIST', SAME, SAME],
    ['SURGEON', 'PEDIATRICIAN', SAME, SAME],
    ['THERAPIST', 'SURGEON', SAME, SAME],
    ['PEDIATRICIAN', 'SURGEON', SAME, SAME],
  ])('from %s to %s: declarations of adults and of minors', async (from, to, adult, minor) => {
    expect(await retrain(from, as(to), [ADULT, MINOR])).toEqual([adult, minor])
  })

  test.each([
    ['active', AS_THERAPIST],
    ['pending_verification', AS_THERAPIST],
    ['terminated', { ...SAME, status: 'terminated' }],
    ['closed', { ...SAME, status: 'closed' }],
    ['rejected', { ...SAME, status: 'rejected' }],
  ])('changes or keeps a declaration that is %s', async (status, outcome) => {
    expect(await retrain('PEDIATRICIAN', as('THERAPIST'), [{ ...MINOR, status }])).toEqual([outcome])
  })

  test.each(['active', 'pending_verification'])(
    'changes the end date of a declaration that is %s, which keeps its status',
    async (status) => {
      expect(await retrain('PEDIATRICIAN', as('FAMILY_DOCTOR'), [{ ...MINOR, status }])).toEqual([
        { ...until('2060-02-29'), status },
      ])
    },
  )

  test.each(['terminated', 'closed', 'rejected'])(
    'changes the end date of no declaration that is %s',
    async (status) => {
      for (const to of ['FAMILY_DOCTOR', 'PEDIATRICIAN']) {
        const from = to === 'PEDIATRICIAN' ? 'THERAPIST' : 'PEDIATRICIAN'
        expect(await retrain(from, as(to), [{ ...MINOR, status }])).toEqual([{ ...SAME, status }])
      }
    },
  )

  test('changes nobody else’s declarations', async () => {
    const other = await approved(ground, { employee_type: 'DOCTOR', doctor: doctor('PEDIATRICIAN') })
    const ids = await addDeclarations(ground.owner, other.employeeId, [MINOR])
    await retrain('PEDIATRICIAN', as('THERAPIST'), [MINOR])
    expect(await declarationsSeen(ground.owner, ids)).toEqual([SAME])
  })

  test.each([
    ['no object', { doctor: null }],
    ['no main speciality', { doctor: doctor('THERAPIST', { specialities: [] }) }],
  ])('requires a speciality in the request: %s has no effect', async (_, given) => {
    expect(await retrain('PEDIATRICIAN', given, [MINOR])).toEqual([SAME])
  })

  test('considers only the main speciality of the request and the employee', async () => {
    const specialities = [
      { speciality: 'THERAPIST', speciality_officio: false },
      { speciality: 'PEDIATRICIAN', speciality_officio: true },
    ]
    expect(await retrain('PEDIATRICIAN', { doctor: doctor('', { specialities }) }, [MINOR, ADULT])).toEqual([
      SAME,
      SAME,
    ])
  })

  test('requires an employee in the request: a new employee takes over no patients', async () => {
    const { employeeId, user, data } = await approved(ground, {
      employee_type: 'DOCTOR',
      doctor: doctor('PEDIATRICIAN'),
    })
    const ids = await addDeclarations(ground.owner, employeeId, [MINOR])
    const id = await addRequest(ground.owner, { ...data, doctor: doctor('THERAPIST') })
    expect((await approve(ground, id, user, TODAY)).kind).toBe('approved')
    expect(await declarationsSeen(ground.owner, ids)).toEqual([SAME])
  })

  test('records who did it, and when', async () => {
    const { employeeId, user, data } = await approved(ground, { employee_type: 'DOCTOR', doctor: doctor('THERAPIST') })
    const ids = await addDeclarations(ground.owner, employeeId, [MINOR, ADULT])
    await ground.owner.query({
      text: `update ops.declarations set updated_at = '2020-01-01' where id = any ($1)`,
      values: [ids],
    })
    const id = await addRequest(ground.owner, { ...data, employee_id: employeeId, doctor: doctor('PEDIATRICIAN') })
    await approve(ground, id, user)
    for (const declaration of ids) {
      const row = await rowOf(ground.owner, 'ops.declarations', declaration)
      expect(row?.['updated_by']).toBe(user.id)
      expect(Date.parse(row?.['updated_at'])).toBeGreaterThan(Date.parse('2026-01-01'))
    }
  })
})

const born = (birth_date: string) => ({ ...MINOR, birth_date })

describe('the age of majority', () => {
  // Eighteen calendar years before the day of the approval.
  test.each([
    ['on the eighteenth birthday', '2026-06-15', '2008-06-15', true],
    ['the day before it', '2026-06-15', '2008-06-16', false],
    ['born on a 29th of February, on the 28th', '2026-02-28', '2008-02-29', false],
    ['born on a 29th of February, on the 1st of March', '2026-03-01', '2008-02-29', true],
    ['born on a 28th of February, on a 29th', '2028-02-29', '2010-02-28', true],
    ['born on a 1st of March, on a 29th of February', '2028-02-29', '2010-03-01', false],
    ['born today', '2026-06-15', '2026-06-15', false],
  ])('%s', async (_, today, birth_date, isAdult) => {
    const [to, pediatrician] = [as('THERAPIST'), as('PEDIATRICIAN')]
    const [asTherapist] = await retrain('PEDIATRICIAN', to, [born(birth_date)], { today })
    expect(asTherapist?.status).toBe(isAdult ? 'active' : 'terminated')
    const [asPediatrician] = await retrain('THERAPIST', pediatrician, [born(birth_date)], { today })
    expect(asPediatrician?.status).toBe(isAdult ? 'terminated' : 'active')
  })

  test.each([
    [21, '2005-06-15', true],
    [21, '2005-06-16', false],
    [0, '2026-06-15', true],
    [9999, '1900-01-02', false],
  ])('if the global parameter says %s', async (adult_age, birth_date, isAdult) => {
    await setTerms(ground.owner, { ...DEFAULT_TERMS, adult_age })
    const [seen] = await retrain('PEDIATRICIAN', as('THERAPIST'), [born(birth_date)])
    expect(seen?.status).toBe(isAdult ? 'active' : 'terminated')
  })

  test('is reached by the date in Kyiv, whatever the session’s time zone', async () => {
    const [day] = await ground.owner.query<{ today: string }>({
      text: `select (now() at time zone 'Europe/Kyiv')::date::text as today`,
    })
    const today = day?.today ?? ''
    const patients = [born(addYears(today, -18)), born(addDays(addYears(today, -18), 1))]
    const seen = await retrain('PEDIATRICIAN', as('THERAPIST'), patients, { today: null })
    expect(seen.map(({ status }) => status)).toEqual(['active', 'terminated'])
    // At any hour, UTC or Kyiv may be on the day after.
    const { employeeId } = await approved(ground, { employee_type: 'DOCTOR', doctor: doctor() })
    for (const zone of ['Etc/GMT+12', 'Pacific/Kiritimati']) {
      const ids = await addDeclarations(ground.owner, employeeId, patients)
      await ground.owner.transaction(async (tx) => {
        await tx.query({ text: `set local time zone '${zone}'` })
        const retraining = { terminated: { patients: 'adults', reason: 'TEST' } } as const
        await tx.query(retrainDeclarations({ employeeId, retraining, userId: employeeId }))
      })
      expect((await declarationsSeen(ground.owner, ids)).map(({ status }) => status)).toEqual(['terminated', 'active'])
    }
  })
})

describe('the last day', () => {
  const FROM_LEAP_DAY = { ...MINOR, start_date: '2024-02-29' }

  test.each<[string, Partial<Terms>, TestDeclaration, string]>([
    ['forty years less a day', {}, { ...MINOR, start_date: '2020-03-02' }, '2060-03-01'],
    ['from a 29th of February to another', {}, FROM_LEAP_DAY, '2064-02-28'],
    ['from a 29th of February, where there is none', { declaration_term: 1 }, FROM_LEAP_DAY, '2025-02-27'],
    ['a number of days', { declaration_term: 30, declaration_term_unit: 'DAYS' }, MINOR, '2020-03-30'],
    ['one day', { declaration_term: 1, declaration_term_unit: 'DAYS' }, MINOR, '2020-03-01'],
    [
      'days over a 29th of February',
      { declaration_term: 2, declaration_term_unit: 'DAYS' },
      FROM_LEAP_DAY,
      '2024-03-01',
    ],
    ['far away', { declaration_term: 99_999 }, MINOR, '102019-02-28'],
  ])('of the term: %s', async (_, terms, declaration, end) => {
    await setTerms(ground.owner, { ...DEFAULT_TERMS, ...terms })
    expect(await retrain('PEDIATRICIAN', as('FAMILY_DOCTOR'), [declaration])).toEqual([until(end)])
  })

  test.each<[string, Partial<Terms>, TestDeclaration, string]>([
    ['the last day before the eighteenth birthday', {}, born('2010-06-16'), '2028-06-15'],
    ['of one born on a 29th of February', {}, born('2012-02-29'), '2030-02-27'],
    ['the end of the term, where that comes first', { declaration_term: 10 }, born('2015-01-01'), '2030-02-28'],
    ['days', { declaration_term: 30, declaration_term_unit: 'DAYS' }, born('2015-01-01'), '2020-03-30'],
    ['another age', { adult_age: 21 }, born('2010-06-16'), '2031-06-15'],
  ])('of minority or the term, whichever is first: %s', async (_, terms, declaration, end) => {
    await setTerms(ground.owner, { ...DEFAULT_TERMS, ...terms })
    for (const from of ['THERAPIST', 'FAMILY_DOCTOR']) {
      expect(await retrain(from, as('PEDIATRICIAN'), [declaration])).toEqual([until(end)])
    }
  })
})

describe('any declaration, on any day', () => {
  const day = (from: string, to: string) =>
    fc
      .date({ min: new Date(from), max: new Date(to), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10))
  // Days around the end of February are frequent.
  const anyDay = (from: number, to: number) =>
    fc.oneof(
      day(`${from}-01-01`, `${to}-12-31`),
      fc
        .tuple(fc.integer({ min: from, max: to }), fc.integer({ min: -2, max: 2 }))
        .map(([year, days]) => addDays(`${year}-03-01`, days)),
    )
  const speciality = fc.constantFrom('THERAPIST', 'PEDIATRICIAN', 'FAMILY_DOCTOR', 'SURGEON')
  const terms: fc.Arbitrary<Terms> = fc.record({
    adult_age: fc.oneof(fc.constant(18), fc.integer({ min: 0, max: 120 })),
    declaration_term: fc.integer({ min: 1, max: 100 }),
    declaration_term_unit: fc.constantFrom('YEARS', 'DAYS'),
  })

  /** Some birth dates are as close to the eighteenth birthday as possible. */
  const declarationOn = (today: string, { adult_age }: Terms): fc.Arbitrary<TestDeclaration> =>
    fc.record({
      birth_date: fc.oneof(
        anyDay(1900, 2030),
        fc.integer({ min: -2, max: 2 }).map((days) => addDays(addYears(today, -adult_age), days)),
      ),
      start_date: anyDay(2018, 2030),
      status: fc.constantFrom('active', 'pending_verification', 'terminated', 'closed', 'rejected'),
    })
  const cases = fc
    .record({ today: anyDay(2024, 2040), terms, from: fc.option(speciality), to: speciality })
    .chain((given) =>
      fc.record({
        ...{ given: fc.constant(given) },
        declarations: fc.array(declarationOn(given.today, given.terms), { minLength: 1, maxLength: 12 }),
      }),
    )

  test('equals the rule’s text, counted day by day', async () => {
    const { employeeId, user } = await approved(ground, { employee_type: 'DOCTOR', doctor: doctor() })
    await fc.assert(
      fc.asyncProperty(cases, async ({ given: { today, terms: of, from, to }, declarations }) => {
        await setTerms(ground.owner, of)
        const ids = await addDeclarations(ground.owner, employeeId, declarations)
        const retraining = retrainingOf(from, to)
        if (retraining !== undefined)
          await ground.owner.query(retrainDeclarations({ employeeId, retraining, userId: user.id, today }))
        expect(await declarationsSeen(ground.owner, ids)).toEqual(
          declarations.map((declaration) => expected(declaration, [from, to], of, today)),
        )
        await ground.owner.query({ text: 'delete from ops.declarations' })
      }),
      { numRuns: 120 },
    )
  })
})
