/** What is read from an envelope's structure, and what is not an envelope. */
import { Null, Sequence } from 'asn1js'
import { describe, expect, test } from 'vitest'
import { openStructure, structureOnly } from '../../src/signatures/cms.ts'
import { envelopeOf } from './envelopes.ts'

const DOCUMENT = { employee_request: { position: 'P6', party: { last_name: 'Коваленко' } } }
const TAX_ID = '3184710691'

describe('an envelope', () => {
  test.each(['attribute', 'serial number'] as const)(
    'returns its document, and who signed, by the %s',
    async (place) => {
      expect(openStructure(await envelopeOf(DOCUMENT, [{ taxId: TAX_ID, place }]))).toEqual({
        ...{ kind: 'opened', content: DOCUMENT },
        signatures: [{ isStamp: false, isValid: true, taxId: TAX_ID }],
      })
    },
  )

  test('returns each signature and each stamp with its own certificate', async () => {
    const signers = [{ taxId: TAX_ID }, { taxId: '2925112345', isStamp: true }, {}]
    expect(openStructure(await envelopeOf(DOCUMENT, signers))).toMatchObject({
      signatures: [
        { isStamp: false, taxId: TAX_ID },
        { isStamp: true, taxId: '2925112345' },
        { isStamp: false, taxId: undefined },
      ],
    })
  })

  test('without its document has no signature of it', async () => {
    const detached = await envelopeOf(DOCUMENT, [{ taxId: TAX_ID }], { isAttached: false })
    expect(openStructure(detached)).toEqual({ kind: 'opened', content: undefined, signatures: [] })
  })

  test('of something that is not JSON has no content', async () => {
    expect(openStructure(await envelopeOf('{', [{ taxId: TAX_ID }]))).toMatchObject({ content: undefined })
  })
})

describe('something that is no envelope', () => {
  const nested = (depth: number) => {
    let bytes = Buffer.from([0x05, 0x00])
    for (let level = 0; level < depth; level += 1)
      bytes = Buffer.concat([Buffer.from([0x30, 0x80]), bytes, Buffer.alloc(2)])
    return bytes
  }

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('signed')],
    ['a sequence of nothing', Buffer.from([0x30, 0x00])],
    ['nested a hundred thousand deep', Buffer.concat([Buffer.alloc(200_000, Buffer.from([0x30, 0x80]))])],
    ['nested deeper than any', nested(200)],
    [
      'of a million elements',
      Buffer.concat([Buffer.from([0x30, 0x83, 0x0f, 0x42, 0x40]), Buffer.alloc(1_000_000, Buffer.from([0x05, 0x00]))]),
    ],
  ])('is reported as such: %s', (_, bytes) => {
    expect(openStructure(bytes)).toEqual({ kind: 'malformed' })
  })

  test.each([
    [
      'deeper',
      (() => {
        let nested = new Sequence()
        for (let level = 0; level < 60; level += 1) nested = new Sequence({ value: [nested] })
        return nested
      })(),
    ],
    ['in more parts', new Sequence({ value: Array.from({ length: 25_000 }, () => new Null()) })],
  ])('is not parsed: a certificate made %s than any', async (_, before) => {
    const envelope = await envelopeOf(DOCUMENT, [{ taxId: TAX_ID, before }])
    expect(JSON.stringify(openStructure(envelope))).not.toContain(TAX_ID)
    const shallow = await envelopeOf(DOCUMENT, [{ taxId: TAX_ID, before: new Sequence({ value: [new Null()] }) }])
    expect(openStructure(shallow)).toMatchObject({ signatures: [{ taxId: TAX_ID }] })
  })

  test('is reported wherever an envelope is truncated or a byte is changed', async () => {
    const whole = await envelopeOf(DOCUMENT, [{ taxId: TAX_ID }])
    for (let length = 0; length < whole.length; length += 37)
      expect(openStructure(whole.subarray(0, length))).toEqual({ kind: 'malformed' })
    for (let place = 0; place < whole.length; place += 11) {
      const broken = Buffer.from(whole)
      broken[place] = (broken[place] ?? 0) ^ 0xff
      expect(['opened', 'malformed']).toContain(openStructure(broken).kind)
    }
  })

  test('is still accepted if it is bare JSON: as the caller’s own', async () => {
    expect(await structureOnly.open(Buffer.from(JSON.stringify(DOCUMENT)))).toEqual({
      ...{ kind: 'opened', content: DOCUMENT },
      signatures: [{ isStamp: false, isValid: true, isCallers: true }],
    })
    expect(await structureOnly.open(Buffer.from('{'))).toEqual({ kind: 'malformed' })
  })
})
