// Rules: spec 2.6.1
import { describe, expect, test } from 'vitest'
import { readRegistryStatus } from '../../src/registries/status.ts'
import { readXml, type XmlElement } from '../../src/trembita/xml.ts'

function wrapper(content: string): XmlElement {
  const result = readXml(`<WResponse xmlns:n="urn:n">${content}</WResponse>`)
  if (!result.ok) throw new Error(result.code)
  return result.root
}

describe('a status', () => {
  test.each([
    ['0', 0],
    ['1', 1],
    [' \n1\t', 1],
    ['<!-- was -1 -->1', 1],
    ['<![CDATA[0]]>', 0],
    ['&#48;', 0],
  ])('written as %s is %i', (text, status) => {
    expect(readRegistryStatus(wrapper(`<PasStatus>${text}</PasStatus>`), 'PasStatus')).toEqual({
      ok: true,
      value: { status, description: '' },
    })
  })

  test.each([
    ['-1', 'status_-1', 'subject'],
    ['-2', 'status_-2', 'service'],
    ['2', 'status_unknown', 'subject'],
    ['', 'status_unknown', 'subject'],
    ['01', 'status_unknown', 'subject'],
    ['1.0', 'status_unknown', 'subject'],
    ['+1', 'status_unknown', 'subject'],
    ['0 0', 'status_unknown', 'subject'],
    ['\u00a00', 'status_unknown', 'subject'],
    ['true', 'status_unknown', 'subject'],
    ['<x>0</x>', 'status_ambiguous', 'service'],
    ['0<x/>', 'status_ambiguous', 'service'],
  ])('written as "%s" is a technical error', (text, code, whose) => {
    expect(readRegistryStatus(wrapper(`<PasStatus>${text}</PasStatus>`), 'PasStatus')).toEqual({
      ok: false,
      code,
      whose,
    })
  })

  test.each([
    ['is missing', '<Description>0</Description>', 'status_missing'],
    ['is not directly in the wrapper', '<Data><PasStatus>0</PasStatus></Data>', 'status_missing'],
    ['is there twice', '<PasStatus>0</PasStatus><PasStatus>0</PasStatus>', 'status_ambiguous'],
    [
      'is there again further down',
      '<PasStatus>0</PasStatus><Data><n:PasStatus>1</n:PasStatus></Data>',
      'status_ambiguous',
    ],
    ['is there by both names', '<PasStatus>0</PasStatus><Status>1</Status>', 'status_ambiguous'],
    ['is another service’s', '<Status>0</Status>', 'status_missing'],
    ['is written differently', '<pasStatus>0</pasStatus>', 'status_missing'],
  ])('that %s is a technical error of the service', (_what, content, code) => {
    expect(readRegistryStatus(wrapper(content), 'PasStatus')).toEqual({ ok: false, code, whose: 'service' })
  })

  test('is read by its local name, ignoring its siblings, with its description', () => {
    const content =
      '<n:Other>1</n:Other><n:Status>1</n:Status><Description> Запис знайдено </Description><Extra a="0"/>'
    expect(readRegistryStatus(wrapper(content), 'Status')).toEqual({
      ok: true,
      value: { status: 1, description: ' Запис знайдено ' },
    })
  })
})
