// Rules: spec 7.3.1, 7.3.3
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { untilSomebodyWaits } from '../support/until.ts'
import { USER } from '../synchronization/people.ts'
import { document, eventsOf, historyOf, INITIAL, importLines, importText, person, stored } from './persons.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())

describe('bad lines', () => {
  test('are reported with number and reason, and good ones are imported', async () => {
    const [first, last] = [person(), person()]
    const text = [
      JSON.stringify(first),
      '',
      '{"id": "Таємниця',
      JSON.stringify({ ...person(), birth_date: '1980-02-30' }),
      JSON.stringify({ ...person(), last_name: 'x'.repeat(1 << 20) }),
      JSON.stringify(last),
    ].join('\r\n')
    const { counts, bad } = await importText(db.database, text)
    expect(counts).toMatchObject({ new: 2, bad: 3 })
    expect(bad.map(({ line, reason }) => [line, reason])).toEqual([
      [3, 'the line is not JSON'],
      [4, 'birth_date is not an existing date (YYYY-MM-DD)'],
      [5, 'the line is longer than 1 MiB; only its beginning was read'],
    ])
    expect(bad[0]?.original).toBe('{"id": "Таємниця')
    expect(await stored(db.database, first.id)).toBeDefined()
    expect(await stored(db.database, last.id)).toBeDefined()
  })

  test('include invalid UTF-8, before a name is garbled', async () => {
    const good = person()
    const windows1251 = Buffer.concat([
      Buffer.from('{"last_name":"'),
      Buffer.from([0xd8, 0xe5, 0xe2]),
      Buffer.from('"}\n'),
    ])
    const { counts, bad } = await importText(
      db.database,
      Buffer.concat([windows1251, Buffer.from(JSON.stringify(good))]),
    )
    expect(counts).toMatchObject({ new: 1, bad: 1 })
    expect(bad[0]).toMatchObject({ line: 1, reason: 'the line is not UTF-8' })
  })

  test('include those that only the database refuses: the others of the batch are imported', async () => {
    // An index entry has less room than a line of a file; random digits cannot be compressed.
    const long = Array.from({ length: 2000 }, () => randomUUID()).join('')
    const lines = Array.from({ length: 50 }, (_, n) =>
      person({ documents: [document(n === 17 || n === 18 ? long + n : `${n}`)] }),
    )
    const { counts, bad } = await importLines(db.database, lines)
    expect(counts).toMatchObject({ new: 48, bad: 2 })
    expect(bad.map(({ line, reason }) => [line, reason])).toEqual([
      [18, 'rejected by the database: error 54000'],
      [19, 'rejected by the database: error 54000'],
    ])
    expect(await stored(db.database, lines[17]?.id ?? '')).toBeUndefined()
    expect(await stored(db.database, lines[19]?.id ?? '')).toBeDefined()
  })
})

describe('of an id that occurs twice in a file the later line counts', () => {
  // Batches of two: adjacent, and far apart.
  const fillers = () => Array.from({ length: 7 }, () => person())

  test.each([[[]], [fillers()]])('for a new person, who is stored as in the later line', async (between) => {
    const earlier = person({
      verification: { nhs: { status: 'NOT_VERIFIED', reason: 'MANUAL' }, unzr: { status: 'VERIFIED', reason: 'AUTO' } },
    })
    const later = person({
      id: earlier.id.toUpperCase(),
      last_name: 'Коваль',
      documents: [],
      verification: { nhs: { status: 'VERIFIED', reason: 'MANUAL' } },
    })
    const { counts } = await importLines(db.database, [earlier, ...between, later], { batchSize: 2 })
    expect(counts).toMatchObject({ new: 1 + between.length, changed: 0, superseded: 1 })
    const found = await stored(db.database, earlier.id)
    expect(found?.person).toMatchObject({ last_name: 'Коваль', verification_status: 'VERIFICATION_NEEDED' })
    expect(found?.documents).toEqual([])
    expect(found?.verification).toMatchObject({ nhs: { status: 'VERIFIED' }, unzr: INITIAL, dms_passport: INITIAL })
    expect(await eventsOf(db.database, earlier.id)).toEqual([])
    expect(await historyOf(db.database, earlier.id)).toEqual(['nhs import VERIFIED MANUAL'])
  })

  test.each([[[]], [fillers()]])(
    'for an existing one: changed and changed back in one file is no change',
    async (between) => {
      const one = person()
      await importLines(db.database, [one])
      const { counts } = await importLines(db.database, [{ ...one, last_name: 'Коваль' }, ...between, one], {
        batchSize: 2,
      })
      expect(counts).toMatchObject({ changed: 0, unchanged: 1, superseded: 1 })
      expect((await stored(db.database, one.id))?.verification['unzr']).toEqual(INITIAL)
    },
  )

  test('and importing the file again changes nobody', async () => {
    const one = person()
    const file = [one, ...fillers(), { ...one, last_name: 'Коваль' }]
    await importLines(db.database, file, { batchSize: 2 })
    expect((await importLines(db.database, file, { batchSize: 2 })).counts).toMatchObject({ changed: 0, unchanged: 8 })
  })

  test('but a bad line is ignored', async () => {
    const one = person()
    await importLines(db.database, [one, { ...one, last_name: null }])
    expect((await stored(db.database, one.id))?.person['last_name']).toBe('Шевченко')
  })
})

