import { describe, expect, test } from 'vitest'
import { unzrInfo } from '../../src/registries/unzr-info.ts'
import { readXml } from '../../src/trembita/xml.ts'

function read(content: string): unknown {
  const result = readXml(
    `<unzrResponse xmlns:n="urn:n" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${content}</unzrResponse>`,
  )
  if (!result.ok) throw new Error(result.code)
  const outcome = unzrInfo.read(result.root)
  // As it is stored: through JSON.
  return outcome.ok ? JSON.parse(JSON.stringify(outcome.value)) : outcome
}

describe('the record of a UNZR', () => {
  test('keeps local names as keys, texts as strings, and unknown elements', () => {
    const info =
      '<n:Info><n:firstName>Оксана</n:firstName><rnokpp>0012345678</rnokpp><middleName/><address><city>Київ</city></address><phone>1</phone><phone>2</phone></n:Info>'
    expect(read(info)).toEqual({
      firstName: 'Оксана',
      rnokpp: '0012345678',
      middleName: '',
      address: { city: 'Київ' },
      phone: ['1', '2'],
      documents: [],
    })
  })

  const document = '<type>PASSPORT</type><number>123456</number>'
  const expected = { type: 'PASSPORT', number: '123456' }

  test.each([
    ['none', '', []],
    ['an empty list', '<documents/>', []],
    ['one', `<documents>${document}</documents>`, [expected]],
    ['several elements', `<documents>${document}</documents><documents>${document}</documents>`, [expected, expected]],
    ['a list of one', `<documents><document>${document}</document></documents>`, [expected]],
    [
      'a list',
      `<documents><document>${document}</document><document>${document}</document></documents>`,
      [expected, expected],
    ],
  ])('has its documents as an array: %s', (_what, documents, array) => {
    expect(read(`<Info><lastName>Ко</lastName>${documents}</Info>`)).toEqual({ lastName: 'Ко', documents: array })
  })

  test.each([
    ['absent', ''],
    ['empty', '<Info/>'],
    ['nil', '<Info xsi:nil="true"><firstName>x</firstName></Info>'],
    ['without any text', '<Info><firstName> </firstName><documents><type/></documents></Info>'],
  ])('that is %s is null', (_what, content) => {
    expect(read(content)).toBeNull()
  })

  test('is an error if the status is below 0, or there are two', () => {
    expect(read('<Status>-1</Status>')).toEqual({ ok: false, code: 'status_-1', whose: 'subject' })
    expect(read('<Status>-2</Status><Info><a>1</a></Info>')).toEqual({ ok: false, code: 'status_-2', whose: 'service' })
    expect(read('<Status>-7</Status>')).toEqual({ ok: false, code: 'status_unknown', whose: 'subject' })
    expect(read('<Info><a>1</a></Info><Info/>')).toEqual({ ok: false, code: 'info_ambiguous', whose: 'service' })
    expect(read('<Status>1</Status><Info><a>1</a></Info>')).toEqual({ a: '1', documents: [] })
  })

  test.each([
    [
      'a fault by X-Road’s message protocol',
      '<fault><faultCode>database_error</faultCode><faultString>x</faultString></fault>',
      'info_fault',
    ],
    ['a fault beside an empty Info', '<Info/><n:Fault/>', 'info_fault'],
    ['a fault code alone', '<faultCode>x</faultCode>', 'info_fault'],
    ['an error', '<Error>timeout</Error>', 'info_fault'],
    ['several errors', '<errors><error/></errors>', 'info_fault'],
    ['the status of a server', '<Status>500</Status>', 'status_unknown'],
    ['a status in words', '<Status>ERROR</Status><Info/>', 'status_unknown'],
    ['something else', '<result>none</result>', 'info_missing'],
    ['a record of another name', '<Person><firstName>x</firstName></Person>', 'info_missing'],
  ])('is an error, instead of null, if the answer contains %s', (_what, content, code) => {
    expect(read(content)).toMatchObject({ ok: false, code })
  })

  test.each(['<Status>0</Status>', '<Status> 1 </Status><Info/>', '<Status/><Description>немає</Description>'])(
    'that does not exist is null, with what such an answer may contain: %s',
    (content) => {
      expect(read(content)).toBeNull()
    },
  )

  test('can have any element name', () => {
    expect(read('<Info><__proto__>1</__proto__><constructor>2</constructor></Info>')).toEqual(
      JSON.parse('{"__proto__":"1","constructor":"2","documents":[]}'),
    )
  })
})
