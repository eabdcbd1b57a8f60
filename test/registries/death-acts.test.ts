// Rules: spec 8.4.2, 8.4.3
import { describe, expect, test } from 'vitest'
import { deathActsByName } from '../../src/registries/death-acts.ts'
import { readXml } from '../../src/trembita/xml.ts'
import { isCompared, isReadable, operationOf, outcomeOfAct } from '../../src/verification/death-act.ts'

function read(content: string) {
  const result = readXml(`<R xmlns="http://tempuri.org/">${content}</R>`)
  if (!result.ok) throw new Error(result.code)
  return deathActsByName.read(result.root)
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const answered = (acts: string) =>
  read(`<ResultCode>0</ResultCode><ResultData>${base64(`<ArList>${acts}</ArList>`)}</ResultData>`)

function actsOf(outcome: ReturnType<typeof read>) {
  if (!outcome.ok) throw new Error(outcome.code)
  return outcome.value.acts
}

const only = (act: string) => actsOf(answered(`<Ar>${act}</Ar>`))[0]

describe('the code of an answer', () => {
  test.each([
    ['of the service itself', '<ResultCode>1</ResultCode>', 'result_code_1', 'service'],
    ['of a client that may not ask', '<ResultCode>2</ResultCode>', 'result_code_2', 'service'],
    ['of several services', '<ResultCode>3</ResultCode>', 'result_code_3', 'service'],
    ['of missing fields', '<ResultCode>4</ResultCode>', 'result_code_4', 'subject'],
    ['of wrong parameters', '<ResultCode>5</ResultCode>', 'result_code_5', 'subject'],
    ['that is unknown', '<ResultCode>77</ResultCode>', 'result_code_unknown', 'subject'],
    ['that is negative', '<ResultCode>-1</ResultCode>', 'result_code_unknown', 'subject'],
    ['that is missing', '<ResultData/>', 'result_code_missing', 'service'],
    ['that is doubled', '<ResultCode>0</ResultCode><ResultCode>0</ResultCode>', 'result_code_ambiguous', 'service'],
    ['that is empty', '<ResultCode/>', 'result_code_no_number', 'service'],
    ['that is no number', '<ResultCode>OK</ResultCode>', 'result_code_no_number', 'service'],
    ['that is no integer', '<ResultCode>0.0</ResultCode>', 'result_code_no_number', 'service'],
    ['that lies too deep', '<A><B><ResultCode>0</ResultCode></B></A>', 'result_code_missing', 'service'],
  ])('%s is an error', (_what, content, code, whose) => {
    expect(read(content)).toEqual({ ok: false, code, whose })
  })

  test.each([
    ['as it is described', '<ResultCode>0</ResultCode>'],
    ['in capitals', '<RESULTCODE> 0 </RESULTCODE>'],
    ['with an empty result', '<ResultCode>0</ResultCode><ResultData/>'],
    ['with a result of white space', '<ResultCode>0</ResultCode><ResultData>\n </ResultData>'],
    ['in the wrapper of WCF', '<GetResult><ResultCode>0</ResultCode><ErrorInfo/></GetResult>'],
    ['with an empty list', `<ResultCode>0</ResultCode><ResultData>${base64('<ArList/>')}</ResultData>`],
  ])('0 without acts means none, %s', (_what, content) => {
    expect(read(content)).toEqual({ ok: true, value: { acts: [], unknownFields: [] } })
  })
})

describe('the data of an answer', () => {
  const data = (text: string) => read(`<ResultCode>0</ResultCode><ResultData>${text}</ResultData>`)
  const whole = base64('<ArList><Ar><Name>Ірина</Name></Ar></ArList>')

  test.each([
    ['no base64', 'це не base64', 'result_data_no_base64'],
    ['base64 that is cut', whole.slice(0, -1), 'result_data_no_base64'],
    ['base64 of another alphabet', '-_==', 'result_data_no_base64'],
    ['padding within', 'QQ==QQ==', 'result_data_no_base64'],
    ['no XML', base64('{"acts": []}'), 'result_data_no_xml'],
    ['XML that is cut', base64('<ArList><Ar><Name>Ірина</Na'), 'result_data_no_xml'],
    ['XML with a DOCTYPE', base64('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), 'result_data_no_xml'],
    ['XML in another encoding', Buffer.from('<a>\xff</a>', 'latin1').toString('base64'), 'result_data_no_xml'],
    ['XML nested too deep', base64('<a>'.repeat(65) + '</a>'.repeat(65)), 'result_data_no_xml'],
    ['nothing but bytes', Buffer.alloc(300, 7).toString('base64'), 'result_data_no_xml'],
    ['an element', '<Ar/>', 'result_data_ambiguous'],
  ])('%s is a service error', (_what, text, code) => {
    expect(data(text)).toEqual({ ok: false, code, whose: 'service' })
  })

  test('given twice is a service error', () => {
    const twice = `<ResultCode>0</ResultCode><ResultData>${whole}</ResultData><ResultData>${whole}</ResultData>`
    expect(read(twice)).toMatchObject({ ok: false, code: 'result_data_ambiguous' })
  })

  test('can be wrapped in lines', () => {
    expect(actsOf(data(whole.replaceAll(/(.{20})/g, '$1\n  ')))).toMatchObject([{ name: 'Ірина' }])
  })

  test('can have a hundred acts; more are an error', () => {
    const acts = (count: number) => answered('<Ar><Name>А</Name></Ar>'.repeat(count))
    expect(actsOf(acts(100))).toHaveLength(100)
    expect(acts(101)).toEqual({ ok: false, code: 'too_many', whose: 'subject' })
  })
})

describe('an act', () => {
  test('has the received values under our column names', () => {
    const act = only(
      `<Ar_Reg_Number>00123</Ar_Reg_Number><Ar_Reg_Date>2026-03-02T10:00:00</Ar_Reg_Date><Op_Date>2026-07-02T10:00:00</Op_Date>
       <Ar_Op_Name>1</Ar_Op_Name><Surname> Коваль </Surname><Name>Ірина</Name><Patronymic/><Date_Birth>05.04.1961</Date_Birth>
       <Date_Death>01.03.2026</Date_Death><Numident>2237512345</Numident><Is_Restore>0</Is_Restore>
       <Doc_Seizes><Doc_Type>Паспорт</Doc_Type><Series_Numb>АВ 123456</Series_Numb></Doc_Seizes>`,
    )
    expect(act).toMatchObject({
      ...{ key: '00123', ar_reg_number: '00123', ar_op_name: '1', surname: 'Коваль', name: 'Ірина', patronymic: null },
      // By Kyiv time, in winter and summer.
      ...{ ar_reg_date: '2026-03-02T08:00:00.000Z', op_date: '2026-07-02T07:00:00.000Z', is_restore: 0 },
      ...{ date_birth: '05.04.1961', date_death: '01.03.2026', numident: '2237512345', locality: null },
      doc_seizes: [{ Doc_Type: 'Паспорт', Series_Numb: 'АВ 123456' }],
    })
  })

  test.each(['AR_REG_NUMBER', 'ArRegNumber', 'ar_reg_number', 'Ar_Reg_Number'])(
    'is read in any spelling: %s',
    (name) => {
      expect(only(`<${name}>7</${name}>`)).toMatchObject({ ar_reg_number: '7' })
    },
  )

  test.each(['Ar-Reg-Number', 'ArRegNo', 'Реєстраційний', 'Ar.Reg.Number'])(
    'has no other spellings: %s is reported as unknown',
    (name) => {
      const outcome = answered(`<Ar><${name}>7</${name}><${name}>8</${name}><Name>А</Name></Ar>`)
      expect(outcome).toMatchObject({ value: { acts: [{ ar_reg_number: null }], unknownFields: [name] } })
    },
  )

  test('has a digest of its content as its key if it has no number', () => {
    const [one, same, other] = actsOf(answered('<Ar><Name>А</Name></Ar><Ar><NAME>А</NAME></Ar><Ar><Name>Б</Name></Ar>'))
    expect(one?.key).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(same?.key).toBe(one?.key)
    expect(other?.key).not.toBe(one?.key)
  })

  test('has null for a field repeated with different values', () => {
    expect(only('<Name>А</Name><Name>Б</Name><Surname>В</Surname><Surname>В</Surname>')).toMatchObject({
      name: null,
      surname: 'В',
    })
  })

  test.each([
    [
      'in one element each',
      '<Doc_Seizes><Doc_Number>1</Doc_Number></Doc_Seizes><Doc_Seizes><Doc_Number>2</Doc_Number></Doc_Seizes>',
    ],
    [
      'in one list',
      '<DocSeizes><Doc><Doc_Number>1</Doc_Number></Doc><Doc><Doc_Number>2</Doc_Number></Doc></DocSeizes>',
    ],
  ])('has its documents %s', (_what, documents) => {
    expect(only(documents)).toMatchObject({ doc_seizes: [{ Doc_Number: '1' }, { Doc_Number: '2' }] })
  })

  test('has null for an invalid time', () => {
    for (const time of ['02.03.2026', '2026-02-30T10:00:00', '2026-03-02T25:00:00', 'вчора', '2026-03-02']) {
      expect(only(`<Op_Date>${time}</Op_Date>`)).toMatchObject({ op_date: null })
    }
    expect(only('<Op_Date>2026-03-02T10:00:00+02:00</Op_Date>')).toMatchObject({ op_date: '2026-03-02T08:00:00.000Z' })
  })
})

describe('whether an act counts', () => {
  test.each([
    ['1', 'live'],
    ['4', 'live'],
    ['РЕЄСТРАЦІЯ АЗ', 'live'],
    ['Реєстрація аз', 'live'],
    ['2', 'annulled'],
    ['3', 'annulled'],
    ['АНУЛЮВАННЯ АЗ', 'annulled'],
    ['видалення АЗ', 'annulled'],
    ['5', 'unknown'],
    ['01', 'unknown'],
    ['РЕЄСТРАЦІЯ', 'unknown'],
    ['ПОНОВЛЕННЯ РЕЄСТРАЦІЯ АЗ', 'unknown'],
    ['', 'unknown'],
    [null, 'unknown'],
  ])('by its operation %s: %s', (ar_op_name, operation) => {
    expect(operationOf({ ar_op_name })).toBe(operation)
  })

  test('and by whether it says who died', () => {
    const act = { surname: 'Коваль', name: 'Ірина', date_birth: '05.04.1961' }
    expect(isReadable(act)).toBe(true)
    for (const field of ['surname', 'name', 'date_birth']) {
      expect(isReadable({ ...act, [field]: null })).toBe(false)
      expect(isReadable({ ...act, [field]: '  ' })).toBe(false)
    }
    const acts = actsOf(
      answered(
        `${['1', '2', '9', '']
          .map(
            (name) => `<Ar><ArOpName>${name}</ArOpName><Name>А</Name><Surname>Б</Surname><DateBirth>1</DateBirth></Ar>`,
          )
          .join('')}<Ar><ArOpName>1</ArOpName><Name>А</Name><Surname>Б</Surname></Ar>`,
      ),
    )
    expect(acts.map(isCompared)).toEqual([true, false, false, false, false])
    expect(acts.map(outcomeOfAct)).toEqual(['live', 'annulled', 'unknown', 'unknown', 'unreadable'])
  })
})