describe('CSV', () => {
  const header =
    'id,last_name,first_name,second_name,birth_date,gender,tax_id,no_tax_id,unzr,status,is_active,document_type,document_number,document_issued_at,document_expiration_date,document_issued_by'

  test('equals NDJSON', async () => {
    const id = randomUUID()
    const row = `${id},Шевченко,Олена,,1980-01-31,FEMALE,,TRUE,,,f,PASSPORT,АБ123456,2001-02-03,,"Шевченківським РВ, м. Київ"`
    const { counts, bad } = await importText(db.database, `\ufeff${header}\r\n${row}\r\n`)
    expect({ counts, bad }).toMatchObject({ counts: { new: 1 }, bad: [] })
    const found = await stored(db.database, id)
    expect(found?.person).toMatchObject({
      second_name: null,
      tax_id: null,
      no_tax_id: true,
      unzr: null,
      status: 'active',
      is_active: false,
    })
    const documents = [
      {
        type: 'PASSPORT',
        number: 'АБ123456',
        issued_at: '2001-02-03',
        expiration_date: null,
        issued_by: 'Шевченківським РВ, м. Київ',
      },
    ]
    expect(found?.documents).toEqual(documents)
    const names = { last_name: 'Шевченко', first_name: 'Олена', birth_date: '1980-01-31', gender: 'FEMALE' }
    const line = { id, ...names, no_tax_id: true, is_active: false, documents }
    expect((await importLines(db.database, [line])).counts).toMatchObject({ unchanged: 1 })
  })

  test('can have a document without a number, none at all, and streams as JSON', async () => {
    const [first, second] = [randomUUID(), randomUUID()]
    const text = `id,last_name,first_name,birth_date,document_type,document_number,verification
${first},Ш,О,1980-01-31,PASSPORT,,"{""nhs"":{""status"":""VERIFIED"",""reason"":""MANUAL""}}"
${second},Ш,О,1980-01-31,,,`
    expect((await importText(db.database, text)).counts).toMatchObject({ new: 2 })
    expect((await stored(db.database, first))?.documents).toMatchObject([{ type: 'PASSPORT', number: '' }])
    expect((await stored(db.database, first))?.verification['nhs']).toMatchObject({ status: 'VERIFIED' })
    expect((await stored(db.database, second))?.documents).toEqual([])
  })

  test('has bad lines too', async () => {
    const text = `id,last_name,first_name,birth_date,is_active,document_type,document_number
${randomUUID()},Ш,О,1980-01-31,так,,
${randomUUID()},Ш,О,1980-01-31,,,123
${randomUUID()},,О,1980-01-31,,,
`
    expect((await importText(db.database, text)).bad.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'is_active must be true or false'],
      [3, 'documents[0].type is missing'],
      [4, 'last_name is missing'],
    ])
  })
})

describe('an interrupted import', () => {
  test('keeps what was imported; repeated, it continues without losses', async () => {
    const lines = Array.from({ length: 100 }, () => person())
    const stop = new AbortController()
    const first = await importLines(db.database, lines, {
      batchSize: 10,
      signal: stop.signal,
      onProgress: (phase, done) => {
        if (phase === 'writing' && done >= 30) stop.abort()
      },
    })
    expect(first.isFinished).toBe(false)
    const taken = first.counts.new
    expect(taken).toBeGreaterThanOrEqual(30)
    expect(taken).toBeLessThan(100)
    const second = await importLines(db.database, lines)
    expect(second).toMatchObject({ isFinished: true, counts: { new: 100 - taken, unchanged: taken, changed: 0 } })
  })

  test('while it scans the file has written nothing', async () => {
    const one = person()
    const result = await importLines(db.database, [one], { signal: AbortSignal.abort() })
    expect(result).toMatchObject({ isFinished: false, counts: { new: 0 } })
    expect(await stored(db.database, one.id)).toBeUndefined()
  })
})

test('two concurrent imports of the same new persons insert each of them once', async () => {
  const lines = Array.from({ length: 500 }, () => person())
  const changed = lines.map((line) => ({ ...line, gender: null }))
  const results = await Promise.all([
    importLines(db.database, lines, { batchSize: 50 }),
    importLines(db.database, lines, { batchSize: 70 }),
    importLines(db.database, changed, { batchSize: 60 }),
  ])
  expect(results.reduce((sum, { counts }) => sum + counts.new, 0)).toBe(500)
  for (const { counts } of results) expect(counts.new + counts.changed + counts.unchanged).toBe(500)
  const found = await Promise.all(lines.map(({ id }) => stored(db.database, id)))
  expect(found.every((each) => each?.documents.length === 1)).toBe(true)
})

test('a person inserted concurrently by somebody else is compared with the inserted data', async () => {
  const one = person()
  const other = db.open({ max: 1 })
  let importing: ReturnType<typeof importLines> | undefined
  await other.transaction(async (tx) => {
    await tx.query({
      text: `insert into mpi.persons (id, first_name, last_name, birth_date, inserted_by, updated_by)
             values ($1, 'Олена', 'Шевченко', '1980-01-31', $2, $2)`,
      values: [one.id, USER],
    })
    importing = importLines(db.database, [one])
    await untilSomebodyWaits(db.database)
  })
  expect(await importing).toMatchObject({ counts: { new: 0, changed: 1, bad: 0 }, bad: [] })
  expect((await stored(db.database, one.id))?.person['tax_id']).toBe(one['tax_id'])
})
